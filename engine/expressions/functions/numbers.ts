import type { Compiled } from '../compile/compiled';
import type { ExpressionFunction } from '../compile/functionEntry';
import type { ValueType } from '../vectors';

const asGiven = ([first]: readonly Compiled[]): ValueType => (first?.type === 'integer' ? 'integer' : 'number');

type Named = Pick<ExpressionFunction, 'name' | 'aliases' | 'sentence'>;

/** Of one number. */
const one = (
  named: Named,
  numeric: (x: number) => number,
  result: ValueType | typeof asGiven = 'number',
): ExpressionFunction => ({
  ...named,
  group: 'numbers',
  signature: `${named.name}(number)`,
  parameters: ['number'],
  numeric,
  result,
});

/** Half away from zero, as decimal digits have it: 1.005 is a little less than that, and becomes 1.00. */
function round(value: number, digits = 0): number {
  if (digits === 0) return Math.sign(value) * Math.round(Math.abs(value));
  if (!Number.isInteger(digits) || Math.abs(digits) > 300) return Number.NaN;
  const scale = 10 ** Math.abs(digits);
  const scaled = digits > 0 ? value * scale : value / scale;
  const rounded = Math.sign(scaled) * Math.round(Math.abs(scaled));
  const found = digits > 0 ? rounded / scale : rounded * scale;
  return Number.isFinite(found) ? found : value;
}

const outside = (inside: boolean, value: number): number => (inside ? value : Number.NaN);

export const numberFunctions: readonly ExpressionFunction[] = [
  one({ name: 'abs', sentence: 'Without its sign.' }, Math.abs, asGiven),
  one({ name: 'sign', sentence: '−1, 0 or 1.' }, Math.sign, 'integer'),
  one({ name: 'floor', sentence: 'The next whole number below.' }, Math.floor, asGiven),
  one({ name: 'ceil', aliases: ['ceiling'], sentence: 'The next whole number above.' }, x => Math.ceil(x) + 0, asGiven),
  one({ name: 'trunc', sentence: 'Without what stands behind the point.' }, x => Math.trunc(x) + 0, asGiven),
  {
    name: 'round',
    group: 'numbers',
    signature: 'round(number[, digits])',
    sentence:
      'To so many digits behind the point (0), halves away from zero; negative digits round to tens and hundreds.',
    parameters: ['number', 'integer'],
    required: 1,
    numeric: round,
    result: asGiven,
  },
  one({ name: 'sqrt', sentence: 'The square root; null below 0.' }, Math.sqrt),
  one({ name: 'cbrt', sentence: 'The cube root.' }, Math.cbrt),
  one({ name: 'exp', sentence: 'e to the power of the number; null when it overflows.' }, Math.exp),
  one({ name: 'ln', sentence: 'The natural logarithm; null of 0 and below.' }, x => outside(x > 0, Math.log(x))),
  {
    name: 'log',
    group: 'numbers',
    signature: 'log([base, ]number)',
    sentence: 'The logarithm to the base 10, or to another one; null of 0 and below.',
    parameters: ['number', 'number'],
    required: 1,
    numeric: (first, second?: number) => {
      if (second === undefined) return outside(first > 0, Math.log10(first));
      return outside(first > 0 && second > 0, Math.log(second) / Math.log(first));
    },
    result: 'number',
  },
  one({ name: 'log10', sentence: 'The logarithm to the base 10; null of 0 and below.' }, x =>
    outside(x > 0, Math.log10(x)),
  ),
  one({ name: 'log2', sentence: 'The logarithm to the base 2; null of 0 and below.' }, x =>
    outside(x > 0, Math.log2(x)),
  ),
  {
    name: 'power',
    aliases: ['pow'],
    group: 'numbers',
    signature: 'power(number, exponent)',
    sentence: 'The number to a power, as `number ^ exponent`; null when it overflows or there is none.',
    parameters: ['number', 'number'],
    numeric: (base, exponent) => base ** exponent,
    result: 'number',
  },
  {
    name: 'mod',
    group: 'numbers',
    signature: 'mod(number, divisor)',
    sentence: 'What a division leaves, as `number % divisor`, with the sign of the number; null by 0.',
    parameters: ['number', 'number'],
    numeric: (number, divisor) => (number % divisor) + 0,
    result: args => (args.every(({ type }) => type === 'integer') ? 'integer' : 'number'),
  },
  one({ name: 'sin', sentence: 'The sine of an angle in radians, such as for the hour of a day.' }, Math.sin),
  one({ name: 'cos', sentence: 'The cosine of an angle in radians.' }, Math.cos),
  one({ name: 'tan', sentence: 'The tangent of an angle in radians.' }, Math.tan),
  {
    name: 'pi',
    group: 'numbers',
    signature: 'pi()',
    sentence: '3.14159…',
    parameters: [],
    numeric: () => Math.PI,
    result: 'number',
  },
];
