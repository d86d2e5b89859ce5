import type { ColumnType } from '../protocol/data';
import type { DatasetSource } from '../protocol/jobs';
import { declaredTypes } from './declaredTypes';
import { typeOfKinds } from './read/cellKind';
import { openReader } from './read/openReader';

const mostRows = 1000;

/**
 * Names of the columns, and types as the first 1,000 rows have them.
 * @throws ModelyardError when the file cannot be read
 */
export async function firstColumns(
  source: DatasetSource,
  signal = new AbortController().signal,
): Promise<readonly { readonly name: string; readonly type: ColumnType }[]> {
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    const declared = declaredTypes(source);
    if (reader.types) {
      const { types } = reader;
      return reader.columns.map((name, index) => ({ name, type: declared.get(name) ?? types[index] ?? 'string' }));
    }
    const { value: batch } = await reader.batches().next();
    const found = [];
    for (const [index, name] of reader.columns.entries()) {
      let kinds = 0;
      if (batch) {
        const column = await batch.column(index);
        for (let row = 0; row < Math.min(batch.rows, mostRows); row++) kinds |= column.kinds[row]!;
      }
      found.push({ name, type: declared.get(name) ?? typeOfKinds(kinds) });
    }
    return found;
  } finally {
    await reader.close();
  }
}
