import { addMonths, civilOf, daysOf, msPerDay } from './times';

const hour = 3_600_000;
const week = 7 * msPerDay;
/** The first Monday after 1970-01-01. */
const aMonday = 4 * msPerDay;

/** Units with a length have `ms`, those of the calendar `months`. */
interface Length {
  readonly ms?: number;
  readonly months?: number;
}

const lengths: ReadonlyMap<string, Length> = new Map<string, Length>([
  ['year', { months: 12 }],
  ['quarter', { months: 3 }],
  ['month', { months: 1 }],
  ['week', { ms: week }],
  ['day', { ms: msPerDay }],
  ['hour', { ms: hour }],
  ['minute', { ms: 60_000 }],
  ['second', { ms: 1000 }],
  ['millisecond', { ms: 1 }],
]);

export const unitNames: readonly string[] = [...lengths.keys()];

/** What can be done with one unit of time; UTC. */
export interface Unit {
  /** Back to where the unit begins. */
  truncate(ms: number): number;
  /** How many beginnings of a unit lie between two times. */
  boundaries(from: number, to: number): number;
  /** How many whole units lie between two times. */
  whole(from: number, to: number): number;
}

/** `days` is `day`. */
export function unitOf(name: string): Unit | undefined {
  const length = lengths.get(name.toLowerCase()) ?? lengths.get(name.toLowerCase().replace(/s$/, ''));
  if (length?.months !== undefined) return ofMonths(length.months);
  return length?.ms === undefined ? undefined : ofMs(length.ms);
}

function ofMs(ms: number): Unit {
  const start = ms === week ? aMonday : 0;
  const index = (time: number) => Math.floor((time - start) / ms);
  return {
    truncate: time => index(time) * ms + start,
    boundaries: (from, to) => index(to) - index(from),
    whole: (from, to) => Math.trunc((to - from) / ms) + 0,
  };
}

function ofMonths(months: number): Unit {
  const index = (time: number): number => {
    const { year, month } = civilOf(time);
    return Math.floor((year * 12 + month - 1) / months);
  };
  return {
    truncate: time => {
      const first = index(time) * months;
      return daysOf({ year: Math.floor(first / 12), month: (((first % 12) + 12) % 12) + 1, day: 1 }) * msPerDay;
    },
    boundaries: (from, to) => index(to) - index(from),
    whole: (from, to) => (to >= from ? wholeMonths(from, to, months) : 0 - wholeMonths(to, from, months)),
  };
}

/** The last day of a short month completes a month, as 29 February does one that began on 31 January. */
function wholeMonths(from: number, to: number, months: number): number {
  const [a, b] = [civilOf(from), civilOf(to)];
  let passed = (b.year - a.year) * 12 + b.month - a.month;
  while (passed > 0 && addMonths(from, passed) > to) passed--;
  return Math.floor(passed / months);
}
