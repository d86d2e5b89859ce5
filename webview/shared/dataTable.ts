import type { Child } from './dom';
import { h } from './dom';
import { scrollBox } from './scrollBox';

export interface TableColumn {
  readonly title: string;
  readonly numeric?: boolean;
}

/** An accessible table; the first cell of a row is its header. */
export function dataTable(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Child[])[],
): HTMLTableElement {
  const heads = columns.map(({ title, numeric }) =>
    h('th', { class: numeric ? 'num' : '', attrs: { scope: 'col' } }, title),
  );
  const body = rows.map(cells =>
    h(
      'tr',
      null,
      cells.map((cell, index) => {
        const props = { class: columns[index]?.numeric ? 'num' : '' };
        return index === 0 ? h('th', { ...props, attrs: { scope: 'row' } }, breakable(cell)) : h('td', props, cell);
      }),
    ),
  );
  return h(
    'table',
    { class: 'data' },
    h('caption', { class: 'visually-hidden' }, caption),
    h('thead', null, h('tr', null, heads)),
    h('tbody', null, body),
  );
}

/** A name may be broken behind its separators. */
const breakable = (cell: Child): Child | readonly Child[] =>
  typeof cell === 'string'
    ? cell.split(/(?<=[_./=])/).flatMap((part, at) => (at > 0 ? [h('wbr'), part] : [part]))
    : cell;

/** The same where it may be wider than its place. */
export const scrollingTable = (...table: Parameters<typeof dataTable>): HTMLElement =>
  scrollBox(table[0], dataTable(...table));
