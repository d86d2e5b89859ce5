import { dataTable } from '../dataTable';
import { fill, h } from '../dom';
import { metric } from '../format';
import { t } from '../l10n';

/** More rows than this are only in the file. */
const tableLimit = 600;

export interface NumberTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The numbers behind a chart, as far as somebody would read them. */
export function fillNumbers(place: HTMLElement, title: string, { columns, rows }: NumberTable): void {
  const shown = rows.slice(0, tableLimit).map(row => row.map(cell => (typeof cell === 'number' ? metric(cell) : cell)));
  const heads = columns.map((name, index) => ({ title: name, numeric: typeof rows[0]?.[index] === 'number' }));
  const more = rows.length - shown.length;
  fill(
    place,
    dataTable(title, heads, shown),
    more > 0 && h('p', { class: 'muted' }, t('{0} more rows are in the CSV file.', more)),
  );
}

/** A name for a file that holds the chart. */
export function fileName(title: string, extension: string): string {
  const name = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  return `${name.replace(/^-|-$/g, '') || 'chart'}.${extension}`;
}

export const chartTool = (label: string, onClick: () => unknown): HTMLButtonElement =>
  h('button', { class: 'chart-tool', attrs: { type: 'button' }, on: { click: () => void onClick() } }, label);
