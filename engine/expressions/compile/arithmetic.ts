import { ExpressionFlaw, type Span } from '../flaw';
import { addMonths, msPerDay, possible } from '../times/times';
import { numbersOf, type Numbers, type ValueType } from '../vectors';
import { coerce, isNumeric, isTime, withArticle } from './coerce';
import { over, type Compiled } from './compiled';
import { finite, map1, map2, numbers, safeInteger } from './kernels';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '^';
type Two = (a: number, b: number) => number;

/** @throws ExpressionFlaw for operands that the operator has no meaning for */
export function arithmetic(
  operator: ArithmeticOperator,
  [left, right]: readonly [Compiled, Compiled],
  span: Span,
): Compiled {
  const [a, b] = adapted(left, right);
  if (isNumberOrNull(a) && isNumberOrNull(b)) return ofNumbers(operator, [a, b], span);
  const rule = timeRule(operator, a.type, b.type);
  if (!rule) throw noMeaning(operator, [a, b], span);
  const [type, of] = rule;
  return over([a, b], { type, span }, batch =>
    map2(numbersOf(a.run(batch)), numbersOf(b.run(batch)), { rows: batch.rows, of }),
  );
}

/** `time + interval` */
export const plus = (left: Compiled, right: Compiled, span: Span): Compiled => arithmetic('+', [left, right], span);

export function negative(part: Compiled, span: Span): Compiled {
  const [number] = adapted(part, part);
  if (!isNumberOrNull(number) && number.type !== 'interval' && number.type !== 'months')
    throw new ExpressionFlaw(`a number is expected after \`-\`, not ${withArticle(number.type)}`, number.span);
  const type = number.type === 'null' ? 'number' : number.type;
  return over([number], { type, span }, batch => map1(numbersOf(number.run(batch)), batch.rows, value => 0 - value));
}

const isNumberOrNull = ({ type }: Compiled): boolean => isNumeric(type) || type === 'null';

/** A text that is written beside a number or a time is one too. */
function adapted(left: Compiled, right: Compiled): readonly [Compiled, Compiled] {
  const beside = (part: Compiled, { type }: Compiled): Compiled => {
    if (part.literal === undefined) return part;
    if (isNumeric(type))
      return coerce(part, type === 'integer' && !/[.eE]/.test(part.literal) ? 'integer' : 'number') ?? part;
    return isTime(type) ? (coerce(part, part.literal.trim().length > 10 ? 'datetime' : 'date') ?? part) : part;
  };
  return [beside(left, right), beside(right, left)];
}

function ofNumbers(operator: ArithmeticOperator, [a, b]: readonly [Compiled, Compiled], span: Span): Compiled {
  const whole = a.type !== 'number' && b.type !== 'number' && operator !== '/' && operator !== '^';
  const type = whole ? 'integer' : 'number';
  const loop = loops[operator];
  return over([a, b], { type, span }, batch => {
    const result = new Float64Array(batch.rows);
    loop(numbersOf(a.run(batch)), numbersOf(b.run(batch)), result);
    if (!whole) for (let row = 0; row < result.length; row++) result[row] = finite(result[row]!);
    else for (let row = 0; row < result.length; row++) result[row] = safeInteger(result[row]!);
    return numbers(result);
  });
}

type Loop = (left: Numbers, right: Numbers, result: Float64Array) => void;

/** A loop an operator, which runs several times as fast as one loop that calls it. */
const loops: Readonly<Record<ArithmeticOperator, Loop>> = {
  '+': ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
    for (let row = 0; row < result.length; row++) result[row] = a[row & inA]! + b[row & inB]!;
  },
  '-': ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
    for (let row = 0; row < result.length; row++) result[row] = a[row & inA]! - b[row & inB]!;
  },
  '*': ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
    for (let row = 0; row < result.length; row++) result[row] = a[row & inA]! * b[row & inB]!;
  },
  '/': ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
    for (let row = 0; row < result.length; row++) result[row] = a[row & inA]! / b[row & inB]!;
  },
  '//': ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
    for (let row = 0; row < result.length; row++) result[row] = Math.trunc(a[row & inA]! / b[row & inB]!);
  },
  '%': ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
    for (let row = 0; row < result.length; row++) result[row] = a[row & inA]! % b[row & inB]!;
  },
  '^': ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
    for (let row = 0; row < result.length; row++) {
      // 1 ^ null is 1 for Math, null for SQL.
      const [base, exponent] = [a[row & inA]!, b[row & inB]!];
      result[row] = base === base && exponent === exponent ? base ** exponent : Number.NaN;
    }
  },
};

