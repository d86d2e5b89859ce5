import { civilOf, dayOf, timeOf, type ClockTime } from './times';

type Field = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
type Piece = { readonly field: Field; readonly digits: number; readonly month?: 'short' | 'long' } | string;

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Codes of `strftime`, and those that `to_date` has in other dialects. */
const codes: Readonly<Record<string, Piece>> = {
  '%Y': { field: 'year', digits: 4 },
  '%m': { field: 'month', digits: 2 },
  '%b': { field: 'month', digits: 0, month: 'short' },
  '%B': { field: 'month', digits: 0, month: 'long' },
  '%d': { field: 'day', digits: 2 },
  '%H': { field: 'hour', digits: 2 },
  '%M': { field: 'minute', digits: 2 },
  '%S': { field: 'second', digits: 2 },
  '%%': '%',
  YYYY: { field: 'year', digits: 4 },
  MM: { field: 'month', digits: 2 },
  DD: { field: 'day', digits: 2 },
  HH24: { field: 'hour', digits: 2 },
  MI: { field: 'minute', digits: 2 },
  SS: { field: 'second', digits: 2 },
};

export type TimeFormat = readonly Piece[];

/** `%d.%m.%Y` or `DD.MM.YYYY`; the code that is none, as text, when there is one. */
export function timeFormat(format: string): TimeFormat | string {
  const pieces: Piece[] = [];
  const pattern = format.includes('%') ? /%.?/gsu : /YYYY|MM|DD|HH24|MI|SS/g;
  let at = 0;
  for (const match of format.matchAll(pattern)) {
    if (match.index > at) pieces.push(format.slice(at, match.index));
    const piece = codes[match[0]];
    if (piece === undefined) return match[0];
    pieces.push(piece);
    at = match.index + match[0].length;
  }
  if (at < format.length) pieces.push(format.slice(at));
  return pieces;
}

/** ms since 1970, or NaN when the text is not of the format. Days and hours may lack their zero. */
export function timeOfFormat(text: string, format: TimeFormat): number {
  const found: Record<Field, number> = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  let rest = text.trim();
  for (const piece of format) {
    const length = typeof piece === 'string' ? (rest.startsWith(piece) ? piece.length : -1) : read(rest, piece, found);
    if (length < 0) return Number.NaN;
    rest = rest.slice(length);
  }
  return rest === '' ? timeOf(found) : Number.NaN;
}

/** How many characters it took; below 0 when it is not there. */
function read(text: string, { field, digits, month }: Exclude<Piece, string>, into: Record<Field, number>): number {
  if (month !== undefined) {
    const names = month === 'long' ? months : months.map(name => name.slice(0, 3));
    const index = names.findIndex(name => text.toLowerCase().startsWith(name.toLowerCase()));
    into[field] = index + 1;
    return index < 0 ? -1 : names[index]!.length;
  }
  const number = (field === 'year' ? /^\d{4}/ : digits === 2 ? /^\d{1,2}/ : /^\d+/).exec(text)?.[0];
  if (number === undefined) return -1;
  into[field] = Number(number);
  return number.length;
}

export function formattedTime(ms: number, format: TimeFormat): string {
  const clock = clockOf(ms);
  return format
    .map(piece => {
      if (typeof piece === 'string') return piece;
      const value = clock[piece.field];
      if (piece.month === 'long') return months[value - 1]!;
      return piece.month === 'short' ? months[value - 1]!.slice(0, 3) : String(value).padStart(piece.digits, '0');
    })
    .join('');
}

function clockOf(ms: number): Required<ClockTime> {
  const inDay = ms - dayOf(ms);
  const [hour, minute] = [Math.floor(inDay / 3_600_000), Math.floor(inDay / 60_000) % 60];
  return { ...civilOf(ms), hour, minute, second: Math.floor(inDay / 1000) % 60 };
}
