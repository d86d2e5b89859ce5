import { ModelyardError } from '../../errors';
import kernelBytes from './kernel.wat';

/** Cells of a feature's histogram: 255 bins and the one for missing values. */
export const cellsPerFeature = 256;
const cellBytes = 8;
const pageBytes = 65_536;
/** What WebAssembly can address, and so much of it that a number of 32 bits tells every place. */
const mostBytes = 2 ** 32 - pageBytes;

interface Exports {
  histogram(bins: number, features: number, rows: number, count: number, pairs: number, sums: number): void;
  histogramOf(
    bins: number,
    features: number,
    rows: number,
    count: number,
    pairs: number,
    sums: number,
    list: number,
    some: number,
  ): void;
  subtract(from: number, by: number, cells: number): void;
  partition(bins: number, features: number, rows: number, count: number, table: number, spare: number): number;
  clear(at: number, bytes: number): void;
}

/** A node's rows: so many of `order`, from a place on. */
export interface Stretch {
  readonly start: number;
  readonly rows: number;
}

export interface SomeFeatures {
  readonly features: Int32Array;
  /** Of every feature. */
  readonly bins: Int32Array;
}

export interface KernelSize {
  readonly rows: number;
  readonly features: number;
  /** Histograms that are held at the same time. */
  readonly histograms: number;
}

/**
 * The memory in which trees are grown, and the loops over it (kernel.wat). Rows are numbered from 0; `order` lists the
 * rows that take part, and a node is a stretch of it.
 */
export class Kernel {
  /** `bins[row * features + feature]` */
  readonly bins: Uint8Array;
  /** Of a row: the gradient at `2 * row + 1`, the hessian (not negative) at `2 * row`, in whole units. */
  readonly pairs: Int32Array;
  readonly order: Int32Array;
  /** 1: rows of this bin go left. */
  readonly goesLeft: Uint8Array;
  /** Sums of hessians at even places, and of gradients (read as signed) at odd ones: see `cellOf`. */
  readonly hessians: Uint32Array;
  readonly gradients: Int32Array;
  private readonly list: Int32Array;
  private readonly exports: Exports;
  private readonly at: {
    bins: number;
    pairs: number;
    order: number;
    spare: number;
    goesLeft: number;
    list: number;
    sums: number;
  };

  constructor(private readonly size: KernelSize) {
    const { rows, features, histograms } = size;
    let bytes = 0;
    const place = (length: number): number => {
      const at = bytes;
      bytes += Math.ceil(length / 16) * 16;
      return at;
    };
    const histogramBytes = features * cellsPerFeature * cellBytes;
    this.at = {
      bins: place(rows * features),
      pairs: place(rows * 8),
      order: place(rows * 4),
      spare: place(rows * 4),
      goesLeft: place(cellsPerFeature),
      list: place(features * 4),
      sums: place(histograms * histogramBytes),
    };
    if (bytes > mostBytes) throw tooLarge(size, bytes);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
    const module = new WebAssembly.Module(kernelBytes);
    this.exports = loopsOf(new WebAssembly.Instance(module, { trees: { memory } }).exports);
    const { buffer } = memory;
    this.bins = new Uint8Array(buffer, this.at.bins, rows * features);
    this.pairs = new Int32Array(buffer, this.at.pairs, rows * 2);
    this.order = new Int32Array(buffer, this.at.order, rows);
    this.list = new Int32Array(buffer, this.at.list, features);
    this.goesLeft = new Uint8Array(buffer, this.at.goesLeft, cellsPerFeature);
    this.hessians = new Uint32Array(buffer, this.at.sums, (histograms * histogramBytes) / 4);
    this.gradients = new Int32Array(buffer, this.at.sums, (histograms * histogramBytes) / 4);
  }

  /** Where a feature's first bin is in `hessians`; the gradient is one further, the next bin two further. */
  cellOf(histogram: number, feature: number): number {
    return 2 * (histogram * this.size.features + feature) * cellsPerFeature;
  }

  /** Makes a histogram anew, of a stretch of `order`. */
  fill(histogram: number, { start, rows }: Stretch): void {
    const { bins, order, pairs } = this.at;
    const { features } = this.size;
    const sums = this.sumsOf(histogram);
    this.exports.clear(sums, features * cellsPerFeature * cellBytes);
    this.exports.histogram(bins, features, order + 4 * start, rows, pairs, sums);
  }

  /** The same of some features, of which each has so many bins; the cells of the others keep what they had. */
  fillSome(histogram: number, { start, rows }: Stretch, { features, bins }: SomeFeatures): void {
    const { at, size } = this;
    const sums = this.sumsOf(histogram);
    for (const feature of features)
      this.exports.clear(sums + feature * cellsPerFeature * cellBytes, (bins[feature]! + 1) * cellBytes);
    this.list.set(features);
    const order = at.order + 4 * start;
    this.exports.histogramOf(at.bins, size.features, order, rows, at.pairs, sums, at.list, features.length);
  }

  /** Takes one histogram from another: what is left are the rows of the sibling. */
  subtract(from: number, by: number): void {
    this.exports.subtract(this.sumsOf(from), this.sumsOf(by), this.size.features * cellsPerFeature);
  }

  /** Puts the rows of a node that go left (by `goesLeft`) first. @returns how many they are */
  partition(feature: number, { start, rows }: Stretch): number {
    const { bins, order, goesLeft, spare } = this.at;
    return this.exports.partition(bins + feature, this.size.features, order + 4 * start, rows, goesLeft, spare);
  }

  private sumsOf(histogram: number): number {
    return this.at.sums + histogram * this.size.features * cellsPerFeature * cellBytes;
  }
}

function loopsOf(exports: object): Exports {
  if (!hasLoops(exports)) throw new Error('kernel.wat lacks a loop.');
  return exports;
}

const hasLoops = (exports: object): exports is Exports =>
  ['histogram', 'histogramOf', 'subtract', 'partition', 'clear'].every(name => name in exports);

const tooLarge = ({ rows, features, histograms }: KernelSize, bytes: number): ModelyardError =>
  new ModelyardError(
    'params.invalid',
    `Trees of ${histograms} leaves on ${rows} rows × ${features} features need ${(bytes / 2 ** 30).toFixed(1)} GB; there are 4 at most.`,
    {
      fix: 'Set fewer `leaves`, or take columns away in the prepare step.',
      data: { rows, features, leaves: histograms },
    },
  );
