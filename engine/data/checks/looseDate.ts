import { daysIn, monthOf } from './dateFormat';

const month =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const weekday = '(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?\\s+)?';
const clock =
  '(?:[T\\s,]\\s*(?:at\\s+)?\\d{1,2}(?::[0-5]\\d){1,2}(?:[.,]\\d+)?\\s*(?:[ap]m)?\\s*(?:Z|UTC|GMT|[+-]\\d{2}:?\\d{2})?)?';

/** Year first; day and month in either order; with the name of the month; in one piece. */
const forms = [
  `(?<Y>\\d{4})[-/.](?<m>\\d{1,2})[-/.](?<d>\\d{1,2})`,
  `(?<p>\\d{1,2})[-/.](?<q>\\d{1,2})[-/.](?<Y>\\d{4}|\\d{2})`,
  `(?<d>\\d{1,2})(?:st|nd|rd|th)?[-\\s.]*(?<b>${month})\\.?,?[-\\s]*(?<Y>\\d{4}|\\d{2})`,
  `(?<b>${month})\\.?\\s*(?<d>\\d{1,2})(?:st|nd|rd|th)?,?\\s+(?<Y>\\d{4})`,
  `(?<b>${month})\\.?,?\\s+(?<Y>\\d{4})`,
  `(?<Y>\\d{4})(?<m>\\d{2})(?<d>\\d{2})`,
  `(?<Y>\\d{4})[-/](?<m>\\d{1,2})`,
].map(form => new RegExp(`^${weekday}${form}${clock}$`, 'i'));

/** Whether a text is a date in some form that people write: what dateutil reads of full dates. */
export function isLooseDate(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length > 60) return false;
  return forms.some(form => {
    const groups = form.exec(trimmed)?.groups;
    return groups !== undefined && isDay(groups);
  });
}

function isDay({ Y, m, d, p, q, b }: Readonly<Record<string, string | undefined>>): boolean {
  const year = Number(Y) + (Y?.length === 2 ? 2000 : 0);
  const fits = (monthNumber: number, day: number): boolean =>
    monthNumber >= 1 && monthNumber <= 12 && day >= 1 && day <= daysIn(year, monthNumber);
  if (p !== undefined && q !== undefined) return fits(Number(p), Number(q)) || fits(Number(q), Number(p));
  const monthNumber = m === undefined ? monthOf(b) : Number(m);
  return year > 0 && fits(monthNumber ?? 0, d === undefined ? 1 : Number(d));
}
