import { h, setAttribute } from '../dom';
import type { GridColumn } from './gridTypes';

/** The cells of a row that are in the document, by the place of their columns. */
export interface RowView<R> {
  readonly row: R;
  readonly element: HTMLElement;
  readonly cells: Map<number, HTMLElement>;
}

export interface CellPlace {
  readonly index: number;
  /** Of a pinned column. */
  readonly left: number | undefined;
}

/** Takes cells out and puts others in, so that just these columns are there, in order. */
export function syncCells(
  { element, cells }: Pick<RowView<unknown>, 'element' | 'cells'>,
  columns: readonly number[],
  make: (index: number) => HTMLElement | undefined,
): void {
  const wanted = new Set(columns);
  for (const [index, cell] of cells)
    if (!wanted.has(index)) {
      cell.remove();
      cells.delete(index);
    }
  let next: ChildNode | null = element.firstChild;
  for (const index of columns) {
    const known = cells.get(index);
    if (known) {
      next = known.nextSibling;
      continue;
    }
    const cell = make(index);
    if (!cell) continue;
    cells.set(index, cell);
    element.insertBefore(cell, next);
  }
}

/** Puts a cell into its track of the row. */
export function placeCell(cell: HTMLElement, { index, left }: CellPlace): HTMLElement {
  cell.style.gridColumn = String(index + 1);
  cell.dataset['column'] = String(index);
  setAttribute(cell, 'aria-colindex', index + 1);
  if (left !== undefined) {
    cell.classList.add('pinned');
    cell.style.left = `${left}px`;
  }
  return cell;
}

export function bodyCell<R>(column: GridColumn<R>, row: R, place: CellPlace): HTMLElement {
  const look = column.look?.(row);
  const name = `grid-cell${column.numeric ? ' num' : ''}${look?.class === undefined ? '' : ` ${look.class}`}`;
  const cell = h(
    'div',
    {
      class: name,
      role: place.index === 0 ? 'rowheader' : 'gridcell',
      attrs: { tabindex: -1 },
      ...(look?.style && { style: look.style }),
    },
    column.cell(row),
  );
  return placeCell(cell, place);
}
