import type { Batch, ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { Reservoir, quantile } from '../profile/reservoir';
import type { Tally } from './check';

export interface SummaryOptions {
  /** `Kind`s of cells that count; another one is told to `odd`. */
  readonly kinds: number;
  /** Values that are kept for quantiles; 0: none. */
  readonly sample: number;
  readonly odd: Tally;
}

/** Sums up the numbers (or times) of a column while they pass by. */
export class NumberSummary {
  count = 0;
  mean = 0;
  min = Infinity;
  max = -Infinity;
  /** Lines of the least and the greatest value. */
  minLine = 0;
  maxLine = 0;
  #last = -1;
  #squares = 0;
  #sum = 0;
  /** What rounding took from the sum (Neumaier 1974). */
  #lost = 0;
  readonly #options: SummaryOptions;
  readonly #sample: Reservoir | undefined;
  #dense = new Float64Array(0);

  constructor(options: SummaryOptions) {
    this.#options = options;
    this.#sample = options.sample > 0 ? new Reservoir(options.sample) : undefined;
  }

  /** Of those who share it, the first one that comes with a batch counts. */
  add(column: ColumnBatch, batch: Batch): void {
    if (column.rows === 0 || batch.firstRow === this.#last) return;
    this.#last = batch.firstRow;
    const { kinds, odd } = this.#options;
    if (this.#dense.length < column.rows) this.#dense = new Float64Array(column.rows);
    const dense = this.#dense;
    let size = 0;
    for (let row = 0; row < column.rows; row++) {
      const kind = column.kinds[row]!;
      if (isMissing(kind)) continue;
      if ((kind & kinds) === 0) {
        odd.fail(batch, row, column);
        continue;
      }
      const value = column.numbers[row]!;
      dense[size++] = value;
      this.#one(value);
      if (value < this.min) {
        this.min = value;
        this.minLine = batch.line(row);
      }
      if (value > this.max) {
        this.max = value;
        this.maxLine = batch.line(row);
      }
    }
    this.#sample?.add(dense, size);
  }

  get sum(): number {
    return Number.isFinite(this.#sum) ? this.#sum + this.#lost : this.#sum;
  }

  /** n − 1; NaN below two values. */
  get std(): number {
    return this.count < 2 ? Number.NaN : Math.sqrt(this.#squares / (this.count - 1));
  }

  /** By share, as NumPy's default. NaN without values. */
  quantile(share: number): number {
    const sorted = this.#sorted();
    return sorted.length === 0 ? Number.NaN : quantile(sorted, share);
  }

  get isSampled(): boolean {
    return this.#sample?.complete === false;
  }

  #ordered: Float64Array | undefined;
  #sorted(): Float64Array {
    return (this.#ordered ??= this.#sample?.sorted() ?? new Float64Array(0));
  }

  /** Welford's update. */
  #one(value: number): void {
    this.count++;
    const delta = value - this.mean;
    this.mean += delta / this.count;
    this.#squares += delta * (value - this.mean);
    const sum = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    this.#sum = sum;
  }
}
