import type { MetricAggregate, MetricBound, MetricTrigger } from '../protocol/triggers';
import type { MeasuredPoint } from './ports';

/** How a metric stands to its bound. */
export interface MetricStand {
  /** It has crossed the bound and not come back. */
  readonly beyond: boolean;
  /** The newest values, at most `over`. */
  readonly window: readonly number[];
}

/** The point at which a metric crossed its bound. */
export interface Crossing extends Pick<MeasuredPoint, 'run' | 'number' | 'time' | 'seq'> {
  /** What was judged. */
  readonly value: number;
}

type Watched = Pick<MetricTrigger, 'condition' | 'until' | 'aggregate' | 'over'>;

/**
 * Follows a metric over new points, in their order: where it stands afterwards, and its last crossing among them. A
 * value that is not a number is none. Nothing is judged before there are `over` values.
 */
export function follow(
  stand: MetricStand,
  points: readonly MeasuredPoint[],
  { condition, until, aggregate, over }: Watched,
): MetricStand & { readonly crossing?: Crossing } {
  let { beyond } = stand;
  const window = [...stand.window];
  let crossing: Crossing | undefined;
  for (const { value: measured, run, number, time, seq } of points) {
    if (Number.isNaN(measured)) continue;
    window.push(measured);
    if (window.length > over) window.shift();
    if (window.length < over) continue;
    const value = aggregated(window, aggregate);
    if (!beyond && isBeyond(value, condition)) {
      beyond = true;
      crossing = { run, number, time, seq, value };
    } else if (beyond && hasComeBack(value, condition, until)) beyond = false;
  }
  return { beyond, window, ...(crossing && { crossing }) };
}

const hasComeBack = (value: number, condition: MetricBound, until: MetricBound | undefined): boolean =>
  !isBeyond(value, condition) && (until === undefined || isBeyond(value, until));

function isBeyond(value: number, { operator, value: bound }: MetricBound): boolean {
  switch (operator) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}

/** The median of an even number of values is the mean of the two in the middle. */
function aggregated(window: readonly number[], aggregate: MetricAggregate): number {
  switch (aggregate) {
    case 'last':
      return window.at(-1) ?? Number.NaN;
    case 'mean':
      return window.reduce((sum, value) => sum + value, 0) / window.length;
    case 'min':
      return window.reduce((least, value) => Math.min(least, value), Infinity);
    case 'max':
      return window.reduce((greatest, value) => Math.max(greatest, value), -Infinity);
    case 'median': {
      const sorted = window.toSorted((a, b) => a - b);
      const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
      return (low + high) / 2;
    }
  }
}
