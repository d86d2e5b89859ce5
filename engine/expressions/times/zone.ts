import { dayOf, msPerDay } from './times';

const quarterHour = 900_000;
/** Days whose offsets are kept; more are forgotten together. */
const mostDays = 100_000;

/** ms that a zone is ahead of UTC at a time. */
export type ZoneOffset = (ms: number) => number;

/** Undefined for a name that is no time zone. */
export function zoneOffset(name: string): ZoneOffset | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  const days = new Map<number, number>();
  return ms => {
    const day = dayOf(ms);
    let offset = days.get(day);
    if (offset === undefined) {
      const [first, last] = [offsetAt(format, day), offsetAt(format, day + msPerDay - 1)];
      offset = first === last ? first : Number.NaN;
      if (days.size >= mostDays) days.clear();
      days.set(day, offset);
    }
    // A clock was changed on that day; it is at a quarter of an hour.
    return offset === offset ? offset : offsetAt(format, Math.floor(ms / quarterHour) * quarterHour);
  };
}

function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name);
  if (!match) return 0;
  const [, sign, hours, minutes, seconds = 0] = match;
  return (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
