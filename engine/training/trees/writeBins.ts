import type { Matrix } from '../learner';
import { binner, type FeatureBins } from './bins';
import { Layout, loopsOver, sharedMemory } from './loops';

/** Rows whose values are bins. */
export interface BinnedRows {
  readonly rows: number;
  /** Puts the bin of every value into `into[row * features + feature]`. */
  readonly write: (into: Uint8Array) => void;
}

export const binnedRows = (x: Matrix, features: readonly FeatureBins[]): BinnedRows => ({
  rows: x.rows,
  write: into => writeBins(x, features, into),
});

/** Edges of a feature in the search, filled up with infinities. */
const edgesPerFeature = 256;
/** Numbers that are copied and sorted in at a time: they stay in the processor's cache. */
const numbersAtOnce = 65_536;

/** The bin of every value into `into[row * columns + feature]`; missing: one after the feature's last. */
export function writeBins({ rows, columns, values }: Matrix, features: readonly FeatureBins[], into: Uint8Array): void {
  const search = new Search(features, Math.min(rows, Math.max(1, Math.floor(numbersAtOnce / columns))));
  for (let row = 0; row < rows; row += search.rows) {
    const end = Math.min(rows, row + search.rows);
    into.set(search.binsOf(values.subarray(row * columns, end * columns)), row * columns);
  }
  for (const [feature, bins] of features.entries()) {
    if (bins.kind === 'numeric') continue;
    const binOf = binner(bins);
    for (let at = feature; at < rows * columns; at += columns) into[at] = binOf(values[at]!);
  }
}

/** The bins of numbers, some rows at a time. */
class Search {
  private readonly loops;
  private readonly values: Float64Array;
  private readonly bins: Uint8Array;
  private readonly at: { readonly edges: number; readonly values: number; readonly bins: number };

  constructor(
    private readonly features: readonly FeatureBins[],
    readonly rows: number,
  ) {
    const layout = new Layout();
    const numbers = rows * features.length;
    this.at = {
      edges: layout.place(features.length * edgesPerFeature * 8),
      values: layout.place(numbers * 8),
      bins: layout.place(numbers),
    };
    const memory = sharedMemory(layout.bytes);
    this.loops = loopsOver(memory);
    this.values = new Float64Array(memory.buffer, this.at.values, numbers);
    this.bins = new Uint8Array(memory.buffer, this.at.bins, numbers);
    const edges = new Float64Array(memory.buffer, this.at.edges, features.length * edgesPerFeature).fill(Infinity);
    for (const [feature, bins] of features.entries())
      if (bins.kind === 'numeric') edges.set(bins.edges, feature * edgesPerFeature);
  }

  /** @returns those of the categories are left as they were */
  binsOf(values: Float64Array): Uint8Array {
    const { features, at, loops } = this;
    const columns = features.length;
    this.values.set(values);
    for (const [feature, { kind, bins }] of features.entries()) {
      if (kind !== 'numeric') continue;
      const edges = at.edges + feature * edgesPerFeature * 8;
      const count = values.length / columns;
      loops.bin(at.values + feature * 8, columns * 8, count, edges, bins, at.bins + feature, columns);
    }
    return this.bins.subarray(0, values.length);
  }
}
