import { h } from '../dom';
import { t } from '../l10n';
import type { GridColumn, GridContent, GridOptions } from './gridTypes';

/** The cells of the header: a click sorts, the edge resizes. */
export const gridHeader = <R>({ columns, sort }: GridContent<R>, options: GridOptions<R>): HTMLElement[] =>
  columns.map((column, index) => {
    const isSorted = sort?.column === column.id;
    const order = isSorted ? (sort.descending ? 'descending' : 'ascending') : column.sortable ? 'none' : undefined;
    const arrow = isSorted ? (sort.descending ? ' ↓' : ' ↑') : '';
    const cell = h(
      'div',
      {
        class: `grid-cell${column.numeric ? ' num' : ''}${column.sortable ? ' sortable' : ''}`,
        role: 'columnheader',
        title: column.sortable ? t('{0}: click to sort', column.title) : column.title,
        attrs: { tabindex: -1, 'aria-colindex': index + 1, 'aria-sort': order },
      },
      h('span', { class: 'grid-title' }, column.title),
      h('span', { attrs: { 'aria-hidden': true } }, arrow),
      resizer(column, options.onResize),
    );
    if (column.sortable) cell.addEventListener('click', () => options.onSort(column.id));
    return cell;
  });

/** The right edge of a header, to be dragged; Shift and + or − on the header do the same. */
function resizer<R>(column: GridColumn<R>, onResize: (id: string, width: number) => void): HTMLElement {
  const edge = h('span', { class: 'grid-edge', attrs: { 'aria-hidden': true } });
  edge.addEventListener('click', event => event.stopPropagation());
  edge.addEventListener('pointerdown', event => {
    event.preventDefault();
    event.stopPropagation();
    const start = event.clientX;
    const widthAt = (x: number): number => Math.max(60, column.width + x - start);
    const grid = edge.closest<HTMLElement>('.grid');
    const columns = grid?.style.getPropertyValue('--columns').split(' ') ?? [];
    const at = [...(edge.parentElement?.parentElement?.children ?? [])].findIndex(cell => cell.contains(edge));
    const move = ({ clientX }: PointerEvent): void => {
      columns[at] = `${widthAt(clientX)}px`;
      grid?.style.setProperty('--columns', columns.join(' '));
    };
    const end = ({ clientX }: PointerEvent): void => {
      edge.removeEventListener('pointermove', move);
      onResize(column.id, widthAt(clientX));
    };
    edge.setPointerCapture(event.pointerId);
    edge.addEventListener('pointermove', move);
    edge.addEventListener('pointerup', end, { once: true });
  });
  return edge;
}
