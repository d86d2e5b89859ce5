/** Points of one metric, in columns: they cross processes as bytes. */
export interface PointColumns {
  readonly key: string;
  readonly steps: BigInt64Array;
  /** ms since 1970 */
  readonly times: BigInt64Array;
  readonly values: Float64Array;
}

/** Points of one piece: bounds memory, messages and transactions. */
export const PIECE_POINTS = 2_000;

/** Collects points of one metric and hands them out in pieces. */
export class PointBuffer {
  private readonly steps = new BigInt64Array(PIECE_POINTS);
  private readonly times = new BigInt64Array(PIECE_POINTS);
  private readonly values = new Float64Array(PIECE_POINTS);
  private count = 0;

  constructor(private readonly key: string) {}

  get isFull(): boolean {
    return this.count === PIECE_POINTS;
  }

  /** Not when it is full. */
  add(step: bigint, time: bigint, value: number): void {
    this.steps[this.count] = step;
    this.times[this.count] = time;
    this.values[this.count] = value;
    this.count++;
  }

  /** What has been collected; the buffer is empty afterwards. */
  take(): PointColumns {
    const { key, count } = this;
    this.count = 0;
    return {
      key,
      steps: this.steps.slice(0, count),
      times: this.times.slice(0, count),
      values: this.values.slice(0, count),
    };
  }
}

/** A part of a piece. */
export const slicePoints = (points: PointColumns, from: number, to: number): PointColumns => ({
  key: points.key,
  steps: points.steps.subarray(from, to),
  times: points.times.subarray(from, to),
  values: points.values.subarray(from, to),
});
