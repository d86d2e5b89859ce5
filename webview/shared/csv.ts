export type CsvCell = string | number | boolean | null | undefined;

/**
 * Comma-separated values as RFC 4180 has them. A text that a spreadsheet would take for a formula gets an apostrophe
 * before it: a run's name must not run anything.
 */
export const csv = (rows: readonly (readonly CsvCell[])[]): string =>
  rows.map(row => `${row.map(cell).join(',')}\r\n`).join('');

function cell(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) && !isNumber(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));
