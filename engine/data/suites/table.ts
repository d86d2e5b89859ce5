import { throwIfAborted } from '../../errors';
import { Random } from '../../random';
import type { ColumnType } from '../../protocol/data';
import type { Frame } from '../../protocol/frame';
import type { DatasetSource } from '../../protocol/jobs';
import { ColumnBuilder } from '../columnBuilder';
import { noRows } from '../frame';
import type { Batch, ColumnBatch, FilePlace } from '../read/batch';
import { openReader } from '../read/openReader';
import { NullTexts } from './nullTexts';

/** Values that are kept in memory, at most: 200 MB as numbers. */
const mostCells = 25_000_000;

/** A dataset as its checks see it: whole, or a sample of its rows when it is too large for the memory. */
export interface SuiteTable {
  readonly frame: Frame;
  /** Of each row of the frame, its line in the file; of what has no lines its number + 1. */
  readonly lines: Int32Array;
  /** Of several files: where a line is. */
  readonly placeOf?: (line: number) => FilePlace;
  /** Of each row of the frame, its number in the file; absent: all rows are there. */
  readonly rowNumbers?: Int32Array;
  /** Of the file. */
  readonly rows: number;
  /** By column: how what is missing is written, and how often, in the rows of the frame. */
  readonly nulls: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export interface TableOptions {
  /** Of the whole file, as a reading before has found. */
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly seed: number;
  /** Default `mostCells`. */
  readonly cells?: number;
  progress?(fraction: number): void;
}

/**
 * Reads a dataset whose types are known. Of a file with more values than `cells` a seeded sample of the rows is kept.
 * @throws ModelyardError `data.*`, `cancelled`
 */
export async function readTable(
  source: DatasetSource,
  options: TableOptions,
  signal: AbortSignal,
): Promise<SuiteTable> {
  const { rows, columns, cells = mostCells } = options;
  const most = Math.max(1, Math.floor(cells / Math.max(1, columns.length)));
  const kept = rows > most ? sampleOf(rows, most, options.seed) : undefined;
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    const builders: ColumnBuilder[] = [];
    const nulls = new Map<string, NullTexts>();
    const lines = new Int32Array(kept?.length ?? rows);
    let taken = 0;
    for await (const batch of reader.batches()) {
      throwIfAborted(signal);
      const picked = picks(batch, kept, taken);
      for (const [index, name] of reader.columns.entries()) {
        const builder = (builders[index] ??= new ColumnBuilder(name, { rows: taken, type: types.get(name) }));
        const whole = await batch.column(index);
        const column = picked === undefined ? whole : pickedRows(whole, picked);
        builder.add(column);
        let texts = nulls.get(name);
        if (texts === undefined) nulls.set(name, (texts = new NullTexts(taken)));
        texts.add(column);
      }
      const count = picked?.length ?? batch.rows;
      for (let row = 0; row < count; row++) lines[taken + row] = batch.line(picked?.[row] ?? row);
      taken += count;
      options.progress?.(reader.bytesRead / reader.bytes);
    }
    if (taken === 0) throw noRows(source);
    return {
      frame: { rows: taken, columns: builders.map(builder => builder.finish()) },
      lines: lines.subarray(0, taken),
      ...(reader.placeOf && { placeOf: line => reader.placeOf?.(line) ?? { file: source.path, line } }),
      ...(kept !== undefined && { rowNumbers: kept }),
      rows,
      nulls: new Map([...nulls].map(([name, texts]) => [name, texts.counts])),
    };
  } finally {
    await reader.close();
  }
}

/** Different numbers below `rows`, rising: each row is kept with the chance that is left for it (Knuth's algorithm S). */
export function sampleOf(rows: number, size: number, seed: number): Int32Array {
  const random = new Random(seed);
  const picked = new Int32Array(Math.min(rows, size));
  let found = 0;
  for (let row = 0; found < picked.length; row++)
    if (random.uniform() * (rows - row) < picked.length - found) picked[found++] = row;
  return picked;
}

/** Rows of the batch that are kept; undefined: all. */
function picks(batch: Batch, kept: Int32Array | undefined, from: number): Int32Array | undefined {
  if (kept === undefined) return undefined;
  const end = batch.firstRow + batch.rows;
  let to = from;
  while (to < kept.length && kept[to]! < end) to++;
  return kept.slice(from, to).map(row => row - batch.firstRow);
}

function pickedRows(column: ColumnBatch, picked: Int32Array): ColumnBatch {
  const { bytes, starts, ends, stride, offset } = column.texts();
  const texts = {
    bytes,
    starts: picked.map(row => starts[row * stride + offset]!),
    ends: picked.map(row => ends[row * stride + offset]!),
    stride: 1,
    offset: 0,
  };
  return {
    rows: picked.length,
    kinds: Uint8Array.from(picked, row => column.kinds[row]!),
    numbers: Float64Array.from(picked, row => column.numbers[row]!),
    texts: () => texts,
  };
}
