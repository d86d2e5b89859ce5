import type { RunId } from './ids';

/** `time`: ms since 1970; `relative`: ms since the start of the run. */
export type CurveX = 'step' | 'time' | 'relative';

export interface CurvesQuery {
  readonly runIds: readonly RunId[];
  readonly key: string;
  /** Default: step. */
  readonly x?: CurveX;
  /** The part of the x axis that is looked at, ends included; default: all of it. */
  readonly from?: number;
  readonly to?: number;
  /** Into how many parts that is divided; default 400. */
  readonly buckets?: number;
}

/** One metric of many runs, as a chart shows it. */
export interface RunCurves {
  readonly key: string;
  readonly x: CurveX;
  /** From the least to the greatest x of these runs, whatever part is looked at; null: no run has a point. */
  readonly extent: readonly [number, number] | null;
  /** In the order asked for; runs without the metric are left out. */
  readonly curves: readonly RunCurve[];
}

/**
 * Columns of equal length, from left to right. When `sampled`, an entry stands for the `n` points of one part of the x
 * axis; else it is a point, with all values the same.
 */
export interface RunCurve {
  readonly runId: RunId;
  /** Points of the metric in the run. */
  readonly total: number;
  /** Points within the part that is looked at. */
  readonly inRange: number;
  readonly sampled: boolean;
  /** NaN and infinities within; they are in none of the columns. */
  readonly notNumbers: number;
  /** Where the first of these are, on the x axis. */
  readonly notNumbersAt: readonly number[];
  readonly x: readonly number[];
  readonly n: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly mean: readonly number[];
}

/** A metric that some of the runs have. */
export interface CurveKey {
  readonly key: string;
  readonly runs: number;
  /** Points of the longest. */
  readonly points: number;
}
