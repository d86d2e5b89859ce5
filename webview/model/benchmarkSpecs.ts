import { footprintChange, trainingChange } from '../../engine/charts/benchmarks/changes';
import type { ChartPoint, ChartSpec } from '../../engine/charts/spec';
import type { Footprint, ModelTests } from '../../engine/protocol/modelTests';
import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import { metric, percent } from '../shared/format';
import { t } from '../shared/l10n';
import { versionName } from './words';

/** A version with what its tests have measured; absent: it was never tested, or the file is none. */
export interface Measurement {
  readonly version: ModelVersion;
  readonly tests?: ModelTests;
  /** By how much it may be worse, as a share. */
  readonly bound: number;
}

export type BenchmarkKey = Footprint | 'training_seconds';

/** What a rule `regression` allows where nothing else is written. */
const usualBound = 0.1;

interface Shown {
  readonly title: string;
  readonly unit: string;
  readonly isMoreBetter?: boolean;
}

const shown = (): Readonly<Record<BenchmarkKey, Shown>> => ({
  latency_p50_ms: { title: t('Latency p50'), unit: 'ms' },
  latency_p99_ms: { title: t('Latency p99'), unit: 'ms' },
  rows_per_second: { title: t('Throughput'), unit: t('rows a second'), isMoreBetter: true },
  memory_mb: { title: t('Memory'), unit: 'MB' },
  size_mb: { title: t('Size'), unit: 'MB' },
  training_seconds: { title: t('Training time'), unit: 's' },
});

export const benchmarkKeys: readonly BenchmarkKey[] = [
  ...(['latency_p50_ms', 'latency_p99_ms', 'rows_per_second', 'memory_mb', 'size_mb', 'training_seconds'] as const),
];

/** The bound of the rule that has judged the version, of whichever stage. */
export function boundOf({ gates, history }: RegisteredModel, { version }: ModelVersion): number {
  const reports = [
    ...gates.filter(report => report.version === version),
    ...history.flatMap(move => (move.version === version && move.gates ? [move.gates] : [])),
  ];
  const rule = reports
    .flatMap(({ results }) => results)
    .find(({ check, bound }) => check === 'regression' && bound !== undefined);
  return rule?.bound ?? usualBound;
}

/** A measure over the versions; undefined: no version has it. The middle half of the rounds of each is the band. */
export function benchmarkSpec(key: BenchmarkKey, measured: readonly Measurement[]): ChartSpec | undefined {
  const points = measured.flatMap(one => pointOf(key, one) ?? []).toSorted((a, b) => a.x - b.x);
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const { title, unit, isMoreBetter = false } = shown()[key];
  const called = measured.flatMap(one => {
    const change = changeOf(key, one);
    return change?.worse === true ? [{ version: one.version.version, change }] : [];
  });
  const sentences = called
    .toSorted((a, b) => a.version - b.version)
    .map(({ version, change }) =>
      t('{0} is {1} worse, beyond a noise of {2}.', versionName(version), percent(change.by), percent(change.noise)),
    );
  const way = isMoreBetter ? t('More is better.') : t('Less is better.');
  const newest = t('{0} has {1} {2}.', versionName(last.x), metric(last.y), unit);
  const hasBand = points.some(({ low }) => low !== undefined);
  return {
    title,
    summary: [newest, way, ...(sentences.length > 0 ? sentences : [t('No regression was called.')])].join(' '),
    note: [way, hasBand ? t('The area is the middle half of its rounds.') : '', ...sentences].join(' ').trim(),
    x: {
      label: t('Version'),
      format: value => (Number.isInteger(value) ? versionName(value) : ''),
      min: (points[0]?.x ?? 1) - 0.5,
      max: last.x + 0.5,
    },
    y: { label: unit, covers: [0, ...points.flatMap(({ y, high = y }) => [y, high])] },
    series: [
      {
        label: title,
        slot: 0,
        points,
        dots: true,
        band: hasBand,
      },
    ],
    marks: called.map(({ version }) => ({ x: version, label: t('worse') })),
  };
}

function pointOf(key: BenchmarkKey, { version, tests }: Measurement): ChartPoint | undefined {
  const x = version.version;
  if (key === 'training_seconds') {
    const y = tests?.training?.seconds ?? version.metrics['fit_seconds'];
    return y === undefined || !Number.isFinite(y) ? undefined : { x, y };
  }
  const found = tests?.footprint[key];
  const y = found?.value ?? version.metrics[key];
  if (y === undefined || !Number.isFinite(y)) return undefined;
  const rounds = (found?.rounds ?? []).filter(Number.isFinite);
  return rounds.length > 1 ? { x, y, low: quantile(rounds, 0.25), high: quantile(rounds, 0.75) } : { x, y };
}

const changeOf = (key: BenchmarkKey, { tests, bound }: Measurement) =>
  tests && (key === 'training_seconds' ? trainingChange(tests, bound) : footprintChange(tests, key, bound));

/** Linear between the sorted values, as NumPy's default. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}
