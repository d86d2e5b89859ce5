import fs from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { unreadable } from '../failures';

export interface CsvRow {
  readonly cells: readonly string[];
  /** The line on which it ends. */
  readonly line: number;
}

/** The rows of a table, the header first. @throws ModelyardError `data.unreadable` where nothing more can be read */
export async function* csvRows(file: string): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(file),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 16 << 20,
  });
  const stream = fs.createReadStream(file);
  stream.on('error', error => parser.destroy(error));
  stream.pipe(parser);
  try {
    for await (const record of parser) {
      const row = rowOf(record);
      if (row !== undefined) yield row;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line: unknown = Reflect.get(error, 'lines');
    throw unreadable(file, `the table cannot be read from here on (${error.message})`, {
      ...(typeof line === 'number' && { line }),
      fix: 'Close every quote, and double those that belong to a text ("").',
    });
  } finally {
    stream.destroy();
    parser.destroy();
  }
}

function rowOf(value: unknown): CsvRow | undefined {
  if (typeof value !== 'object' || value === null || !('record' in value) || !('info' in value)) return undefined;
  const { record, info } = value;
  const line: unknown = typeof info === 'object' && info !== null ? Reflect.get(info, 'lines') : 0;
  if (!Array.isArray(record)) return undefined;
  return { cells: record.map(String), line: typeof line === 'number' ? line : 0 };
}

/** What the header is cut by: a spreadsheet may have saved the table in its own way. */
function delimiterOf(file: string): string {
  const fd = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(1 << 16);
    const head = bytes.toString('utf8', 0, fs.readSync(fd, bytes, 0, bytes.length, 0)).split(/\r?\n/)[0] ?? '';
    const counts = [',', ';', '\t'].map(delimiter => ({ delimiter, count: head.split(delimiter).length }));
    return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
  } finally {
    fs.closeSync(fd);
  }
}
