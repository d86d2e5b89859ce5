import type { DatasetSource } from '../../protocol/jobs';
import { dataError } from './dataFile';

const quote = 34;
const lf = 10;
const cr = 13;

/**
 * Finds rows and cells in bytes of CSV by RFC 4180: cells may be quoted, a quoted cell may hold delimiters, line ends
 * and doubled quotes. As Python's and pandas' readers do, it takes a quote within an unquoted cell as itself, ends a row
 * at LF, CRLF or a lone CR, and passes over blank lines.
 *
 * The cells found last are in `starts` and `ends`; row `r` has `width` cells from `r * width` on.
 */
export class CsvSplitter {
  rows = 0;
  starts = new Int32Array(1 << 14);
  ends = new Int32Array(1 << 14);
  /** Line on which each row begins. */
  lines = new Int32Array(1 << 10);
  /** Line of the next row. */
  line = 1;
  /** Byte of the quote that was still open at the end of the bytes, and its line; −1: none. */
  openQuote = -1;
  openQuoteLine = 0;
  readonly #source: DatasetSource;
  readonly #delimiter: number;
  #width: number;
  /** Cells with doubled quotes. */
  readonly #doubled: number[] = [];
  /** Cells in complete rows. */
  #cells = 0;

  /** `width`: cells of a row; 0: as many as the first row has. */
  constructor(source: DatasetSource, delimiter: string, width = 0) {
    this.#source = source;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#width = width;
  }

  get width(): number {
    return this.#width;
  }

  /**
   * Splits `bytes[from … to)` into at most `maxRows` rows. `final`: nothing follows.
   * @returns the end of the last complete row
   * @throws ModelyardError `data.unreadable`: a row with too few or too many cells, text after a closing quote, and, when
   *   `final`, an open quote
   */
  split(bytes: Buffer, range: { from: number; to: number; final: boolean; maxRows?: number }): number {
    const { from, to, final, maxRows = Infinity } = range;
    const delimiter = this.#delimiter;
    this.rows = 0;
    this.#doubled.length = 0;
    this.openQuote = -1;
    let cells = 0;
    let rowCells = 0;
    let line = this.line;
    let done = from;
    let i = from;
    while (i < to || (final && cells > rowCells)) {
      let start = i;
      let end = i;
      let quoted = false;
      if (i < to && bytes[i] === quote) {
        quoted = true;
        start = i + 1;
        end = this.#closingQuote(bytes, start, to, cells);
        if (end < 0 || (end + 1 >= to && !final)) {
          this.openQuote = end < 0 ? i : -1;
          this.openQuoteLine = line;
          break;
        }
        line += this.#breaks;
        i = end + 1;
      } else {
        while (i < to) {
          const byte = bytes[i]!;
          if (byte === delimiter || byte === lf || byte === cr) break;
          i++;
        }
        end = i;
      }
      if (!final && (i >= to || (bytes[i] === cr && i + 1 >= to))) break;
      if (cells === this.starts.length) this.#growCells();
      this.starts[cells] = start;
      this.ends[cells] = end;
      cells++;
      const stop = i < to ? bytes[i]! : lf;
      if (stop === delimiter) {
        i++;
        if (i === to && !final) break;
        continue;
      }
      if (stop !== lf && stop !== cr) throw this.#afterQuote(bytes, i, line);
      i += stop === cr && bytes[i + 1] === lf && i + 1 < to ? 2 : 1;
      const count = cells - rowCells;
      if (count === 1 && start === end && !quoted) cells = rowCells;
      else this.#endRow(count);
      line++;
      this.line = line;
      rowCells = cells;
      done = Math.min(i, to);
      if (this.rows >= maxRows) break;
    }
    if (final && this.openQuote >= 0) throw this.unclosedQuote(bytes);
    this.#cells = rowCells;
    return done;
  }

  /** Line ends within the quoted cell found last. */
  #breaks = 0;

  /** Place of the quote that closes the cell, or −1 when the bytes end before it. */
  #closingQuote(bytes: Buffer, start: number, to: number, cell: number): number {
    let at = start;
    let breaks = 0;
    let doubled = false;
    for (; at < to; at++) {
      const byte = bytes[at]!;
      if (byte === quote) {
        if (at + 1 >= to || bytes[at + 1] !== quote) break;
        doubled = true;
        at++;
      } else if (byte === lf || (byte === cr && bytes[at + 1] !== lf)) breaks++;
    }
    this.#breaks = breaks;
    if (at >= to) return -1;
    if (doubled) this.#doubled.push(cell);
    return at;
  }

  #endRow(count: number): void {
    if (this.#width === 0) this.#width = count;
    else if (count !== this.#width) throw this.#wrongCount(count);
    if (this.rows === this.lines.length) {
      const lines = new Int32Array(this.lines.length * 2);
      lines.set(this.lines);
      this.lines = lines;
    }
    this.lines[this.rows++] = this.line;
  }

  #growCells(): void {
    const starts = new Int32Array(this.starts.length * 2);
    const ends = new Int32Array(this.starts.length * 2);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }

  /** Makes doubled quotes of the cells found last single, in place. */
  joinDoubledQuotes(bytes: Buffer): void {
    for (const cell of this.#doubled) {
      if (cell >= this.#cells) continue;
      const end = this.ends[cell]!;
      let to = this.starts[cell]!;
      for (let at = to; at < end; at++) {
        const byte = bytes[at]!;
        bytes[to++] = byte;
        if (byte === quote) at++;
      }
      this.ends[cell] = to;
    }
  }

  #wrongCount(count: number) {
    const cells = count === 1 ? '1 cell' : `${count} cells`;
    const few = count < this.#width;
    return dataError(this.#source, `the row has ${cells}, the header ${this.#width}.`, {
      line: this.line,
      fix: few
        ? 'Add the missing cells, or quote the cell that holds a line end.'
        : 'Remove what is too much, or put cells that hold the delimiter into quotes.',
    });
  }

  #afterQuote(bytes: Buffer, at: number, line: number) {
    const text = JSON.stringify(bytes.toString('utf8', at, at + 1));
    return dataError(this.#source, `${text} follows a closing quote, where the cell should end.`, {
      line,
      column: columnOf(bytes, at),
      fix: `Double a quote that belongs to the text (""), and close every quote; the row begins at line ${this.line}.`,
    });
  }

  /** The error for the quote that is still open. */
  unclosedQuote(bytes: Buffer) {
    return dataError(this.#source, 'a quote is opened here and never closed.', {
      line: this.openQuoteLine,
      column: columnOf(bytes, this.openQuote),
      fix: 'Close the quote, or double it ("") when it belongs to the text.',
    });
  }
}

/** Column, in characters from 1, of a byte. */
function columnOf(bytes: Buffer, at: number): number {
  let start = at;
  while (start > 0 && bytes[start - 1] !== lf && bytes[start - 1] !== cr) start--;
  return bytes.toString('utf8', start, at).length + 1;
}