/** What comes of times and intervals. */
function timeRule(
  operator: ArithmeticOperator,
  left: ValueType,
  right: ValueType,
): readonly [ValueType, Two] | undefined {
  if (operator === '+') return sumRule(left, right) ?? swapped(sumRule(right, left));
  if (operator === '-') return differenceRule(left, right);
  if (operator === '*') return productRule(left, right) ?? swapped(productRule(right, left));
  if (operator !== '/' || left !== 'interval') return undefined;
  if (right === 'interval') return ['number', (a, b) => finite(a / b)];
  return isNumeric(right) ? ['interval', (a, b) => finite(a / b)] : undefined;
}

const swapped = (rule: readonly [ValueType, Two] | undefined): readonly [ValueType, Two] | undefined =>
  rule && [rule[0], (a, b) => rule[1](b, a)];

function sumRule(left: ValueType, right: ValueType): readonly [ValueType, Two] | undefined {
  if (isTime(left) && (right === 'interval' || right === 'null')) return ['datetime', (a, b) => possible(a + b)];
  if (isTime(left) && right === 'months') return ['datetime', addMonths];
  if (left === 'date' && right === 'integer') return ['date', (a, b) => possible(a + b * msPerDay)];
  if (left === 'interval' && right === 'interval') return ['interval', (a, b) => finite(a + b)];
  return left === 'months' && right === 'months' ? ['months', (a, b) => a + b] : undefined;
}

function differenceRule(left: ValueType, right: ValueType): readonly [ValueType, Two] | undefined {
  if (left === 'date' && right === 'date') return ['integer', (a, b) => (a - b) / msPerDay];
  if (isTime(left) && isTime(right)) return ['interval', (a, b) => a - b];
  if (isTime(left) && (right === 'interval' || right === 'null')) return ['datetime', (a, b) => possible(a - b)];
  if (isTime(left) && right === 'months') return ['datetime', (a, b) => addMonths(a, -b)];
  if (left === 'date' && right === 'integer') return ['date', (a, b) => possible(a - b * msPerDay)];
  return left === 'interval' && right === 'interval' ? ['interval', (a, b) => a - b] : undefined;
}

function productRule(left: ValueType, right: ValueType): readonly [ValueType, Two] | undefined {
  if (left === 'interval' && isNumeric(right)) return ['interval', (a, b) => finite(a * b)];
  return left === 'months' && right === 'integer' ? ['months', (a, b) => a * b] : undefined;
}

function noMeaning(operator: ArithmeticOperator, [a, b]: readonly [Compiled, Compiled], span: Span): ExpressionFlaw {
  const wrong = isNumeric(a.type) || isTime(a.type) ? b : a;
  return new ExpressionFlaw(
    `\`${operator}\` has no meaning for ${withArticle(a.type)} and ${withArticle(b.type)}`,
    span,
    {
      fix: fixOf(operator, wrong.type),
    },
  );
}

function fixOf(operator: ArithmeticOperator, wrong: ValueType): string {
  if (wrong === 'string')
    return operator === '+'
      ? 'Join texts with `||`, or make a number with `cast(… as number)`.'
      : 'Make a number of a text with `cast(… as number)`.';
  if (wrong === 'boolean') return 'Make a number of a condition with `cast(… as integer)`.';
  return "Write an interval like `interval '3 days'`, and the days between two times as `days_between(from, to)`.";
}
