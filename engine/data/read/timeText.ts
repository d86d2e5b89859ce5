import { isoTime } from '../../isoTime';
import { Kind } from './cellKind';

const msPerDay = 86_400_000;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days since 1970-01-01 in the proleptic Gregorian calendar, or NaN when there is no such day. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1) return Number.NaN;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > monthDays[month - 1]! + (month === 2 && leap ? 1 : 0)) return Number.NaN;
  // https://howardhinnant.github.io/date_algorithms.html#days_from_civil
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

const colon = 58;
const minus = 45;
const plus = 43;

/** Reads ISO dates and times (`2024-02-29`, `2024-02-29T12:30:05.25+01:00`) from bytes, without making strings. */
export class TimeText {
  /** ms since 1970 (UTC) of the last text that was one, µs as fractions. */
  value = Number.NaN;
  #at = 0;
  /** Whole µs of the last clock, below a ms. */
  #micros = 0;

  /** `Kind.date`, `Kind.datetime`, or `Kind.text` when it is neither. */
  parse(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 10 || bytes[start + 4] !== minus || bytes[start + 7] !== minus) return Kind.text;
    const year = digits(bytes, start, 4);
    const month = digits(bytes, start + 5, 2);
    const day = digits(bytes, start + 8, 2);
    const days = daysSinceEpoch(year, month, day);
    if (!(days === days)) return Kind.text;
    this.value = days * msPerDay;
    if (end - start === 10) return Kind.date;
    const separator = bytes[start + 10]!;
    if (separator !== 84 && separator !== 116 && separator !== 32) return Kind.text;
    this.#at = start + 11;
    const clock = this.#clock(bytes, end);
    const zone = this.#zone(bytes, end);
    if (!(clock + zone === clock + zone) || this.#at !== end) return Kind.text;
    this.value += clock - zone;
    // the double that is nearest, as of µs that are a number
    if (this.#micros > 0) this.value = (this.value * 1000 + this.#micros) / 1000;
    return Kind.datetime;
  }

  /** `12:30`, `12:30:05`, `12:30:05.25` as ms; what is below a µs is cut off. */
  #clock(bytes: Uint8Array, end: number): number {
    const start = this.#at;
    if (end - start < 5 || bytes[start + 2] !== colon) return Number.NaN;
    const hour = digits(bytes, start, 2);
    const minute = digits(bytes, start + 3, 2);
    this.#at = start + 5;
    this.#micros = 0;
    let ms = 0;
    if (this.#at < end && bytes[this.#at] === colon) {
      if (end - this.#at < 3) return Number.NaN;
      const second = digits(bytes, this.#at + 1, 2);
      if (!(second < 60)) return Number.NaN;
      ms = second * 1000;
      this.#at += 3;
      if (this.#at < end && (bytes[this.#at] === 46 || bytes[this.#at] === 44)) ms += this.#fraction(bytes, end);
    }
    return hour < 24 && minute < 60 ? hour * 3_600_000 + minute * 60_000 + ms : Number.NaN;
  }

  #fraction(bytes: Uint8Array, end: number): number {
    let at = this.#at + 1;
    const start = at;
    let micros = 0;
    let unit = 100_000;
    for (; at < end; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) break;
      if (unit >= 1) micros += digit * unit;
      unit /= 10;
    }
    this.#at = at;
    this.#micros = micros % 1000;
    return at === start ? Number.NaN : (micros - this.#micros) / 1000;
  }

  /** `Z`, `+01:00`, `-0530`, `+01` or nothing, in ms east of Greenwich. */
  #zone(bytes: Uint8Array, end: number): number {
    const start = this.#at;
    if (start === end) return 0;
    const sign = bytes[start]!;
    if (sign === 90 || sign === 122) {
      this.#at = start + 1;
      return 0;
    }
    if ((sign !== plus && sign !== minus) || end - start < 3) return Number.NaN;
    const hours = digits(bytes, start + 1, 2);
    const minutesAt = start + 3 + (bytes[start + 3] === colon && end > start + 3 ? 1 : 0);
    const minutes = minutesAt < end && end - minutesAt >= 2 ? digits(bytes, minutesAt, 2) : 0;
    this.#at = minutesAt < end ? minutesAt + 2 : start + 3;
    if (!(hours < 24 && minutes < 60)) return Number.NaN;
    return (sign === minus ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
  }
}

/** `count` decimal digits as a number, or NaN. */
function digits(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = bytes[i]! - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const encoder = new TextEncoder();

/** ms since 1970 of an ISO date or time, or undefined. */
export function timeOfText(text: string): number | undefined {
  const parser = new TimeText();
  const bytes = encoder.encode(text);
  return parser.parse(bytes, 0, bytes.length) === Kind.text ? undefined : parser.value;
}

/** `2024-02-29`, or `2024-02-29T12:30:05.250Z` when it is not midnight or `withClock` asks for it. */
export function timeText(ms: number, withClock: boolean): string {
  const text = Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
  return withClock ? text.replace('.000Z', 'Z') : text.replace(/T.*$/, '');
}

/** `2024-02-29T12:30:05.250001Z`: a time with a clock, with µs where there are some. */
export const exactTimeText = (ms: number): string =>
  Number.isInteger(ms) || !(Math.abs(ms) < 8.64e15) ? timeText(ms, true) : isoTime(ms).replace('.000Z', 'Z');
