import type { Batch, CellTexts } from '../read/batch';
import { openReader } from '../read/openReader';
import { newCell, type NewColumn } from './newColumn';
import type { NewFile } from './newFile';
import type { Widening } from './widening';

/** Writes the rows of a file as CSV, each cell with the text that it has there, and the new columns behind. */
export async function widenCsv({ source, columns, delimiter = ',' }: Widening, to: NewFile, signal: AbortSignal) {
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    const rows = new CsvRows(delimiter);
    let isFirst = true;
    for await (const batch of reader.batches()) {
      if (isFirst) await to.append(rows.header([...reader.columns, ...columns.map(({ name }) => name)]));
      isFirst = false;
      await to.append(await rows.of(batch, reader.columns.length, columns));
    }
  } finally {
    await reader.close();
  }
}

const lf = 10;
const quote = 34;

class CsvRows {
  readonly #delimiter: number;
  readonly #special: RegExp;
  #bytes = Buffer.allocUnsafe(1 << 20);
  #at = 0;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#special = new RegExp(`["\\r\\n${delimiter === '|' ? '\\|' : delimiter}]|^\\s|\\s$`);
  }

  header(names: readonly string[]): Buffer {
    this.#at = 0;
    for (const [index, name] of names.entries()) {
      if (index > 0) this.#byte(this.#delimiter);
      this.#text(name);
    }
    this.#byte(lf);
    return this.#taken();
  }

  async of(batch: Batch, own: number, columns: readonly NewColumn[]): Promise<Buffer> {
    const texts: CellTexts[] = [];
    for (let index = 0; index < own; index++) texts.push((await batch.column(index)).texts());
    this.#at = 0;
    for (let row = 0; row < batch.rows; row++) {
      for (const [index, cells] of texts.entries()) {
        if (index > 0) this.#byte(this.#delimiter);
        const at = row * cells.stride + cells.offset;
        this.#cell(cells.bytes, cells.starts[at]!, cells.ends[at]!);
      }
      for (const column of columns) {
        this.#byte(this.#delimiter);
        this.#text(String(newCell(column, batch.firstRow + row) ?? ''));
      }
      this.#byte(lf);
    }
    return this.#taken();
  }

  #taken(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }

  #byte(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = byte;
  }

  #text(text: string): void {
    const quoted = this.#special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    this.#room(quoted.length * 3);
    this.#at += this.#bytes.write(quoted, this.#at);
  }

  /** Quotes a cell when a reader would take it for something else. */
  #cell(bytes: Buffer, start: number, end: number): void {
    this.#room(2 * (end - start) + 2);
    let isSpecial = start < end && (bytes[start]! <= 32 || bytes[end - 1]! <= 32);
    for (let at = start; at < end && !isSpecial; at++) {
      const byte = bytes[at]!;
      isSpecial = byte === this.#delimiter || byte === quote || byte === lf || byte === 13;
    }
    if (isSpecial) this.#bytes[this.#at++] = quote;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === quote) this.#bytes[this.#at++] = quote;
      this.#bytes[this.#at++] = byte;
    }
    if (isSpecial) this.#bytes[this.#at++] = quote;
  }
}
