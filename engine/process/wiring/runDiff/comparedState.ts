import { version } from '../../../../package.json';
import { readConfigFile } from '../../../config/configFile';
import { ModelyardError } from '../../../errors';
import type { DatasetStatus } from '../../../protocol/datasets';
import type { RunSummary } from '../../../protocol/tracking';
import { collectHost } from '../../../tracking/environment';
import { readRunSources } from '../../../tracking/runSources';
import type { TrackingService } from '../../../tracking/service';
import { packages } from '../packages';

type Values = Readonly<Record<string, string>>;

/** One side of a comparison, but for its code. */
export interface ComparedState {
  readonly label: string;
  /** Absent: the folder as it is now. */
  readonly run?: RunSummary;
  /** The text of modelyard.yaml, and where it lies in the workspace. */
  readonly config?: string;
  readonly configFile?: string;
  /** Digests by the dataset's name. */
  readonly data: Values;
  readonly dataKnown: boolean;
  readonly host: Values;
  readonly notes: readonly string[];
}

export async function runState(
  tracking: TrackingService,
  name: string,
): Promise<ComparedState & { readonly run: RunSummary }> {
  const run = tracking.getRun(name);
  const { config, host } = await readRunSources(tracking, run.id);
  return {
    label: `r-${run.number}`,
    run,
    ...(config && { config: config.text, configFile: config.path }),
    data: digests(run.inputs.map(({ dataset, digest }) => [dataset, digest])),
    dataKnown: true,
    host: flat(host),
    notes: [],
  };
}

export interface NowParts {
  readonly workspace: string;
  readonly configFile: string;
  readonly status: (signal: AbortSignal) => Promise<readonly DatasetStatus[]>;
}

/** What a run would be made of now. What cannot be read is said. @throws ModelyardError `cancelled` */
export async function nowState(
  { workspace, configFile, status }: NowParts,
  signal: AbortSignal,
): Promise<ComparedState> {
  const notes: string[] = [];
  const orSay = async <T>(what: string, work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.code === 'cancelled') throw error;
      notes.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const file = await orSay('The configuration cannot be compared', readConfigFile(workspace, configFile));
  const datasets = await orSay('The data cannot be compared', status(signal));
  for (const { name, problem } of datasets ?? []) if (problem !== undefined) notes.push(`${name}: ${problem}`);
  const host = await collectHost({ folder: workspace, version, command: ['modelyard', 'run'], packages });
  return {
    label: 'HEAD',
    ...(file && { config: file.text, configFile }),
    data: digests((datasets ?? []).flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest]]))),
    dataKnown: datasets !== undefined,
    host: flat(host),
    notes,
  };
}

/** A name that was read as several versions has them all. */
function digests(pairs: readonly (readonly [string, string])[]): Values {
  const found = new Map<string, readonly string[]>();
  for (const [name, digest] of pairs) found.set(name, [...new Set([...(found.get(name) ?? []), digest])].sort());
  return Object.fromEntries([...found].map(([name, all]) => [name, all.join(', ')]));
}

/** `environment/host.json` as names and values: `packages.sql.js`, `dependencies.requirements.txt`. */
function flat(host: Readonly<Record<string, unknown>>): Values {
  const found: [string, string][] = [];
  for (const [key, value] of Object.entries(host)) {
    if (key === 'command') continue;
    if (key === 'dependencies') found.push(...dependencyFiles(value));
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) found.push([`${key}.${name}`, String(inner)]);
    else found.push([key, String(value)]);
  }
  return Object.fromEntries(found);
}

function dependencyFiles(value: unknown): readonly [string, string][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown): readonly [string, string][] => {
    if (typeof one !== 'object' || one === null || !('file' in one) || !('sha256' in one)) return [];
    return [[`dependencies.${String(one.file)}`, String(one.sha256)]];
  });
}
