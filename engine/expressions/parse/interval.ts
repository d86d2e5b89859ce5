import { ExpressionFlaw } from '../flaw';
import type { ExpressionNode } from '../node';
import { nearest } from '../../nearest';
import type { TokenStream } from './tokenStream';

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

/** ms of units with a length, and months of those of the calendar. */
const lengths: Readonly<Record<string, { readonly ms?: number; readonly months?: number }>> = {
  millisecond: { ms: 1 },
  second: { ms: second },
  minute: { ms: 60 * second },
  hour: { ms: hour },
  day: { ms: day },
  week: { ms: 7 * day },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { months: 12 },
};

/** `interval '3 days'`, `interval '1 year 2 months'`, `interval '3' day`, `interval 3 days` */
export function intervalOf(tokens: TokenStream): ExpressionNode {
  const { from } = tokens.take();
  const amount = tokens.take();
  const unit = tokens.peek;
  const isUnit = unit.kind === 'word' && lengthOf(unit.text) !== undefined;
  const alone = amount.kind === 'number' || /^\s*[-+]?[\d.]+\s*$/.test(amount.text);
  if (alone && !isUnit) throw tokens.expected('a unit such as `days`');
  if (alone) tokens.take();
  const text = alone ? `${amount.text} ${unit.text}` : amount.text;
  const span = tokens.span(from);
  let [months, ms, rest] = [0, 0, text.trim()];
  while (rest !== '') {
    const match = /^([-+]?\d+(?:\.\d+)?)\s*([a-z]+)[\s,]*/i.exec(rest);
    if (!match)
      throw new ExpressionFlaw(`'${amount.text}' is no interval`, amount, { fix: "Write one like '3 days'." });
    const length = lengthOf(match[2]!);
    if (!length) throw unknownUnit(match[2]!, amount);
    months += Number(match[1]) * (length.months ?? 0);
    ms += Number(match[1]) * (length.ms ?? 0);
    rest = rest.slice(match[0].length);
  }
  if (!Number.isInteger(months)) throw new ExpressionFlaw('a month has no parts: use days', amount);
  return { kind: 'interval', months, ms, span };
}

const lengthOf = (unit: string) => lengths[unit.toLowerCase().replace(/s$/, '')];

function unknownUnit(unit: string, span: { readonly from: number; readonly to: number }): ExpressionFlaw {
  const meant = nearest(unit, Object.keys(lengths));
  return new ExpressionFlaw(`\`${unit}\` is no unit of time`, span, {
    fix: meant === undefined ? `There are ${Object.keys(lengths).join(', ')}.` : `Did you mean \`${meant}\`?`,
    ...(meant !== undefined && { nearest: meant }),
  });
}
