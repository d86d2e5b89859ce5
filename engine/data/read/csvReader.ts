import type { DatasetSource } from '../../protocol/jobs';
import type { Batch, CellTexts, ColumnBatch, DataReader } from './batch';
import { CellParser } from './cellParser';
import { delimiterName, detectDelimiter } from './csvDialect';
import { readHeader } from './csvHeader';
import { CsvSplitter } from './csvSplitter';
import { dataError, type DataFile } from './dataFile';
import { assertText, assertUtf8 } from './sniff';
import { UnreadBytes } from './unreadBytes';

/** A row that is longer has an open quote or is no CSV. */
const longestRow = 64 << 20;

/** Reads CSV in blocks of about 1 MiB; memory is bounded by the longest row. */
export class CsvReader implements DataReader {
  columns: readonly string[] = [];
  readonly #source: DatasetSource;
  readonly #file: DataFile;
  readonly #parser: CellParser;
  #splitter: CsvSplitter;
  readonly #unread: UnreadBytes;

  private constructor(source: DatasetSource, file: DataFile) {
    this.#source = source;
    this.#file = file;
    this.#unread = new UnreadBytes(file, { longest: longestRow, tooLong: () => this.#tooLong() });
    this.#parser = new CellParser(source.missing);
    this.#splitter = new CsvSplitter(source, ',');
  }

  /** @throws ModelyardError `data.unreadable` when it is not CSV with a header; the caller closes the file then. */
  static async open(source: DatasetSource, file: DataFile): Promise<CsvReader> {
    const reader = new CsvReader(source, file);
    await reader.#unread.fill();
    const head = reader.#unread.bytes.subarray(0, reader.#unread.to);
    assertText(source, head);
    if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) reader.#unread.from = 3;
    const sample = reader.#unread.bytes.subarray(reader.#unread.from, reader.#unread.to);
    reader.#splitter = new CsvSplitter(source, source.delimiter ?? detectDelimiter(sample) ?? ',');
    await reader.#readHeader(sample);
    return reader;
  }

  get bytesRead(): number {
    return this.#file.bytesRead;
  }

  get bytes(): number {
    return this.#file.size;
  }

  async *batches(): AsyncGenerator<Batch, void, undefined> {
    let firstRow = 0;
    while (await this.#split(Infinity)) {
      if (this.#splitter.rows === 0) continue;
      yield this.#batch(firstRow);
      firstRow += this.#splitter.rows;
    }
    await this.#file.assertUnchanged();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  digest(): Promise<string> {
    return Promise.resolve(this.#file.digest());
  }

  async #readHeader(sample: Buffer): Promise<void> {
    while (this.#splitter.rows === 0 && (await this.#split(1)));
    const { starts, ends, width, rows } = this.#splitter;
    if (rows === 0)
      throw dataError(this.#source, 'the file holds only blank lines.', {
        code: 'data.empty',
        fix: 'Put a header and rows there, or point `path` to another file.',
      });
    const cells = Array.from({ length: width }, (_, i) => this.#unread.bytes.toString('utf8', starts[i], ends[i]));
    const other = width === 1 && this.#source.delimiter !== undefined ? detectDelimiter(sample) : undefined;
    if (other !== undefined && other !== this.#source.delimiter)
      throw dataError(
        this.#source,
        `one column is found with the delimiter ${delimiterName(this.#source.delimiter ?? ',')}; ` +
          `the file seems to use ${delimiterName(other)}.`,
        { line: 1, column: 1, fix: `Set \`delimiter: ${JSON.stringify(other)}\`, or leave it out.` },
      );
    this.columns = readHeader(this.#source, cells, this.#splitter.lines[0]!);
  }

  /** Splits what is there into rows, reading more when no row is complete. False at the end of the file. */
  async #split(maxRows: number): Promise<boolean> {
    for (;;) {
      if (this.#unread.from === this.#unread.to && this.#unread.ended) return false;
      const from = this.#unread.from;
      const line = this.#splitter.line;
      if (from < this.#unread.to) {
        this.#unread.from = this.#splitter.split(this.#unread.bytes, {
          from,
          to: this.#unread.to,
          final: this.#unread.ended,
          maxRows,
        });
        if (this.#unread.from > from) {
          assertUtf8(this.#source, this.#unread.bytes.subarray(from, this.#unread.from), line);
          this.#splitter.joinDoubledQuotes(this.#unread.bytes);
          return true;
        }
        if (this.#unread.ended) {
          this.#unread.from = this.#unread.to;
          return false;
        }
      }
      await this.#unread.fill();
    }
  }

  #tooLong(): Error {
    const splitter = this.#splitter;
    if (splitter.openQuote >= 0) return splitter.unclosedQuote(this.#unread.bytes);
    return dataError(this.#source, 'the row is longer than 64 MB.', {
      line: splitter.line,
      fix: 'Check that this is a CSV file with one row a line.',
    });
  }

  #batch(firstRow: number): Batch {
    const { rows, lines } = this.#splitter;
    return {
      rows,
      firstRow,
      line: row => lines[row]!,
      column: index => this.#column(index),
    };
  }

  #kinds = new Uint8Array(0);
  #numbers = new Float64Array(0);

  #column(index: number): ColumnBatch {
    const { rows, width, starts, ends } = this.#splitter;
    if (this.#kinds.length < rows) {
      this.#kinds = new Uint8Array(rows * 2);
      this.#numbers = new Float64Array(rows * 2);
    }
    const kinds = this.#kinds;
    const numbers = this.#numbers;
    const bytes = this.#unread.bytes;
    const parser = this.#parser;
    for (let row = 0, cell = index; row < rows; row++, cell += width) {
      const kind = parser.parse(bytes, starts[cell]!, ends[cell]!);
      kinds[row] = kind;
      numbers[row] = kind === 0 ? Number.NaN : parser.value;
    }
    const texts: CellTexts = { bytes, starts, ends, stride: width, offset: index };
    return { rows, kinds, numbers, texts: () => texts, isText: true };
  }
}
