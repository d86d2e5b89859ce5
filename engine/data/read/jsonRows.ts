import { withLongIntegers } from '../../longIntegers';
import type { DatasetSource } from '../../protocol/jobs';
import { dataError } from './dataFile';

const lf = 10;
const mostColumns = 10_000;

/** Parses lines of JSON objects into columns of values. */
export class JsonRows {
  readonly names: string[] = [];
  /** By column, then row; of the lines parsed last. */
  readonly values: unknown[][] = [];
  /** Line of each row. */
  lines: number[] = [];
  count = 0;
  readonly #source: DatasetSource;
  readonly #index = new Map<string, number>();

  constructor(source: DatasetSource) {
    this.#source = source;
  }

  /**
   * @param range `line`: number of the first line
   * @returns the number of the line after them
   * @throws ModelyardError `data.unreadable` for a line that is no JSON object
   */
  parse(bytes: Buffer, range: { from: number; to: number; line: number }): number {
    this.count = 0;
    this.lines = [];
    for (let column = 0; column < this.values.length; column++) this.values[column] = [];
    let { from, line } = range;
    while (from < range.to) {
      const found = bytes.indexOf(lf, from);
      const end = found < 0 || found >= range.to ? range.to : found;
      const text = bytes.toString('utf8', from, end).trim();
      if (text !== '') this.#add(text, line);
      from = end + 1;
      line++;
    }
    return line;
  }

  #add(text: string, line: number): void {
    const row = this.count++;
    this.lines.push(line);
    const object = this.#object(text, line);
    let expected = 0;
    for (const [name, value] of Object.entries(object)) {
      const column = this.names[expected] === name ? expected : this.#column(name, line);
      expected = column + 1;
      this.values[column]![row] = value;
    }
  }

  #column(name: string, line: number): number {
    const known = this.#index.get(name);
    if (known !== undefined) return known;
    const column = this.names.length;
    if (column === mostColumns)
      throw dataError(this.#source, `the file has more than ${mostColumns} different keys.`, {
        line,
        fix: 'Put keys that are data into a list or a text.',
      });
    this.#index.set(name, column);
    this.names.push(name);
    this.values.push([]);
    return column;
  }

  #object(text: string, line: number): object {
    let value: unknown;
    try {
      value = JSON.parse(withLongIntegers(text));
    } catch (error) {
      throw this.#syntaxError(error, line);
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    const is = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
    throw dataError(this.#source, `${is} stands where one JSON object is expected.`, {
      line,
      column: 1,
      fix: 'Write one object a line: {"age": 35, "housing": "own"}.',
    });
  }

  #syntaxError(error: unknown, line: number) {
    const message = error instanceof Error ? error.message : String(error);
    const at = /at position (\d+)/.exec(message)?.[1];
    return dataError(this.#source, `this is not JSON: ${message.replace(/ \(line.*$/, '')}.`, {
      line,
      ...(at !== undefined && { column: Number(at) + 1 }),
      fix: 'Write one JSON object a line.',
      cause: error,
    });
  }
}
