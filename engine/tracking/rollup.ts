import type { Int64 } from './records';

/** Points that share a row of the roll-up. */
export const BUCKET_POINTS = 1_024;

/** Summary of up to 1,024 points of a series in their order of arrival. NaNs are counted, not summed. */
export interface Bucket {
  readonly index: number;
  n: number;
  nans: number;
  /** NaN while there is no number. */
  min: number;
  max: number;
  sum: number;
  /** May be NaN. */
  last: number;
  firstStep: Int64;
  lastStep: Int64;
  /** ms since the run's start */
  lastTime: Int64;
}

export const bucketOf = (seq: number): number => Math.floor(seq / BUCKET_POINTS);

export const emptyBucket = (index: number): Bucket => ({
  index,
  n: 0,
  nans: 0,
  min: Number.NaN,
  max: Number.NaN,
  sum: Number.NaN,
  last: Number.NaN,
  firstStep: 0,
  lastStep: 0,
  lastTime: 0,
});

export function addToBucket(bucket: Bucket, step: Int64, time: Int64, value: number): void {
  if (bucket.n === 0) bucket.firstStep = step;
  bucket.n++;
  bucket.last = value;
  bucket.lastStep = step;
  bucket.lastTime = time;
  if (Number.isNaN(value)) {
    bucket.nans++;
    return;
  }
  const numbers = bucket.n - bucket.nans;
  bucket.min = numbers === 1 ? value : Math.min(bucket.min, value);
  bucket.max = numbers === 1 ? value : Math.max(bucket.max, value);
  bucket.sum = numbers === 1 ? value : bucket.sum + value;
}
