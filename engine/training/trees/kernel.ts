import { optionPlace } from '../columns';
import { ModelyardError } from '../../errors';
import { Layout, loopsOver, mostBytes, sharedMemory, type Loops } from './loops';

/** Cells of a feature's histogram: 255 bins and the one for missing values. */
const cellsPerFeature = 256;
const cellBytes = 8;
/**
 * Rows that are gone through in one piece, by whichever thread. Sums of floating numbers are made of the sums of such
 * pieces, so that they are the same for any number of threads.
 */
export const blockRows = 2048;

/** A node's rows: so many of `order`, from a place on. */
export interface Stretch {
  readonly start: number;
  readonly rows: number;
}

export interface KernelSize {
  readonly rows: number;
  readonly features: number;
  /** Histograms that are held at the same time. */
  readonly histograms: number;
  /** Threads beside the first one; each has one more histogram for itself. */
  readonly others: number;
}

interface Places {
  readonly bins: number;
  readonly pairs: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly order: number;
  readonly spare: number;
  readonly goesLeft: number;
  readonly list: number;
  readonly units: number;
  readonly partial: number;
  readonly lefts: number;
  readonly filled: number;
  readonly sums: number;
}

/**
 * The memory in which trees are grown, and the loops over it (kernel.wat), block by block of a stretch. Rows are numbered
 * from 0; `order` lists the rows that take part, and a node is a stretch of it.
 */
export class Kernel {
  readonly memory: WebAssembly.Memory;
  /** `bins[row * features + feature]` */
  readonly bins: Uint8Array;
  /** Of each row, as the objective has them. */
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly order: Int32Array;
  /** 1: rows of this bin go left. */
  readonly goesLeft: Uint8Array;
  /** Sums of hessians at even places, and of gradients (read as signed) at odd ones: see `cellOf`. */
  readonly hessians: Uint32Array;
  readonly gradients: Int32Array;
  /** What a whole unit of a gradient and of a hessian is worth. */
  readonly units: Float64Array;
  /** Of each block: the sum of its gradients, of their absolute values, of its hessians. */
  readonly partial: Float64Array;
  /** Of each block: rows that went left. */
  readonly lefts: Int32Array;
  /** Features that histograms are made of; so many of them as `fill` is told. */
  readonly list: Int32Array;
  /** Of each thread: the last fill that it took part in. */
  readonly filled: Int32Array;
  private readonly spare: Int32Array;
  private readonly loops: Loops;
  private readonly at: Places;

  /** @param memory of a kernel of the same size in another thread; absent: memory of its own */
  constructor(
    readonly size: KernelSize,
    memory?: WebAssembly.Memory,
  ) {
    const { rows, features, histograms, others } = size;
    const { places, bytes } = placesOf(size);
    this.at = places;
    if (bytes > mostBytes) throw tooLarge(size, bytes);
    this.memory = memory ?? sharedMemory(bytes);
    this.loops = loopsOver(this.memory);
    const { buffer } = this.memory;
    const blocks = Math.ceil(rows / blockRows);
    this.bins = new Uint8Array(buffer, places.bins, rows * features);
    this.gradient = new Float64Array(buffer, places.gradient, rows);
    this.hessian = new Float64Array(buffer, places.hessian, rows);
    this.order = new Int32Array(buffer, places.order, rows);
    this.spare = new Int32Array(buffer, places.spare, rows);
    this.list = new Int32Array(buffer, places.list, features);
    this.goesLeft = new Uint8Array(buffer, places.goesLeft, cellsPerFeature);
    this.units = new Float64Array(buffer, places.units, 2);
    this.partial = new Float64Array(buffer, places.partial, blocks * 3);
    this.lefts = new Int32Array(buffer, places.lefts, blocks);
    this.filled = new Int32Array(buffer, places.filled, others + 1);
    const cells = (histograms + others) * features * cellsPerFeature * 2;
    this.hessians = new Uint32Array(buffer, places.sums, cells);
    this.gradients = new Int32Array(buffer, places.sums, cells);
  }

  /** Where a feature's first bin is in `hessians`; the gradient is one further, the next bin two further. */
  cellOf(histogram: number, feature: number): number {
    return 2 * (histogram * this.size.features + feature) * cellsPerFeature;
  }

