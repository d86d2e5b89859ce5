import type { Batch, ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import type { Cell } from '../../protocol/data';
import { plainNumbers, valueFinder } from './cellTests';
import type { Tally } from './check';

/** Counts cells by the values or bins of a partition that is given; what fits none is told to `odd`. */
export class PartitionCounts {
  readonly counts: Float64Array;
  total = 0;
  readonly #odd: Tally;
  readonly #find: (column: ColumnBatch, row: number) => number;

  constructor(partition: { readonly values: readonly Cell[] } | { readonly edges: readonly number[] }, odd: Tally) {
    this.#odd = odd;
    if ('values' in partition) {
      this.counts = new Float64Array(partition.values.length);
      this.#find = valueFinder(partition.values);
    } else {
      const { edges } = partition;
      this.counts = new Float64Array(edges.length - 1);
      this.#find = ({ kinds, numbers }, row) => ((kinds[row]! & plainNumbers) === 0 ? -1 : binOf(edges, numbers[row]!));
    }
  }

  add(column: ColumnBatch, batch: Batch): void {
    for (let row = 0; row < column.rows; row++) {
      if (isMissing(column.kinds[row]!)) continue;
      this.total++;
      const place = this.#find(column, row);
      if (place < 0) this.#odd.fail(batch, row, column);
      else this.counts[place]!++;
    }
  }
}

/** The last bin has its upper edge. −1: outside. */
function binOf(edges: readonly number[], value: number): number {
  const last = edges.length - 1;
  if (!(value >= edges[0]! && value <= edges[last]!)) return -1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
