import type { Cell } from '../../../engine/protocol/data';
import type { Place } from '../../../engine/protocol/errors';
import type { JoinPreview } from '../../../engine/protocol/featureJoins';
import { scrollingTable } from '../../shared/dataTable';
import { h } from '../../shared/dom';
import { count, dateTime } from '../../shared/format';
import { t } from '../../shared/l10n';
import { joinCell } from './joinCell';

export interface JoinTableOptions {
  /** The column with the time of each row. */
  readonly eventTime: string | undefined;
  readonly open: (place: Place) => unknown;
}

/** The rows of the entity file with, for each feature, what was matched and why. */
export function joinTable(preview: JoinPreview, { eventTime, open }: JoinTableOptions): HTMLElement {
  const { entityColumns, columns } = preview;
  const heads = [
    { title: t('Row'), numeric: true },
    ...entityColumns.map(title => ({ title })),
    ...columns.map(({ column }) => ({ title: column })),
  ];
  const rows = preview.preview.map(({ row, entity, time, cells }) => [
    count(row + 1),
    ...entityColumns.map((name, at) => asWritten(entity[at] ?? null, name === eventTime ? time : undefined)),
    ...cells.map((cell, at) => joinCell(cell, { feature: columns[at]?.column ?? '', time, open })),
  ]);
  const table = scrollingTable(t('Rows with their features'), heads, rows);
  return h('div', { class: 'join-table' }, table);
}

/** A key is not a quantity: its digits are not grouped, and it is on one line. `time`: what was understood of it. */
function asWritten(value: Cell, time: number | undefined): HTMLElement | string {
  if (value === null) return '–';
  const title = time === undefined ? String(value) : dateTime(time);
  return h('span', { class: 'join-key', title }, String(value));
}
