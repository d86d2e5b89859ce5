import { ModelyardError } from '../../errors';

const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']; // prettier-ignore
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const short = (names: readonly string[]): string => names.map(name => name.slice(0, 3)).join('|');

/** How a directive is written, as Python's strptime reads it. */
const directives: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d{2})',
  m: '(?<m>1[0-2]|0?[1-9])',
  d: '(?<d>3[01]|[12]\\d|0?[1-9])',
  e: '(?<d>3[01]|[12]\\d| ?[1-9])',
  H: '(?:2[0-3]|[01]\\d|\\d)',
  I: '(?:1[0-2]|0?[1-9])',
  M: '(?:[0-5]\\d|\\d)',
  S: '(?:6[01]|[0-5]\\d|\\d)',
  f: '\\d{1,6}',
  j: '(?:36[0-6]|3[0-5]\\d|[12]\\d\\d|0?[1-9]\\d|00?[1-9]|[1-9])',
  p: '(?:am|pm)',
  b: `(?<b>${short(months)})`,
  h: `(?<b>${short(months)})`,
  B: `(?<B>${months.join('|')})`,
  a: `(?:${short(days)})`,
  A: `(?:${days.join('|')})`,
  z: '(?:Z|[+-]\\d{2}:?\\d{2}(?::?\\d{2}(?:\\.\\d{1,6})?)?)',
  Z: '(?:UTC|GMT|[A-Z]{3,5})?',
  '%': '%',
};
const combined: Readonly<Record<string, string>> = { T: '%H:%M:%S', R: '%H:%M', D: '%m/%d/%y', F: '%Y-%m-%d' };

/**
 * Reads texts by a format of strftime, as Python's `datetime.strptime` does; names of months and days in English, in any
 * case. A day that the month does not have is no date.
 * @throws ModelyardError `config.invalid` for a directive that is not known or comes twice
 */
export function dateReader(format: string): (text: string) => boolean {
  const pattern = compile(
    format.replace(/%([TRDF])/g, (_, name: string) => combined[name] ?? ''),
    format,
  );
  return text => {
    const groups = pattern.exec(text)?.groups;
    return groups === undefined ? pattern.test(text) : isDay(groups);
  };
}

function compile(format: string, asWritten: string): RegExp {
  const source = format.replace(/%(.?)|\s+|[\\^$.*+?()[\]{}|/]/g, (part, name: string | undefined) => {
    if (!part.startsWith('%')) return part.trim() === '' ? '\\s+' : `\\${part}`;
    const found = directives[name ?? ''];
    if (found === undefined) throw badFormat(asWritten, `\`${part}\` is no directive that is known`);
    return found;
  });
  try {
    return new RegExp(`^${source}$`, 'i');
  } catch {
    throw badFormat(asWritten, 'a directive comes twice');
  }
}

const badFormat = (format: string, what: string): ModelyardError =>
  new ModelyardError('config.invalid', `date_format: ${JSON.stringify(format)}: ${what}.`, {
    fix: 'Write a format of strftime such as %Y-%m-%d or %d.%m.%Y %H:%M:%S.',
  });

function isDay({ Y, y, m, d, b, B }: Readonly<Record<string, string | undefined>>): boolean {
  if (d === undefined) return true;
  const month = m === undefined ? monthOf(b ?? B) : Number(m);
  if (month === undefined) return true;
  // Without a year Python takes 1900, which has no 29 February.
  const year = Y !== undefined ? Number(Y) : y !== undefined ? Number(y) + (Number(y) < 69 ? 2000 : 1900) : 1900;
  return year > 0 && Number(d) <= daysIn(year, month);
}

/** 1 to 12 of an English name, or the beginning of one. */
export function monthOf(name: string | undefined): number | undefined {
  const place = name === undefined ? -1 : months.findIndex(month => month.startsWith(name.slice(0, 3).toLowerCase()));
  return place < 0 ? undefined : place + 1;
}

export function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
