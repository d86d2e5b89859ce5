import type { FloatParameter, IntParameter } from '../protocol/tuning';

export type NumericParameter = FloatParameter | IntParameter;

/**
 * The line on which a number is searched: its logarithm where the parameter says so. A parameter with a step has half
 * a step more on both sides, so that its first and last value are as likely as those between.
 */
export interface Axis {
  readonly low: number;
  readonly high: number;
  /** Whether only some places of the line are values. */
  readonly isStepped: boolean;
  /** Place of a value. */
  place(value: number): number;
  /** The value nearest to a place; within the parameter's bounds. */
  value(place: number): number;
  /** The places that become this value. */
  cell(value: number): { readonly low: number; readonly high: number };
}

export function axisOf(parameter: NumericParameter): Axis {
  const { low, high, log } = parameter;
  const step = parameter.step;
  const half = step === undefined ? 0 : step / 2;
  const place = log ? Math.log : (value: number): number => value;
  const back = log ? Math.exp : (at: number): number => at;
  const last = step === undefined ? high : tidy(low + Math.floor((high - low) / step + 1e-9) * step);
  // log(low − half) must exist; a step greater than twice `low` has no room below it
  const ends = { low: place(log ? Math.max(low - half, low / 2) : low - half), high: place(last + half) };
  return {
    ...ends,
    isStepped: step !== undefined,
    place,
    value: at => {
      const bounded = Math.min(last, Math.max(low, back(at)));
      if (step === undefined) return bounded;
      return Math.min(last, tidy(low + Math.round((bounded - low) / step) * step));
    },
    cell: value => ({
      low: value <= low ? ends.low : place(value - half),
      high: value >= last ? ends.high : place(value + half),
    }),
  };
}

/** Without the noise of binary fractions: 0.30000000000000004 is 0.3. */
const tidy = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(12)));

/** Place of a value as a share of the axis, in [0, 1]; what lies outside is brought to the nearer end. */
export const toShare = (axis: Axis, value: number): number =>
  Math.min(1, Math.max(0, (axis.place(value) - axis.low) / (axis.high - axis.low)));

/** The value at a share of the axis. */
export const fromShare = (axis: Axis, share: number): number => axis.value(axis.low + share * (axis.high - axis.low));

/**
 * Values that stand for the whole axis, evenly: all when there are no more than `most`.
 */
export function gridValues(parameter: NumericParameter, most: number): readonly number[] {
  const { low, high, step } = parameter;
  if (step !== undefined) {
    const steps = Math.floor((high - low) / step + 1e-9);
    if (steps < most) return Array.from({ length: steps + 1 }, (_, i) => tidy(low + i * step));
  }
  const axis = axisOf(parameter);
  const [from, to] = [axis.place(low), axis.place(high)];
  const values = Array.from({ length: most }, (_, i) => axis.value(from + (i / (most - 1)) * (to - from)));
  return [...new Set(values)];
}
