import { h } from '../dom';
import { t } from '../l10n';
import { dragColumn } from './columnDrag';
import { fittingWidth } from './fittingWidth';
import type { CellPlace } from './gridRow';
import { placeCell } from './gridRow';
import type { GridColumn, GridContent, GridOptions, GridSort } from './gridTypes';

export const leastWidth = 60;

interface HeaderOptions<R> {
  readonly options: GridOptions<R>;
  readonly sorts: GridContent<R>['sorts'];
  readonly place: CellPlace;
}

/** A cell of the header: a click sorts, Shift and a click adds to the order, the edge resizes, dragging moves. */
export function headerCell<R>(column: GridColumn<R>, { options, sorts = [], place }: HeaderOptions<R>): HTMLElement {
  const at = sorts.findIndex(one => one.column === column.id);
  const sort = sorts[at];
  const order = sort ? (sort.descending ? 'descending' : 'ascending') : column.sortable ? 'none' : undefined;
  const cell = h(
    'div',
    {
      class: `grid-cell${column.numeric ? ' num' : ''}${column.sortable ? ' sortable' : ''}`,
      role: 'columnheader',
      title: column.sortable ? t('{0}: click to sort, Shift+click to sort by this too', column.title) : column.title,
      attrs: { tabindex: -1, 'aria-sort': order, 'data-id': column.id },
    },
    column.lead?.(),
    h('span', { class: 'grid-title' }, column.title),
    sort && arrow(sort, sorts.length > 1 ? at + 1 : undefined),
    options.onHeaderMenu && menuButton(column, options.onHeaderMenu),
    resizer(column, options.onResize),
  );
  if (column.sortable)
    cell.addEventListener('click', event => {
      if (event.shiftKey && options.onSortMore) options.onSortMore(column.id);
      else options.onSort(column.id);
    });
  cell.addEventListener('contextmenu', event => {
    if (!options.onHeaderMenu) return;
    event.preventDefault();
    options.onHeaderMenu(column.id, cell);
  });
  if (column.movable) dragColumn(cell, column.id, options);
  return placeCell(cell, place);
}

const arrow = ({ descending }: GridSort, rank: number | undefined): HTMLElement =>
  h('span', { class: 'grid-arrow', attrs: { 'aria-hidden': true } }, descending ? '↓' : '↑', rank);

function menuButton<R>(column: GridColumn<R>, open: NonNullable<GridOptions<R>['onHeaderMenu']>): HTMLElement {
  const button = h(
    'button',
    { class: 'grid-menu', attrs: { type: 'button', tabindex: -1, 'aria-label': t('Menu of {0}', column.title) } },
    '⋯',
  );
  button.addEventListener('click', event => {
    event.stopPropagation();
    open(column.id, button);
  });
  return button;
}

/** The right edge of a header, to be dragged; Shift and + or − on the header do the same, a double click fits. */
function resizer<R>(column: GridColumn<R>, onResize: GridOptions<R>['onResize']): HTMLElement {
  const edge = h('span', { class: 'grid-edge', attrs: { 'aria-hidden': true } });
  edge.addEventListener('click', event => event.stopPropagation());
  edge.addEventListener('dblclick', event => {
    event.stopPropagation();
    onResize(column.id, fittingWidth(edge));
  });
  edge.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const start = event.clientX;
    const widthAt = (x: number): number => Math.round(Math.max(leastWidth, column.width + x - start));
    const grid = edge.closest<HTMLElement>('.grid');
    const columns = grid?.style.getPropertyValue('--columns').split(' ') ?? [];
    const at = Number(edge.closest<HTMLElement>('.grid-cell')?.dataset['column']);
    const move = ({ clientX }: PointerEvent): void => {
      columns[at] = `${widthAt(clientX)}px`;
      grid?.style.setProperty('--columns', columns.join(' '));
    };
    const end = ({ clientX }: PointerEvent): void => {
      edge.removeEventListener('pointermove', move);
      if (clientX !== start) onResize(column.id, widthAt(clientX));
    };
    edge.setPointerCapture(event.pointerId);
    edge.addEventListener('pointermove', move);
    edge.addEventListener('pointerup', end, { once: true });
  });
  return edge;
}
