import type { ColumnProfile } from '../../protocol/data';
import { Fingerprint } from '../fingerprint';
import type { ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { DistinctSketch } from './distinctSketch';
import type { NumberDistribution } from './distribution';
import { counted } from './distribution';
import { StreamingHistogram, histogramOf } from './histogram';
import { Reservoir, quantile } from './reservoir';

const shares = { p1: 0.01, p5: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 };

/** Sums up a column of numbers or times. Infinite values count as values, but enter no statistic. */
export class NumberProfile {
  nulls = 0;
  readonly #distinct: DistinctSketch;
  readonly #sample: Reservoir;
  readonly #histogram = new StreamingHistogram();
  readonly #fingerprint = new Fingerprint();
  #dense = new Float64Array(0);
  #count = 0;
  #mean = 0;
  /** Sum of squared deviations from the mean. */
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;

  /** `bound`: values kept at most for counting what is different, and twice as many for quantiles; a power of two */
  constructor(bound: number) {
    this.#distinct = new DistinctSketch(bound);
    this.#sample = new Reservoir(bound * 2);
  }

  add(column: ColumnBatch): void {
    const count = this.#gather(column);
    if (count === 0) return;
    const values = this.#dense;
    let min = Infinity;
    let max = -Infinity;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
    }
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    this.#merge(values, count, Number.isFinite(sum) ? sum / count : meanOfParts(values, count));
    this.#sample.add(values, count);
    this.#histogram.add(values, count, { min, max });
  }

  finish(): Partial<ColumnProfile> {
    const distinct = { distinct: this.#distinct.count, distinctEstimated: this.#distinct.estimated };
    if (this.#count === 0) return { nulls: this.nulls, ...distinct };
    const sorted = this.#sample.sorted();
    const std = Math.sqrt(this.#squares / (this.#count - 1));
    return {
      nulls: this.nulls,
      ...distinct,
      min: this.#min,
      max: this.#max,
      mean: this.#mean,
      ...(this.#count > 1 && Number.isFinite(std) && { std }), // squares may be larger than any number
      quantiles: Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, quantile(sorted, share)])),
      histogram: this.#sample.complete ? histogramOf(sorted) : this.#histogram.finish(this.#min, this.#max),
    };
  }

  distribution(): Omit<NumberDistribution, 'name'> {
    const { complete } = this.#sample;
    return { kind: 'numbers', ...counted(this.#sample.sorted()), of: this.#count, complete };
  }

  /** Finite values of the batch to the front of `#dense`; counts the others and what is different. */
  #gather(column: ColumnBatch): number {
    const { rows, kinds, numbers } = column;
    if (this.#dense.length < rows) this.#dense = new Float64Array(rows);
    const dense = this.#dense;
    const fingerprint = this.#fingerprint;
    let count = 0;
    for (let row = 0; row < rows; row++) {
      if (isMissing(kinds[row]!)) {
        this.nulls++;
        continue;
      }
      const value = numbers[row]!;
      fingerprint.number(value);
      this.#distinct.add(fingerprint.low, fingerprint.high);
      if (value - value === 0) dense[count++] = value;
    }
    return count;
  }

  /** Adds a batch's mean and squares (Chan, Golub, LeVeque 1979: Welford's update for groups). */
  #merge(values: Float64Array, count: number, mean: number): void {
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const deviation = values[i]! - mean;
      squares += deviation * deviation;
    }
    const total = this.#count + count;
    const delta = mean - this.#mean;
    this.#squares += squares + (this.#count === 0 ? 0 : (delta * delta * this.#count * count) / total);
    if (Number.isFinite(delta * count)) this.#mean += (delta * count) / total;
    else this.#mean = this.#mean * (this.#count / total) + mean * (count / total);
    this.#count = total;
  }
}

/** Of values whose sum is larger than any number. */
function meanOfParts(values: Float64Array, count: number): number {
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i]! / count;
  return mean;
}
