import type { Cell } from '../../../engine/protocol/data';
import type { ComputedView } from '../../../engine/protocol/features';
import { scrollingTable } from '../../shared/dataTable';
import { h } from '../../shared/dom';
import { metric } from '../../shared/format';
import { t } from '../../shared/l10n';
import { entitiesWord, plainTime, rowsCount, when } from '../words';

/** How much there is, and what it looks like. `keys`: how many columns come before the features. */
export function firstRows({ rows, entities, newestEvent, columns, head }: ComputedView, keys: number): HTMLElement {
  const newest = newestEvent === undefined ? [] : [', ', t('the newest of '), when(newestEvent)];
  const isNumber = columns.map((_, at) => head.some(cells => typeof cells[at] === 'number'));
  return h(
    'div',
    { class: 'stack' },
    h('p', null, t('{0} of {1}', rowsCount(rows), entitiesWord(entities)), ...newest),
    scrollingTable(
      t('The first rows'),
      columns.map((title, at) => ({ title, numeric: isNumber[at] === true })),
      head.map(cells => cells.map((cell, at) => (at < keys ? asWritten(cell) : asRead(cell)))),
    ),
  );
}

/** A key is no quantity: its digits are not grouped. */
const asWritten = (cell: Cell): HTMLElement | string =>
  cell === null ? '–' : h('span', { class: 'nowrap', title: String(cell) }, plainTime(String(cell)));

/** Numbers as people read them, with all digits on the pointer. */
const asRead = (cell: Cell): HTMLElement | string =>
  typeof cell === 'number' ? h('span', { title: String(cell) }, metric(cell)) : asWritten(cell);
