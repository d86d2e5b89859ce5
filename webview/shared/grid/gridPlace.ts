import type { CellAt } from './gridKeys';
import type { GridContent } from './gridTypes';

/** What somebody looks at, by name: rows and columns may stand elsewhere when the grid is filled anew. */
export interface GridPlace {
  readonly top: string | undefined;
  /** Pixels by which the top row is scrolled out. */
  readonly offset: number;
  readonly row: string | undefined;
  readonly column: string | undefined;
}

interface Seen<R> {
  readonly content: GridContent<R>;
  readonly keyOf: (row: R) => string;
  readonly at: CellAt;
  readonly rowHeight: number;
}

export function placeOf<R>({ content, keyOf, at, rowHeight }: Seen<R>, scrollTop: number): GridPlace {
  const index = Math.floor(scrollTop / rowHeight);
  const top = scrollTop > 0 ? content.rows[index] : undefined;
  const row = content.rows[at.row];
  return {
    top: top === undefined ? undefined : keyOf(top),
    offset: scrollTop - index * rowHeight,
    row: row === undefined ? undefined : keyOf(row),
    column: content.columns[at.column]?.id,
  };
}

/** Where that is now; what is no longer there stays as near as it can. */
export function findPlace<R>(
  { content, keyOf, at, rowHeight }: Seen<R>,
  place: GridPlace,
): { readonly at: CellAt; readonly scrollTop: number | undefined } {
  const { rows, columns } = content;
  const indexOf = (key: string | undefined): number =>
    key === undefined ? -1 : rows.findIndex(row => keyOf(row) === key);
  const row = at.row < 0 ? -1 : indexOf(place.row);
  const column = columns.findIndex(({ id }) => id === place.column);
  const top = indexOf(place.top);
  return {
    at: {
      row: at.row < 0 ? -1 : Math.min(row < 0 ? at.row : row, rows.length - 1),
      column: Math.min(column < 0 ? Math.max(0, at.column) : column, columns.length - 1),
    },
    scrollTop: top < 0 ? undefined : top * rowHeight + place.offset,
  };
}
