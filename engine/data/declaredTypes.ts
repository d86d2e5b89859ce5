import type { ColumnType } from '../protocol/data';
import type { DatasetSource } from '../protocol/jobs';

/**
 * Columns that `expect:` declares to be texts are read as texts even when all values look like numbers (postcodes): that
 * loses nothing. Any other declared type is only checked, since reading by it would lose what does not fit.
 */
export const declaredTypes = (source: DatasetSource): ReadonlyMap<string, ColumnType> =>
  new Map(
    source.expect.flatMap(({ column, type }): [string, ColumnType][] =>
      column !== undefined && type === 'string' ? [[column, type]] : [],
    ),
  );

/** Types that columns without a value have by `expect:`, where nothing can be lost. */
export const emptyTypes = (source: DatasetSource): ReadonlyMap<string, ColumnType> =>
  new Map(
    source.expect.flatMap(({ column, type }): [string, ColumnType][] =>
      column !== undefined && typeof type === 'string' ? [[column, type]] : [],
    ),
  );
