export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

const bins = 20;
const cells = 4096;

/** 20 bins of equal width over sorted values, as numpy.histogram: the last bin includes its upper edge. */
export function histogramOf(sorted: Float64Array): Histogram {
  const min = sorted[0]!;
  const max = sorted.at(-1)!;
  const edges = linearEdges(min, max);
  const counts = new Array<number>(bins).fill(0);
  let bin = 0;
  for (const value of sorted) {
    while (bin < bins - 1 && value >= edges[bin + 1]!) bin++;
    counts[bin] = counts[bin]! + 1;
  }
  return { edges, counts };
}

/** A column with one value gets a range of 1 around it. */
function linearEdges(min: number, max: number): number[] {
  const [low, high] = min === max ? [min - 0.5, max + 0.5] : [min, max];
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low * (1 - i / bins) + high * (i / bins)));
}

/**
 * Counts a stream of numbers whose range is not known before: in at most 4,096 cells whose width is a power of two and
 * doubles, neighbours being added up, whenever the range outgrows them. The result is exact for the edges it names, which
 * are cut at cells and so differ from equal width by less than a cell.
 */
export class StreamingHistogram {
  #counts = new Float64Array(cells);
  #width = 0;
  /** The first cell begins at `#base * #width`. */
  #base = 0;

  /** @param range least and greatest of `values`, which are finite */
  add(values: Float64Array, count: number, range: { readonly min: number; readonly max: number }): void {
    if (count === 0) return;
    this.#cover(range.min, range.max);
    const counts = this.#counts;
    const scale = 1 / this.#width; // exact: a power of two
    const base = this.#base;
    for (let i = 0; i < count; i++) counts[Math.floor(values[i]! * scale) - base]!++;
  }

  finish(min: number, max: number): Histogram {
    if (min === max || this.#width === 0) {
      const counts = new Array<number>(bins).fill(0);
      counts[bins / 2] = this.#counts.reduce((sum, count) => sum + count, 0);
      return { edges: linearEdges(min, max), counts };
    }
    const first = Math.floor(min / this.#width) - this.#base;
    const used = Math.floor(max / this.#width) - this.#base - first + 1;
    const cuts = Array.from({ length: bins + 1 }, (_, i) => first + Math.round((i * used) / bins));
    const edges = cuts.map(cut => Math.min(max, Math.max(min, (this.#base + cut) * this.#width)));
    edges[0] = min;
    edges[bins] = max;
    const counts = cuts.slice(1).map((cut, i) => this.#counts.subarray(cuts[i], cut).reduce((sum, n) => sum + n, 0));
    return { edges, counts };
  }

  #cover(min: number, max: number): void {
    if (this.#width === 0) {
      this.#width = firstWidth(min, max);
      this.#base = Math.floor(min / this.#width) - cells / 4;
    }
    const low = Math.floor(min / this.#width) - this.#base;
    const high = Math.floor(max / this.#width) - this.#base;
    if (low < 0 || high >= cells) this.#widen(min, max);
  }

  #widen(min: number, max: number): void {
    const oldWidth = this.#width;
    const oldBase = this.#base;
    const first = this.#counts.findIndex(count => count > 0);
    const last = this.#counts.findLastIndex(count => count > 0);
    const low = first < 0 ? min : Math.min(min, (oldBase + first) * oldWidth);
    const high = last < 0 ? max : Math.max(max, (oldBase + last) * oldWidth);
    while (Math.floor(high / this.#width) - Math.floor(low / this.#width) >= cells) this.#width *= 2;
    const span = Math.floor(high / this.#width) - Math.floor(low / this.#width) + 1;
    this.#base = Math.floor(low / this.#width) - Math.floor((cells - span) / 2);
    const old = this.#counts;
    const ratio = oldWidth / this.#width;
    this.#counts = new Float64Array(cells);
    for (let cell = Math.max(first, 0); cell <= last; cell++) {
      const place = Math.floor((oldBase + cell) * ratio) - this.#base;
      this.#counts[place] = this.#counts[place]! + old[cell]!;
    }
  }
}

/** Such that the first values fill a quarter to a half of the cells, yet numbers divided by it stay exact. */
function firstWidth(min: number, max: number): number {
  const size = Math.max(Math.abs(min), Math.abs(max));
  const finest = powerBelow(size) * 2 ** -45;
  const wanted = min === max ? 0 : powerBelow((max - min) / (cells / 4));
  return Math.min(Math.max(wanted, finest, 2 ** -1021), 2 ** 1000);
}

const powerBelow = (value: number): number =>
  value > 0 ? 2 ** Math.floor(Math.log2(Math.min(value, Number.MAX_VALUE))) : 0;
