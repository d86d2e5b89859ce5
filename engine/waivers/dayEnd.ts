/**
 * When a day ends where this process runs.
 * @param day `2026-12-31`
 * @returns ms since 1970; undefined when there is no such day
 */
export function dayEnd(day: string): number | undefined {
  const [, year, month, date] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? []).map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const begins = new Date(year, month - 1, date);
  if (begins.getMonth() !== month - 1 || begins.getDate() !== date || begins.getFullYear() !== year) return undefined;
  return new Date(year, month - 1, date + 1).getTime();
}
