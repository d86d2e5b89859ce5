/** ms since 1970 that a time can have; what is beyond is null. */
const mostMs = 8.64e15;
export const msPerDay = 86_400_000;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export interface Civil {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (https://howardhinnant.github.io/date_algorithms.html). */
export function daysOf({ year, month, day }: Civil): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** The day of a time, from the same source. */
export function civilOf(ms: number): Civil {
  const z = Math.floor(ms / msPerDay) + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 };
}

const daysInMonth = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : monthDays[month - 1]!;

export interface ClockTime extends Civil {
  readonly hour?: number;
  readonly minute?: number;
  /** With its parts. */
  readonly second?: number;
}

/** ms since 1970, or NaN when there is no such day or time. */
export function timeOf({ hour = 0, minute = 0, second = 0, ...civil }: ClockTime): number {
  const { year, month, day } = civil;
  if (!(month >= 1 && month <= 12 && day >= 1) || day > daysInMonth(year, month)) return Number.NaN;
  if (!(hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60)) return Number.NaN;
  return possible(daysOf(civil) * msPerDay + hour * 3_600_000 + minute * 60_000 + second * 1000);
}

export const possible = (ms: number): number => (Math.abs(ms) <= mostMs ? ms : Number.NaN);

const iso =
  /^\s*(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?\s*(?:([Zz])|([+-])(\d\d):?(\d\d)?)?)?\s*$/;

/** ms of `2024-02-29` and `2024-02-29T12:30:05.25+01:00`, µs as fractions; without a zone UTC; NaN when it is neither. */
export function timeOfText(text: string): number {
  const match = iso.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', , sign, zoneHours = 0, zoneMinutes = 0] = match; // prettier-ignore
  const east = (sign === '-' ? -1 : 1) * (Number(zoneHours) * 3_600_000 + Number(zoneMinutes) * 60_000);
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  const whole = timeOf({ year: Number(year), month: Number(month), day: Number(day), ...clock }) - east;
  const millis = whole + Number(fraction.slice(0, 3).padEnd(3, '0'));
  const micros = Number(fraction.slice(3).padEnd(3, '0'));
  return possible(micros === 0 ? millis : (millis * 1000 + micros) / 1000);
}

export const dayOf = (ms: number): number => Math.floor(ms / msPerDay) * msPerDay;

/** The same day and time `months` later; the last day of the month where it is shorter. */
export function addMonths(ms: number, months: number): number {
  if (!Number.isInteger(months)) return Number.NaN;
  const { year, month, day } = civilOf(ms);
  const index = year * 12 + month - 1 + months;
  const [newYear, newMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  const civil = { year: newYear, month: newMonth, day: Math.min(day, daysInMonth(newYear, newMonth)) };
  return possible(daysOf(civil) * msPerDay + ms - dayOf(ms));
}

/** `2024-02-29`, or `2024-02-29 12:30:05.25` */
export function textOfTime(ms: number, withClock: boolean): string {
  const { year, month, day } = civilOf(ms);
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  if (!withClock) return date;
  const inDay = ms - dayOf(ms);
  const [hour, minute] = [Math.floor(inDay / 3_600_000), Math.floor(inDay / 60_000) % 60];
  const micros = Math.round((inDay % 60_000) * 1000);
  const fraction = micros % 1_000_000 === 0 ? '' : `.${padded(micros % 1_000_000, 6).replace(/0+$/, '')}`;
  return `${date} ${padded(hour, 2)}:${padded(minute, 2)}:${padded(Math.floor(micros / 1_000_000), 2)}${fraction}`;
}

const padded = (number: number, digits: number): string =>
  `${number < 0 ? '-' : ''}${String(Math.abs(number)).padStart(digits, '0')}`;
