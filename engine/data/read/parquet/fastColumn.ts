import type { ColumnBatch } from '../batch';
import { Kind } from '../cellKind';
import type { Leaf } from './leaf';
import { NumberCells } from './numberCells';
import { pagesOf, type ValuePage } from './pages';
import { plainNumbers, stretchOf, type Numbers } from './plainNumbers';
import { readRuns, widestBits } from './runs';
import { TextChunk } from './textChunk';
import type { Unpack } from './unpack';

export interface FastChunk {
  readonly bytes: ArrayBuffer;
  readonly unpack: Unpack;
  readonly leaf: Leaf;
  readonly rows: number;
  /** Texts that mean "missing". */
  readonly missing: ReadonlySet<string>;
}

/** A column of a row group straight from its bytes. Undefined: it is written in a way that the library is for. */
export function fastColumn({ bytes, unpack, leaf, rows, missing }: FastChunk): ColumnBatch | undefined {
  const column = leaf.kind === 'text' ? new TextChunk(rows, missing) : new NumberChunk(rows, leaf);
  for (const page of pagesOf(bytes, unpack, leaf)) {
    if (!page) return undefined;
    if (page.isDictionary) column.dictionary(page);
    else if (page.encoding === 'PLAIN') column.plain(page);
    else if (page.encoding === 'RLE_DICTIONARY' || page.encoding === 'PLAIN_DICTIONARY') {
      const codes = codesOf(page);
      if (!codes) return undefined;
      column.coded(page, codes);
    } else return undefined;
    if (!column.isExact) return undefined;
    if (column.row >= rows) break;
  }
  if (column.row !== rows) throw new Error('the column ends before its row group does');
  return column.finish();
}

function codesOf({ bytes, at, values }: ValuePage): Int32Array | undefined {
  const codes = new Int32Array(values);
  if (values === 0) return codes;
  const bits = bytes[at]!;
  if (bits > widestBits) return undefined;
  if (!readRuns(bytes, { from: at + 1, to: bytes.length, bits }, codes))
    throw new Error('codes end before the page does');
  return codes;
}

const emptyNumbers = (count: number): Numbers => ({
  numbers: new Float64Array(count),
  kinds: new Uint8Array(count),
});

function onlyKind(kinds: Uint8Array): number | undefined {
  const [kind] = kinds;
  for (const other of kinds) if (other !== kind) return undefined;
  return kind;
}

/** A column that is kept as numbers. */
class NumberChunk {
  row = 0;
  /** Whether numbers hold all values; else the library reads them. */
  isExact = true;
  readonly #leaf: Leaf;
  readonly #numbers: Float64Array;
  readonly #kinds: Uint8Array;
  #dictionary: Numbers = emptyNumbers(0);
  /** Of all values of the dictionary, where they have one. */
  #kind: number | undefined;

  constructor(rows: number, leaf: Leaf) {
    this.#leaf = leaf;
    this.#numbers = new Float64Array(rows);
    this.#kinds = new Uint8Array(rows);
  }

  dictionary(page: ValuePage): void {
    this.#dictionary = emptyNumbers(page.values);
    this.isExact &&= plainNumbers(page, this.#leaf, this.#dictionary);
    this.#kind = onlyKind(this.#dictionary.kinds);
  }

  plain(page: ValuePage): void {
    if (!page.present) {
      const to = stretchOf({ numbers: this.#numbers, kinds: this.#kinds }, this.row, page.values);
      this.isExact &&= plainNumbers(page, this.#leaf, to);
      this.row += page.rows;
      return;
    }
    const { numbers, kinds } = emptyNumbers(page.values);
    this.isExact &&= plainNumbers(page, this.#leaf, { numbers, kinds });
    this.#place(page, at => [numbers[at]!, kinds[at]!]);
  }

  coded(page: ValuePage, codes: Int32Array): void {
    const { numbers, kinds } = this.#dictionary;
    if (page.present) {
      this.#place(page, at => [numbers[codes[at]!]!, kinds[codes[at]!]!]);
      return;
    }
    const to = this.#numbers.subarray(this.row);
    for (let at = 0; at < codes.length; at++) to[at] = numbers[codes[at]!]!;
    if (this.#kind !== undefined) this.#kinds.fill(this.#kind, this.row, this.row + page.rows);
    else for (let at = 0; at < codes.length; at++) this.#kinds[this.row + at] = kinds[codes[at]!]!;
    this.row += page.rows;
  }

  #place({ present, rows }: ValuePage, valueAt: (at: number) => readonly [number, number]): void {
    let at = 0;
    for (let row = 0; row < rows; row++, this.row++)
      if (present![row] === 1) [this.#numbers[this.row], this.#kinds[this.row]] = valueAt(at++);
      else {
        this.#numbers[this.row] = Number.NaN;
        this.#kinds[this.row] = Kind.missing;
      }
  }

  finish(): ColumnBatch {
    return new NumberCells({ numbers: this.#numbers, kinds: this.#kinds }, this.#leaf);
  }
}
