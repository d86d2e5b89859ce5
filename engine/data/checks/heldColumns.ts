import type { CellTexts, ColumnBatch } from '../read/batch';

/** A copy of a column of a batch that stays as it is until the batch has been read. */
function held(column: ColumnBatch): ColumnBatch {
  const { rows, kinds, numbers } = column;
  return { rows, kinds: kinds.slice(0, rows), numbers: numbers.slice(0, rows), texts: () => column.texts() };
}

/** The same column with the rows `wanted` alone (rising numbers of rows, the first `count` of them). */
export function onlyRows(column: ColumnBatch, wanted: Int32Array, count: number): ColumnBatch {
  const kinds = new Uint8Array(count);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    kinds[i] = column.kinds[wanted[i]!]!;
    numbers[i] = column.numbers[wanted[i]!]!;
  }
  let made: CellTexts | undefined;
  const texts = (): CellTexts => (made ??= onlyTexts(column.texts(), wanted, count));
  return { rows: count, kinds, numbers, texts };
}

function onlyTexts({ bytes, starts, ends, stride, offset }: CellTexts, wanted: Int32Array, count: number): CellTexts {
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const at = wanted[i]! * stride + offset;
    from[i] = starts[at]!;
    to[i] = ends[at]!;
  }
  return { bytes, starts: from, ends: to, stride: 1, offset: 0 };
}

/** Gathers several columns of a batch until all are there. */
export class HeldColumns {
  readonly names: readonly string[];
  #found = new Map<string, ColumnBatch>();

  constructor(names: readonly string[]) {
    this.names = [...new Set(names)];
  }

  /** All of them, by name, when the last one has come; they are forgotten then. */
  add(name: string, column: ColumnBatch): ReadonlyMap<string, ColumnBatch> | undefined {
    this.#found.set(name, held(column));
    if (this.#found.size < this.names.length) return undefined;
    const all = this.#found;
    this.#found = new Map();
    return all;
  }
}
