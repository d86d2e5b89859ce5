import type { Cell } from '../../protocol/data';

const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

export const number = (value: number): string => format.format(value);

const significant = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });

/** A measured number: six digits that count; very small and large ones with an exponent. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'no number' : value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return String(Number(value.toPrecision(6)));
  return size >= 1e6 ? format.format(Math.round(value * 100) / 100) : significant.format(value);
}

export const percent = (share: number): string =>
  `${new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }).format(share * 100)} %`;

/** A value within a sentence. */
export function shown(value: Cell): string {
  if (value === null) return 'missing';
  if (typeof value !== 'string') return String(value);
  return value.length > 80 ? JSON.stringify(`${value.slice(0, 80)}…`) : JSON.stringify(value);
}

/** `{own, rent, …}` */
export function shownSet(values: readonly Cell[]): string {
  const some = values.slice(0, 8).map(value => String(value));
  return `{${some.join(', ')}${values.length > some.length ? ', …' : ''}}`;
}

const units = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1000],
] as const;

/** `3 days`, `90 minutes`: in the largest unit that gives at least 2 (or 1 exactly). */
export function shownDuration(ms: number): string {
  const [name, unit] = units.find(([, size]) => Math.abs(ms) >= 2 * size) ?? ['seconds', 1000];
  return `${number(Math.round(ms / unit))} ${name}`;
}
