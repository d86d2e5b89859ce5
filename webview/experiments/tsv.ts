import type { RunSummary } from '../../engine/protocol/tracking';
import type { RunColumn } from './columns';

/** Runs as lines for a spreadsheet: cells apart by tabs, what would break a line or cell is a blank. */
export function runsAsTsv(runs: readonly RunSummary[], columns: readonly RunColumn[]): string {
  const head = ['run', 'name', ...columns.map(({ title }) => title)];
  const rows = runs.map(run => [`r-${run.number}`, run.name, ...columns.map(column => column.text(run))]);
  return [head, ...rows].map(cells => `${cells.map(cell).join('\t')}\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(text: string): string {
  const flat = text.replace(/[\t\r\n]+/g, ' ');
  const isNumber = flat.trim() !== '' && Number.isFinite(Number(flat));
  return /^[=+\-@]/.test(flat) && !isNumber ? `'${flat}` : flat;
}
