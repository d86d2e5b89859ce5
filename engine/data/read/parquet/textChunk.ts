import type { CellTexts, ColumnBatch } from '../batch';
import { Kind } from '../cellKind';
import type { ValuePage } from './pages';

/** A column of texts: where each stands in the bytes of its pages. */
export class TextChunk {
  row = 0;
  readonly isExact = true;
  readonly #missing: ReadonlySet<string>;
  readonly #kinds: Uint8Array;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #pages: Uint8Array[] = [];
  #bytes = 0;
  #dictionary: Texts = { starts: new Int32Array(0), ends: new Int32Array(0), kinds: new Uint8Array(0) };

  constructor(rows: number, missing: ReadonlySet<string>) {
    this.#missing = missing;
    this.#kinds = new Uint8Array(rows);
    this.#starts = new Int32Array(rows);
    this.#ends = new Int32Array(rows);
  }

  dictionary(page: ValuePage): void {
    this.#dictionary = this.#read(page);
  }

  plain(page: ValuePage): void {
    this.#place(page, this.#read(page), undefined);
  }

  coded(page: ValuePage, codes: Int32Array): void {
    this.#place(page, this.#dictionary, codes);
  }

  /** The texts of a page; its bytes are kept. */
  #read({ bytes, at, values }: ValuePage): Texts {
    const found = { starts: new Int32Array(values), ends: new Int32Array(values), kinds: new Uint8Array(values) };
    const base = this.#bytes;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let next = at;
    for (let i = 0; i < values; i++) {
      const length = text.readUInt32LE(next);
      const start = next + 4;
      next = start + length;
      if (next > text.length) throw new Error('the page ends before its texts do');
      found.starts[i] = base + start;
      found.ends[i] = base + next;
      const isMissing =
        length === 0 || (this.#missing.size > 0 && this.#missing.has(text.toString('utf8', start, next).trim()));
      found.kinds[i] = isMissing ? Kind.missing : Kind.text;
    }
    this.#pages.push(bytes);
    this.#bytes += bytes.length;
    return found;
  }

  #place({ present, rows }: ValuePage, from: Texts, codes: Int32Array | undefined): void {
    let at = 0;
    for (let row = 0; row < rows; row++, this.row++) {
      if (present && present[row] !== 1) continue;
      const value = codes ? codes[at]! : at;
      this.#starts[this.row] = from.starts[value]!;
      this.#ends[this.row] = from.ends[value]!;
      this.#kinds[this.row] = from.kinds[value]!;
      at++;
    }
  }

  finish(): ColumnBatch {
    const rows = this.#kinds.length;
    const bytes = Buffer.concat(this.#pages, this.#bytes);
    const texts: CellTexts = { bytes, starts: this.#starts, ends: this.#ends, stride: 1, offset: 0 };
    return { rows, kinds: this.#kinds, numbers: new Float64Array(rows).fill(Number.NaN), texts: () => texts };
  }
}

interface Texts {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
}
