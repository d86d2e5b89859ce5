import { language, t } from './l10n';

/** A metric as people read it: at most four decimals, an exponent only where there is no other way. */
export function metric(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) return value.toExponential(2).replace('e+', 'e');
  if (Number.isInteger(value)) return value.toLocaleString(language());
  if (size >= 1000) return value.toLocaleString(language(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return value.toFixed(size >= 100 ? 1 : 4);
}

/** The same with a sign, for differences. */
export function signed(value: number): string {
  const text = metric(Math.abs(value));
  if (value === 0) return '±0';
  return value > 0 ? `+${text}` : `−${text}`;
}

export const count = (value: number): string => value.toLocaleString(language());

/** `18 %`, `7.4 %` */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const value = share * 100;
  return `${value.toFixed(Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0)} %`;
}

/** `0.8 s`, `12 s`, `3:05 min`, `2:03:05 h` */
export function duration(ms: number): string {
  if (ms < 10_000) return t('{0} s', (ms / 1000).toFixed(1));
  if (ms < 60_000) return t('{0} s', Math.round(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(Math.floor);
  return hours
    ? t('{0} h', `${hours}:${two(minutes ?? 0)}:${two(seconds ?? 0)}`)
    : t('{0} min', `${minutes ?? 0}:${two(seconds ?? 0)}`);
}

export const dateTime = (time: number): string =>
  new Date(time).toLocaleString(language(), { dateStyle: 'medium', timeStyle: 'short' });

/** `now`, `12 s ago`, `3 h ago`, `12 Nov`, `30 Sep 2005` */
export function ago(time: number, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - time) / 1000));
  if (seconds < 5) return t('now');
  if (seconds < 60) return t('{0} s ago', seconds);
  if (seconds < 3600) return t('{0} min ago', Math.round(seconds / 60));
  if (seconds < 86_400) return t('{0} h ago', Math.round(seconds / 3600));
  const day = new Date(time);
  const year = day.getFullYear() === new Date(now).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return day.toLocaleDateString(language(), { day: 'numeric', month: 'short', ...year });
}

/** `417 B`, `33 KB`, `1.4 MB` */
export function bytes(size: number): string {
  if (size < 1000) return t('{0} B', size);
  const units = ['KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(size) / 3));
  const value = size / 1000 ** power;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[power - 1] ?? 'KB'}`;
}

/** The beginning of a digest or id, as git shortens them. */
export const short = (id: string): string => id.slice(0, 8);
