import type { DatasetSource } from '../../protocol/jobs';
import type { Batch, DataReader } from './batch';
import { dataError, type DataFile } from './dataFile';
import { JsonRows } from './jsonRows';
import { assertText, assertUtf8 } from './sniff';
import { ValueColumn, type ValueHints } from './valueColumn';

const blockBytes = 1 << 20;
const longestLine = 64 << 20;
const lf = 10;

/** Reads JSON lines: one object a line, blank lines passed over, missing keys as null. */
export class JsonLinesReader implements DataReader {
  readonly #source: DatasetSource;
  readonly #file: DataFile;
  readonly #hints: ValueHints;
  readonly #rows: JsonRows;
  #bytes: Buffer = Buffer.allocUnsafe(blockBytes);
  #from = 0;
  #to = 0;
  #line = 1;
  #ended = false;

  private constructor(source: DatasetSource, file: DataFile) {
    this.#source = source;
    this.#file = file;
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
    await reader.#fill();
    const head = reader.#bytes.subarray(0, reader.#to);
    assertText(source, head);
    if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) reader.#from = 3;
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
      if (this.#from === this.#to && this.#ended) return false;
      const end = this.#ended ? this.#to : this.#bytes.subarray(0, this.#to).lastIndexOf(lf) + 1;
      if (end > this.#from) {
        assertUtf8(this.#source, this.#bytes.subarray(this.#from, end), this.#line);
        this.#line = this.#rows.parse(this.#bytes, { from: this.#from, to: end, line: this.#line });
        this.#from = end;
        return true;
      }
      await this.#fill();
    }
  }

  async #fill(): Promise<void> {
    const rest = this.#to - this.#from;
    if (rest > this.#bytes.length / 2) {
      if (rest >= longestLine)
        throw dataError(this.#source, 'the line is longer than 64 MB.', {
          line: this.#line,
          fix: 'Check that the file holds one JSON object a line.',
        });
      const larger = Buffer.allocUnsafe(Math.min(this.#bytes.length * 2, longestLine + blockBytes));
      this.#bytes.copy(larger, 0, this.#from, this.#to);
      this.#bytes = larger;
    } else if (this.#from > 0) this.#bytes.copy(this.#bytes, 0, this.#from, this.#to);
    this.#from = 0;
    this.#to = rest;
    while (this.#to < this.#bytes.length) {
      const read = await this.#file.read(this.#bytes, this.#to, this.#bytes.length - this.#to);
      this.#to += read;
      if (read === 0) {
        this.#ended = true;
        break;
      }
    }
  }
}
