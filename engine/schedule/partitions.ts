import { isZone } from './zones';

/** Spans of time of equal kind, one after the other, from a day on. */
export interface Calendar {
  readonly every: 'day' | 'week' | 'month';
  /** `2024-01-31`: the first day of the first one. */
  readonly start: string;
  /** The day at which no further one begins; absent: they never end. */
  readonly end?: string;
  /** Whose days they are. */
  readonly timezone: string;
}

export interface TimePartition {
  /** `2024-01-03`, of a month `2024-01`. */
  readonly key: string;
  /** Its first day, and the first one after it. */
  readonly start: string;
  readonly end: string;
  /** The same in its time zone: ms since 1970. */
  readonly startsAt: number;
  readonly endsAt: number;
}

const dayMs = 86_400_000;
/** A calendar has no more: days of a hundred years. */
const mostPartitions = 36_600;

/** ms of the day in UTC; undefined when there is no such day. Of `2024-01` the first of the month. */
export function dayOf(text: string): number | undefined {
  const [, year, month, day = '01'] = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const found = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return dayText(found) === `${year}-${month}-${day}` ? found : undefined;
}

const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** How many partitions there are that have ended until then (ms since 1970), at most `mostPartitions`. */
export function completeCount(calendar: Calendar, now: number): number {
  // Days differ by no more than 26 hours around the world: from there it is looked for one by one.
  let count = Math.max(0, indexAt(calendar, now - 2 * dayMs));
  while (count < lastCount(calendar) && partitionAt(calendar, count).endsAt <= now) count += 1;
  return Math.min(count, lastCount(calendar));
}

function lastCount(calendar: Calendar): number {
  const end = calendar.end === undefined ? undefined : dayOf(calendar.end);
  return end === undefined ? mostPartitions : Math.min(mostPartitions, Math.max(0, indexAt(calendar, end - 1) + 1));
}

/** The place (from 0) of the partition in which a day lies; negative: before the first. */
function indexAt({ every, start }: Calendar, ms: number): number {
  const first = dayOf(start) ?? 0;
  if (every !== 'month') return Math.floor((ms - first) / (every === 'week' ? 7 * dayMs : dayMs));
  const [a, b] = [new Date(first), new Date(ms)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
}

/** The name of a partition alone, which needs no time zone. @param index from 0 */
export function keyAt(calendar: Calendar, index: number): string {
  const day = dayText(beginning(calendar, index));
  return calendar.every === 'month' ? day.slice(0, 7) : day;
}

/** @param index from 0 */
export function partitionAt(calendar: Calendar, index: number): TimePartition {
  const [start, end] = [beginning(calendar, index), beginning(calendar, index + 1)];
  return {
    key: keyAt(calendar, index),
    start: dayText(start),
    end: dayText(end),
    startsAt: firstMoment(start, calendar.timezone),
    endsAt: firstMoment(end, calendar.timezone),
  };
}

function beginning({ every, start }: Calendar, index: number): number {
  const first = dayOf(start) ?? 0;
  if (every !== 'month') return first + index * (every === 'week' ? 7 * dayMs : dayMs);
  const date = new Date(first);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + index, 1);
}

/** The place of the partition in which the day of a text lies (`2024-01-03`, `2024-01`); undefined when it is no day, or before the first. */
export function indexOfDay(calendar: Calendar, text: string): number | undefined {
  const day = dayOf(text);
  const index = day === undefined ? -1 : indexAt(calendar, day);
  return index >= 0 && index < lastCount(calendar) ? index : undefined;
}

/** The first moment of a day in a zone; where summer time leaves midnight out, that is later than midnight. */
function firstMoment(day: number, zone: string): number {
  const [before, after] = [day - offsetAt(day - dayMs, zone), day - offsetAt(day + dayMs, zone)];
  const fits = [before, after].filter(moment => moment + offsetAt(moment, zone) === day);
  return fits.length > 0 ? Math.min(...fits) : before;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** ms that the clocks of a zone are ahead of UTC at a moment. */
function offsetAt(ms: number, zone: string): number {
  if (zone === 'UTC' || !isZone(zone)) return 0;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const read = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const wall = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
  return wall - Math.floor(ms / 1000) * 1000;
}

/** `2024-01-03T00:00:00+01:00` */
export function momentText(ms: number, zone: string): string {
  const offset = offsetAt(ms, zone);
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const sign = `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${new Date(ms + offset).toISOString().slice(0, 19)}${offset === 0 ? 'Z' : sign}`;
}
