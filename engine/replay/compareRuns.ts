import { throwIfAborted } from '../errors';
import type { ReplayDifference, ReplayReport } from '../protocol/replay';
import type { ArtifactEntry, MetricPoint, MetricSeries } from '../protocol/tracking';
import { areClose, areCloseTexts } from './closeTexts';
import type { RunSide } from './ports';
import { counted } from '../plural';

export interface Comparison {
  readonly differences: readonly ReplayDifference[];
  readonly compared: ReplayReport['compared'];
}

export interface CompareOptions {
  readonly was: RunSide;
  readonly now: RunSide;
  /** The config: what both are made by. */
  readonly config: string;
  /** Before names, where there are several runs. */
  readonly prefix: string;
}

/** A time that something took, or the load of the machine: never the same twice. */
export const isMeasurement = (key: string): boolean =>
  key.startsWith('system/') ||
  /(?:^|[_/.])(?:seconds|duration|ms|millis|time|latency|throughput|per_second|memory_mb)$/i.test(key);
/** They tell of one run: places, times, version numbers. */
const ofOneRun = /^(?:logs|environment|replay)\/|(?:^|\/)(?:gates|model_version|model-tests)\.json$/;
/** Larger files are compared by their bytes alone. */
const readable = 32 << 20;

/** What differs between a run and its replay. Params, the last point and every point of each metric, and all files. */
export async function compareRuns(options: CompareOptions, signal: AbortSignal): Promise<Comparison> {
  const { was, now, prefix } = options;
  const params = compareParams(was.run.params, now.run.params);
  const metrics = compareMetrics(await was.series(), await now.series());
  throwIfAborted(signal);
  const files = await compareFiles(options, signal);
  const named = (one: ReplayDifference): ReplayDifference => ({ ...one, name: prefix + one.name });
  return {
    differences: [...metrics.differences, ...params.differences, ...files.differences].map(named),
    compared: { metrics: metrics.count, params: params.count, files: files.count },
  };
}

interface Part {
  readonly differences: readonly ReplayDifference[];
  readonly count: number;
}

function compareParams(was: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): Part {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])].sort();
  const differences = keys.flatMap((name): readonly ReplayDifference[] =>
    was[name] === now[name] ? [] : [{ kind: 'param', name, ...both(was[name], now[name]), size: 'more' }],
  );
  return { differences, count: keys.length };
}

const both = (was: string | undefined, now: string | undefined): Pick<ReplayDifference, 'was' | 'now'> => ({
  ...(was !== undefined && { was }),
  ...(now !== undefined && { now }),
});

export function compareMetrics(was: readonly MetricSeries[], now: readonly MetricSeries[]): Part {
  const [before, after] = [was, now].map(all => new Map(all.map(series => [series.key, series])));
  const keys = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].filter(key => !isMeasurement(key));
  const differences = keys.sort().flatMap(name => {
    const difference = compareSeries(before?.get(name), after?.get(name));
    return difference === undefined ? [] : [{ kind: 'metric', name, ...difference } as const];
  });
  return { differences, count: keys.length };
}

function compareSeries(
  was: MetricSeries | undefined,
  now: MetricSeries | undefined,
): Omit<ReplayDifference, 'kind' | 'name'> | undefined {
  if (was?.points.length !== now?.points.length || was === undefined || now?.total !== was.total)
    return { ...both(wholeSeries(was), wholeSeries(now)), size: 'more' };
  const { total } = was;
  const pairs = was.points.map((a, i) => ({ a, b: now.points[i] ?? a }));
  const apart = pairs.filter(({ a, b }) => a.step !== b.step || !Object.is(a.value, b.value));
  const far = apart.find(({ a, b }) => a.step !== b.step || !areClose(a.value, b.value));
  const worst = far ?? apart[0];
  if (worst === undefined) return undefined;
  const told = (point: MetricPoint): string => `${point.value}${total === 1 ? '' : ` (step ${point.step})`}`;
  return { was: told(worst.a), now: told(worst.b), size: far ? 'more' : 'tolerance' };
}

const wholeSeries = (series: MetricSeries | undefined): string | undefined => {
  if (series === undefined) return undefined;
  const last = series.points.at(-1)?.value;
  return series.total === 1 ? String(last) : `${String(last)} (${counted(series.total, 'point')})`;
};

async function compareFiles({ was, now, config }: CompareOptions, signal: AbortSignal): Promise<Part> {
  const [before, after] = [await filesOf(was), await filesOf(now)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
    file => !ofOneRun.test(file) && file !== config,
  );
  const differences: ReplayDifference[] = [];
  for (const name of paths.sort()) {
    throwIfAborted(signal);
    const [a, b] = [before.get(name), after.get(name)];
    if (a === undefined || b === undefined) {
      const there = (file: ArtifactEntry | undefined): string | undefined => file && `${file.size ?? 0} bytes`;
      differences.push({ kind: 'file', name, ...both(there(a), there(b)), size: 'more' });
    } else if (a.digest !== b.digest || a.digest === undefined) {
      const size = await sizeOfDifference({ was, now, name, bytes: Math.max(a.size ?? 0, b.size ?? 0) });
      const short = (file: ArtifactEntry): string => `${(file.digest ?? '').slice(0, 12)} (${file.size ?? 0} bytes)`;
      if (size !== undefined) differences.push({ kind: 'file', name, was: short(a), now: short(b), size });
    }
  }
  return { differences, count: paths.length };
}

async function filesOf(side: RunSide): Promise<ReadonlyMap<string, ArtifactEntry>> {
  const found = new Map<string, ArtifactEntry>();
  const waiting: (string | undefined)[] = [undefined];
  while (waiting.length > 0) {
    for (const entry of await side.artifacts(waiting.shift())) {
      if (entry.isFolder) waiting.push(entry.path);
      else found.set(entry.path, entry);
    }
  }
  return found;
}

/** Undefined: the same after all. */
async function sizeOfDifference(what: {
  was: RunSide;
  now: RunSide;
  name: string;
  bytes: number;
}): Promise<ReplayDifference['size'] | undefined> {
  const { was, now, name, bytes } = what;
  if (bytes > readable) return 'bytes';
  const [a, b] = [textOf(await was.read(name, readable)), textOf(await now.read(name, readable))];
  if (a === undefined || b === undefined) return 'bytes';
  const [left, right] = [comparable(name, a), comparable(name, b)];
  if (left === right) return undefined;
  return areCloseTexts(left, right) ? 'tolerance' : 'more';
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A model's description names its run and time. */
const comparable = (name: string, text: string): string =>
  /(?:^|\/)MLmodel$/.test(name)
    ? text.replace(/^(?:run_id|utc_time_created|model_uuid|model_id|artifact_path|prompts):.*\n?/gm, '')
    : text;
