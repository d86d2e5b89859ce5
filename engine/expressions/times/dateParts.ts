import type { ValueType } from '../vectors';
import { civilOf, dayOf, daysOf, msPerDay } from './times';

export interface DatePart {
  readonly of: (ms: number) => number;
  readonly type: ValueType;
  readonly sentence: string;
}

const whole = (sentence: string, of: (ms: number) => number): DatePart => ({ sentence, of, type: 'integer' });

/** 1 is Monday, 7 Sunday; 1970-01-01 was a Thursday. */
const isoWeekday = (ms: number): number => ((((Math.floor(ms / msPerDay) + 3) % 7) + 7) % 7) + 1;
const yearOf = (ms: number): number => civilOf(ms).year;
const startOfYear = (year: number): number => daysOf({ year, month: 1, day: 1 });
/** The Thursday of a week is in the year that the week belongs to. */
const thursday = (ms: number): number => dayOf(ms) + (4 - isoWeekday(ms)) * msPerDay;
const dayOfYear = (ms: number): number => Math.floor(ms / msPerDay) - startOfYear(yearOf(ms)) + 1;

/** The parts of a time by their names in SQL; UTC. */
export const dateParts: ReadonlyMap<string, DatePart> = new Map([
  ['year', whole('The year.', yearOf)],
  ['quarter', whole('The quarter of the year, 1 to 4.', ms => Math.ceil(civilOf(ms).month / 3))],
  ['month', whole('The month, 1 to 12.', ms => civilOf(ms).month)],
  ['week', whole('The ISO week of the year, 1 to 53.', ms => Math.ceil(dayOfYear(thursday(ms)) / 7))],
  ['day', whole('The day of the month.', ms => civilOf(ms).day)],
  ['dayofweek', whole('The day of the week: 0 is Sunday, 6 Saturday.', ms => isoWeekday(ms) % 7)],
  ['isodow', whole('The day of the week: 1 is Monday, 7 Sunday.', isoWeekday)],
  ['dayofyear', whole('The day of the year, from 1.', dayOfYear)],
  ['isoyear', whole('The year that the ISO week belongs to.', ms => yearOf(thursday(ms)))],
  ['hour', whole('The hour, 0 to 23.', ms => Math.floor((ms - dayOf(ms)) / 3_600_000))],
  ['minute', whole('The minute, 0 to 59.', ms => Math.floor((ms - dayOf(ms)) / 60_000) % 60)],
  ['second', whole('The second, 0 to 59, without its parts.', ms => Math.floor((ms - dayOf(ms)) / 1000) % 60)],
  ['epoch', { type: 'number', of: ms => ms / 1000, sentence: 'Seconds since 1970-01-01.' }],
]);

/** Other names of them. */
export const datePartAliases: ReadonlyMap<string, string> = new Map([
  ['dow', 'dayofweek'],
  ['weekday', 'dayofweek'],
  ['doy', 'dayofyear'],
  ['weekofyear', 'week'],
  ['dayofmonth', 'day'],
]);
