/** A cell; row −1 is the header. */
export interface CellAt {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that fit on the screen. */
  readonly page: number;
}

/** Where a key leads in a grid, or undefined when it leads nowhere. */
export function moveTo(
  at: CellAt,
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  size: GridSize,
): CellAt | undefined {
  const { row, column } = at;
  const [lastRow, lastColumn] = [size.rows - 1, size.columns - 1];
  const far = event.ctrlKey || event.metaKey;
  const within = (to: CellAt): CellAt => ({
    row: Math.min(Math.max(to.row, -1), lastRow),
    column: Math.min(Math.max(to.column, 0), lastColumn),
  });
  switch (event.key) {
    case 'ArrowDown':
      return within({ row: far ? lastRow : row + 1, column });
    case 'ArrowUp':
      return within({ row: far ? 0 : row - 1, column });
    case 'ArrowRight':
      return within({ row, column: far ? lastColumn : column + 1 });
    case 'ArrowLeft':
      return within({ row, column: far ? 0 : column - 1 });
    case 'PageDown':
      return within({ row: row + size.page, column });
    case 'PageUp':
      return within({ row: Math.max(0, row - size.page), column });
    case 'Home':
      return within({ row: far ? 0 : row, column: 0 });
    case 'End':
      return within({ row: far ? lastRow : row, column: lastColumn });
    default:
      return undefined;
  }
}
