import { throwIfAborted } from '../errors';
import type { ColumnType } from '../protocol/data';
import type { Frame } from '../protocol/frame';
import type { DatasetSource } from '../protocol/jobs';
import { dataError } from './read/dataFile';
import { declaredTypes } from './declaredTypes';
import { ColumnBuilder } from './columnBuilder';
import { openReader } from './read/openReader';

/**
 * Reads a dataset whole into compact columns: 8 bytes a number, 4 a text besides the texts themselves, each kept once.
 * Types are inferred over all rows; a column whose later rows contradict its first ones is read a second time.
 * @throws ModelyardError `data.missing`, `data.unreadable`, `data.empty`, `cancelled`
 */
export async function readFrame(source: DatasetSource, signal: AbortSignal): Promise<Frame> {
  const declared = declaredTypes(source);
  const first = await build(source, signal, name => declared.get(name));
  const broken = first.builders.filter(builder => builder.broken);
  if (broken.length === 0) return { rows: first.rows, columns: first.builders.map(builder => builder.finish()) };
  const types = new Map(broken.map(({ name, type }) => [name, type]));
  const again = await build(source, signal, name => types.get(name) ?? 'skip');
  const columns = first.builders.map((builder, index) =>
    builder.broken ? again.builders[index]!.finish() : builder.finish(),
  );
  return { rows: first.rows, columns };
}

async function build(
  source: DatasetSource,
  signal: AbortSignal,
  typeOf: (name: string) => ColumnType | 'skip' | undefined,
): Promise<{ readonly rows: number; readonly builders: readonly ColumnBuilder[] }> {
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    const builders: ColumnBuilder[] = [];
    let rows = 0;
    for await (const batch of reader.batches()) {
      throwIfAborted(signal);
      for (const [index, name] of reader.columns.entries()) {
        const type = typeOf(name);
        const builder = (builders[index] ??= new ColumnBuilder(name, {
          rows,
          empty: reader.types?.[index],
          type: type === 'skip' ? undefined : type,
        }));
        if (type !== 'skip') builder.add(await batch.column(index));
      }
      rows += batch.rows;
    }
    if (rows === 0) throw noRows(source);
    return { rows, builders };
  } finally {
    await reader.close();
  }
}

/** The error for a file without rows. */
export const noRows = (source: DatasetSource) =>
  dataError(source, source.format === 'csv' ? 'the file has a header but no rows.' : 'the file has no rows.', {
    code: 'data.empty',
    fix: 'Put the data there, or point `path` to another file.',
  });