  /** Empties a histogram, or the first so many listed features of it. @param bins of every feature */
  clear(histogram: number, some?: { readonly count: number; readonly bins: Int32Array }): void {
    const sums = this.sumsOf(histogram);
    const featureBytes = cellsPerFeature * cellBytes;
    if (some === undefined) {
      this.loops.clear(sums, this.size.features * featureBytes);
      return;
    }
    for (let at = 0; at < some.count; at++) {
      const feature = this.list[at]!;
      this.loops.clear(sums + feature * featureBytes, (some.bins[feature]! + 1) * cellBytes);
    }
  }

  /** Adds the rows of a stretch to a histogram. @param some how many listed features, instead of all */
  fill(histogram: number, { start, rows }: Stretch, some?: number): void {
    const { at, size, loops } = this;
    const order = at.order + 4 * start;
    const sums = this.sumsOf(histogram);
    if (some === undefined) loops.histogram(at.bins, size.features, order, rows, at.pairs, sums);
    else loops.histogramOf(at.bins, size.features, order, rows, at.pairs, sums, at.list, some);
  }

  /** Takes one histogram from another: what is left are the rows of the sibling. */
  subtract(from: number, by: number): void {
    this.loops.subtract(this.sumsOf(from), this.sumsOf(by), this.size.features * cellsPerFeature);
  }

  add(to: number, from: number): void {
    this.loops.add(this.sumsOf(to), this.sumsOf(from), this.size.features * cellsPerFeature);
  }

  /** Puts the rows of a block that go left (by `goesLeft`) first, the others apart; `lefts[block]` says how many they are. */
  divide(feature: number, { start, rows }: Stretch, block: number): void {
    const { bins, order, goesLeft, spare } = this.at;
    const { features } = this.size;
    const own = 4 * start;
    this.lefts[block] = this.loops.partition(bins + feature, features, order + own, rows, goesLeft, spare + own);
  }

  /** Brings the divided blocks of a stretch together, in the order they had. @returns the rows that went left */
  join({ start, rows }: Stretch): number {
    const { order, spare, lefts } = this;
    let to = start;
    const end = start + rows;
    for (let block = 0, from = start; from < end; block++, from += blockRows) {
      if (to < from) order.copyWithin(to, from, from + lefts[block]!);
      to += lefts[block]!;
    }
    const left = to - start;
    for (let block = 0, from = start; from < end; block++, from += blockRows) {
      const others = Math.min(blockRows, end - from) - lefts[block]!;
      order.set(spare.subarray(from, from + others), to);
      to += others;
    }
    return left;
  }

  /** Sums the derivatives of a block's rows into `partial`. */
  total({ start, rows }: Stretch, block: number): void {
    const { order, gradient, hessian, partial } = this.at;
    this.loops.totals(order + 4 * start, rows, gradient, hessian, partial + 24 * block);
  }

  /** Brings the derivatives of some rows to whole units. */
  round({ start, rows }: Stretch): void {
    const { order, gradient, hessian, pairs, units } = this.at;
    this.loops.round(order + 4 * start, rows, gradient, hessian, pairs, units);
  }

  private sumsOf(histogram: number): number {
    return this.at.sums + histogram * this.size.features * cellsPerFeature * cellBytes;
  }
}

function placesOf({ rows, features, histograms, others }: KernelSize): {
  readonly places: Places;
  readonly bytes: number;
} {
  const layout = new Layout();
  const blocks = Math.ceil(rows / blockRows);
  const places = {
    bins: layout.place(rows * features),
    pairs: layout.place(rows * 8),
    gradient: layout.place(rows * 8),
    hessian: layout.place(rows * 8),
    order: layout.place(rows * 4),
    spare: layout.place(rows * 4),
    goesLeft: layout.place(cellsPerFeature),
    list: layout.place(features * 4),
    units: layout.place(16),
    partial: layout.place(blocks * 24),
    lefts: layout.place(blocks * 4),
    filled: layout.place((others + 1) * 4),
    sums: layout.place((histograms + others) * features * cellsPerFeature * cellBytes),
  };
  return { places, bytes: layout.bytes };
}

const tooLarge = ({ rows, features, histograms }: KernelSize, bytes: number): ModelyardError =>
  new ModelyardError(
    'params.invalid',
    `Trees of ${histograms} leaves on ${rows} rows × ${features} features need ${(bytes / 2 ** 30).toFixed(1)} GB; there are 4 at most.`,
    {
      place: optionPlace('leaves'),
      fix: 'Set fewer `leaves`, or take columns away in the prepare step.',
      data: { rows, features, leaves: histograms },
    },
  );
