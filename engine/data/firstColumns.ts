import type { ColumnType } from '../protocol/data';
import type { DatasetSource } from '../protocol/jobs';
import { declaredTypes, emptyTypes } from './declaredTypes';
import type { Batch } from './read/batch';
import { typeOfKinds } from './read/cellKind';
import { openReader } from './read/openReader';

const mostRows = 1000;
/** As far as there is no value of a column: one that was not kept from the beginning is empty in the oldest rows. */
const mostRowsOfEmpty = 100_000;

/**
 * Names of the columns, and types as the first 1,000 rows have them; of a column that is empty there, as it has them in the
 * first rows after, of 100,000.
 * @throws ModelyardError when the file cannot be read
 */
export async function firstColumns(
  source: DatasetSource,
  signal = new AbortController().signal,
): Promise<readonly { readonly name: string; readonly type: ColumnType }[]> {
  const { reader } = await openReader(source, { signal, digest: false, onlyTypes: true });
  try {
    const declared = declaredTypes(source);
    if (reader.types) {
      const { types } = reader;
      return reader.columns.map((name, index) => ({ name, type: declared.get(name) ?? types[index] ?? 'string' }));
    }
    const kinds: number[] = [];
    for await (const batch of reader.batches()) {
      const isEmpty = await addKinds(kinds, batch, reader.columns.length);
      if (!isEmpty || batch.firstRow + batch.rows >= mostRowsOfEmpty) break;
    }
    const empty = emptyTypes(source);
    return reader.columns.map((name, index) => ({
      name,
      type: declared.get(name) ?? typeOfKinds(kinds[index] ?? 0, empty.get(name)),
    }));
  } finally {
    await reader.close();
  }
}

/** Adds the kinds of the cells of a batch by column. Returns whether there is still one without a value. */
async function addKinds(kinds: number[], batch: Batch, columns: number): Promise<boolean> {
  const first = Math.min(batch.rows, Math.max(0, mostRows - batch.firstRow));
  let isEmpty = false;
  for (let index = 0; index < columns; index++) {
    let found = kinds[index] ?? 0;
    if (first > 0 || found === 0) {
      const column = await batch.column(index);
      for (let row = 0; row < batch.rows && (row < first || found === 0); row++) found |= column.kinds[row]!;
    }
    kinds[index] = found;
    if (found === 0) isEmpty = true;
  }
  return isEmpty;
}
