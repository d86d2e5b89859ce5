import type { DatasetSource } from '../../protocol/jobs';
import type { Batch, DataReader } from './batch';
import { dataError, type DataFile } from './dataFile';
import { JsonRows } from './jsonRows';
import { assertText, assertUtf8 } from './sniff';
import { UnreadBytes } from './unreadBytes';
import { ValueColumn, type ValueHints } from './valueColumn';

const longestLine = 64 << 20;
const lf = 10;

/** Reads JSON lines: one object a line, blank lines passed over, missing keys as null. */
export class JsonLinesReader implements DataReader {
  readonly #source: DatasetSource;
  readonly #file: DataFile;
  readonly #hints: ValueHints;
  readonly #rows: JsonRows;
  readonly #unread: UnreadBytes;
  #line = 1;

  private constructor(source: DatasetSource, file: DataFile) {
    this.#source = source;
    this.#file = file;
    this.#unread = new UnreadBytes(file, { longest: longestLine, tooLong: () => this.#tooLong() });
    this.#rows = new JsonRows(source);
    this.#hints = {
      datesInTexts: true,
      decimals: false,
      days: false,
      missing: new Set(source.missing.map(text => text.trim())),
    };
  }

  /** @throws ModelyardError `data.unreadable`; the caller closes the file then. */
  static async open(source: DatasetSource, file: DataFile): Promise<JsonLinesReader> {
    const reader = new JsonLinesReader(source, file);
    await reader.#unread.fill();
    const head = reader.#unread.bytes.subarray(0, reader.#unread.to);
    assertText(source, head);
    if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) reader.#unread.from = 3;
    return reader;
  }

  get columns(): readonly string[] {
    return this.#rows.names;
  }

  get bytesRead(): number {
    return this.#file.bytesRead;
  }

  get bytes(): number {
    return this.#file.size;
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    let firstRow = 0;
    while (await this.#parseBlock()) {
      const { count } = this.#rows;
      if (count > 0) yield this.#batch(firstRow);
      firstRow += count;
    }
    await this.#file.assertUnchanged();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  digest(): Promise<string> {
    return Promise.resolve(this.#file.digest());
  }

  #batch(firstRow: number): Batch {
    const { count, lines } = this.#rows;
    return {
      rows: count,
      firstRow,
      line: row => lines[row]!,
      column: index => new ValueColumn(this.#rows.values[index] ?? [], count, this.#hints),
    };
  }

  /** Parses all complete lines that are there. False at the end of the file. */
  async #parseBlock(): Promise<boolean> {
    for (;;) {
      if (this.#unread.from === this.#unread.to && this.#unread.ended) return false;
      const end = this.#unread.ended
        ? this.#unread.to
        : this.#unread.bytes.subarray(0, this.#unread.to).lastIndexOf(lf) + 1;
      if (end > this.#unread.from) {
        assertUtf8(this.#source, this.#unread.bytes.subarray(this.#unread.from, end), this.#line);
        this.#line = this.#rows.parse(this.#unread.bytes, { from: this.#unread.from, to: end, line: this.#line });
        this.#unread.from = end;
        return true;
      }
      await this.#unread.fill();
    }
  }

  #tooLong(): Error {
    return dataError(this.#source, 'the line is longer than 64 MB.', {
      line: this.#line,
      fix: 'Check that the file holds one JSON object a line.',
    });
  }
}
