import type { TextRange } from '../../protocol/config';

/** Offsets into a text (UTF-16 units, `end` exclusive). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Offset to line and column (both from 1) and back; a line ends at `\n`, `\r\n` or a lone `\r`. */
export class LineIndex {
  readonly #starts: readonly number[];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    const starts = [0];
    for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
    this.#starts = starts;
  }

  position(offset: number): { readonly line: number; readonly column: number } {
    const at = Math.max(0, Math.min(offset, this.#text.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - this.#starts[low]! + 1 };
  }

  range(span: Span): TextRange {
    const start = this.position(span.start);
    const end = this.position(Math.max(span.start, span.end));
    return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
  }

  /** The nearest offset inside the text; a column beyond the line's end is its end. */
  offset(line: number, column: number): number {
    const index = Math.max(0, Math.min(line - 1, this.#starts.length - 1));
    const start = this.#starts[index]!;
    return Math.max(start, Math.min(start + column - 1, this.lineEnd(index + 1)));
  }

  lineStart(line: number): number {
    return this.#starts[line - 1] ?? this.#text.length;
  }

  /** Before the line break. */
  lineEnd(line: number): number {
    const next = this.#starts[line];
    if (next === undefined) return this.#text.length;
    let end = next;
    if (this.#text[end - 1] === '\n') end -= 1;
    if (this.#text[end - 1] === '\r') end -= 1;
    return Math.max(end, this.#starts[line - 1] ?? 0);
  }
}
