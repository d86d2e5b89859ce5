import type { ChampionComparison, ChampionDifference } from '../../protocol/evaluation';
import type { MeasuredNumber, MetricChange } from '../../protocol/registryMoves';

export interface MeasuredSide {
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 %, of some. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
}

/** Both models asked for the same rows, seen from the newer version. */
export interface PairedMetrics {
  readonly rows: number;
  readonly seen: number;
  /** `own`: the newer version's; `champion`: the older one's. */
  readonly metrics: Readonly<Record<string, ChampionDifference>>;
}

/** Which way a metric gets better; undefined: nobody can say. */
export type Direction = (metric: string) => 'higher' | 'lower' | undefined;

/**
 * Metrics of two versions, by name. Where both were asked for the same rows the numbers are those of these rows, and the
 * interval is that of the difference; else each version has the interval of its own test part, and of the difference
 * nothing is known.
 */
export function metricChanges(
  sides: { readonly before: MeasuredSide; readonly after: MeasuredSide },
  paired: PairedMetrics | undefined,
  direction: Direction,
): readonly MetricChange[] {
  const { before, after } = sides;
  const same = new Map(Object.entries(paired?.metrics ?? {}));
  const names = [...new Set([...Object.keys(before.metrics), ...Object.keys(after.metrics), ...same.keys()])].sort();
  return names.map(name => {
    const both = same.get(name);
    return both
      ? pairedChange(name, both, { after, direction })
      : change(name, measured(before, name), measured(after, name));
  });
}

function pairedChange(
  name: string,
  { own, champion, difference, interval }: ChampionDifference,
  { after, direction }: { readonly after: MeasuredSide; readonly direction: Direction },
): MetricChange {
  const ownInterval = measured(after, name)?.interval;
  return {
    name,
    before: { value: champion },
    after: { value: own, ...(ownInterval && { interval: ownInterval }) },
    difference,
    ...(interval && { interval }),
    verdict: interval ? judged(interval, direction(name)) : sign(difference),
  };
}

function change(name: string, before: MeasuredNumber | undefined, after: MeasuredNumber | undefined): MetricChange {
  if (before === undefined || after === undefined)
    return { name, ...(before && { before }), ...(after && { after }), verdict: before === undefined ? 'new' : 'gone' };
  const difference = after.value - before.value;
  return { name, before, after, difference, verdict: sign(difference) };
}

const sign = (difference: number): 'higher' | 'lower' | 'same' =>
  difference > 0 ? 'higher' : difference < 0 ? 'lower' : 'same';

function judged([low, high]: readonly [number, number], direction: ReturnType<Direction>): MetricChange['verdict'] {
  if (low <= 0 && high >= 0) return 'unsure';
  const way = low > 0 ? 'higher' : 'lower';
  if (direction === undefined) return way;
  return way === direction ? 'better' : 'worse';
}

function measured({ metrics, intervals }: MeasuredSide, name: string): MeasuredNumber | undefined {
  const value = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (value === undefined) return undefined;
  const interval = Object.hasOwn(intervals, name) ? intervals[name] : undefined;
  return { value, ...(interval && { interval }) };
}

/** Of AUC DeLong's interval when the draws made none. */
export function pairedOf({ rows, seen, metrics, delong }: ChampionComparison): PairedMetrics {
  const { auc } = metrics;
  const withDelong = auc && delong && !auc.interval ? { auc: { ...auc, interval: delong.interval } } : {};
  return { rows, seen, metrics: { ...metrics, ...withDelong } };
}

/** The same comparison seen from the other version. */
export const reversed = ({ rows, seen, metrics }: PairedMetrics): PairedMetrics => ({
  rows,
  seen,
  metrics: Object.fromEntries(
    Object.entries(metrics).map(([name, { own, champion, difference, interval, higher }]) => [
      name,
      {
        own: champion,
        champion: own,
        difference: -difference,
        ...(interval && { interval: [-interval[1], -interval[0]] as const }),
        ...(higher !== undefined && { higher: 1 - higher }),
      },
    ]),
  ),
});
