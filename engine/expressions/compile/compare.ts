import type { Span } from '../flaw';
import { numbersOf, textsOf, type Numbers, type Texts } from '../vectors';
import { unify } from './coerce';
import { over, type Compiled } from './compiled';
import { judgeTexts, map1, numbers } from './kernels';

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** For the order of two values: below 0, 0, above 0. */
const holds: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  '=': order => order === 0,
  '<>': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
};

/**
 * Texts compare by code unit; null with anything is null.
 * @throws ExpressionFlaw for types that have no order with each other
 */
export function comparison(operator: ComparisonOperator, operands: readonly Compiled[], span: Span): Compiled {
  const { type, parts } = unify(operands, (first, second) => `${first} cannot be compared with ${second}`);
  const [left, right] = parts;
  const made = { type: 'boolean', span } as const;
  if (type === 'string')
    return over(parts, made, batch =>
      compareTexts(textsOf(left!.run(batch)), textsOf(right!.run(batch)), {
        rows: batch.rows,
        test: holds[operator],
      }),
    );
  const loop = loops[operator];
  return over(parts, made, batch => {
    const result = new Float64Array(batch.rows);
    loop(numbersOf(left!.run(batch)), numbersOf(right!.run(batch)), result);
    return numbers(result);
  });
}

export const isEqual = (operands: readonly Compiled[], span: Span): Compiled => comparison('=', operands, span);

type Loop = (left: Numbers, right: Numbers, result: Float64Array) => void;

const equal: Loop = ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
  for (let row = 0; row < result.length; row++) {
    const [x, y] = [a[row & inA]!, b[row & inB]!];
    result[row] = x === y ? 1 : x === x && y === y ? 0 : Number.NaN;
  }
};
const less: Loop = ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
  for (let row = 0; row < result.length; row++) {
    const [x, y] = [a[row & inA]!, b[row & inB]!];
    result[row] = x < y ? 1 : x >= y ? 0 : Number.NaN;
  }
};
const lessOrEqual: Loop = ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
  for (let row = 0; row < result.length; row++) {
    const [x, y] = [a[row & inA]!, b[row & inB]!];
    result[row] = x <= y ? 1 : x > y ? 0 : Number.NaN;
  }
};
const unequal: Loop = ({ values: a, mask: inA }, { values: b, mask: inB }, result) => {
  for (let row = 0; row < result.length; row++) {
    const [x, y] = [a[row & inA]!, b[row & inB]!];
    result[row] = x === y ? 0 : x === x && y === y ? 1 : Number.NaN;
  }
};

const loops: Readonly<Record<ComparisonOperator, Loop>> = {
  '=': equal,
  '<>': unequal,
  '<': less,
  '<=': lessOrEqual,
  '>': (left, right, result) => less(right, left, result),
  '>=': (left, right, result) => lessOrEqual(right, left, result),
};

const orderOf = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface TextComparison {
  readonly rows: number;
  readonly test: (order: number) => boolean;
}

function compareTexts(left: Texts, right: Texts, { rows, test }: TextComparison): Numbers {
  const bound = right.mask === 0 ? right.categories[right.codes[0]!] : undefined;
  if (bound !== undefined) return judgeTexts(left, rows, text => (test(orderOf(text, bound)) ? 1 : 0));
  const result = new Float64Array(rows).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    const [a, b] = [left.codes[row & left.mask]!, right.codes[row & right.mask]!];
    if (a >= 0 && b >= 0) result[row] = test(orderOf(left.categories[a]!, right.categories[b]!)) ? 1 : 0;
  }
  return numbers(result);
}

/** Three-valued: false and null is false, true or null is true. */
export function conjunction(
  operator: 'and' | 'or',
  [left, right]: readonly [Compiled, Compiled],
  span: Span,
): Compiled {
  const decisive = operator === 'and' ? 0 : 1;
  return over([left, right], { type: 'boolean', span }, batch => {
    const { values: a, mask: inA } = numbersOf(left.run(batch));
    const { values: b, mask: inB } = numbersOf(right.run(batch));
    const result = new Float64Array(batch.rows);
    for (let row = 0; row < batch.rows; row++) {
      const [x, y] = [a[row & inA]!, b[row & inB]!];
      result[row] = x === decisive || y === decisive ? decisive : x + y - x;
    }
    return numbers(result);
  });
}

export const negation = (part: Compiled, span: Span): Compiled =>
  over([part], { type: 'boolean', span }, batch => map1(numbersOf(part.run(batch)), batch.rows, value => 1 - value));

/** Two nulls are not distinct. */
export function distinct(operands: readonly Compiled[], span: Span): Compiled {
  const isSame = comparison('=', operands, span);
  const missing = operands.map(operand => isNull(operand, span));
  return over([isSame, ...missing], { type: 'boolean', span }, batch => {
    const [same, a, b] = [isSame, ...missing].map(part => numbersOf(part.run(batch)));
    const result = new Float64Array(batch.rows);
    for (let row = 0; row < batch.rows; row++) {
      const [noA, noB] = [a!.values[row & a!.mask]!, b!.values[row & b!.mask]!];
      result[row] = noA === 1 || noB === 1 ? (noA === noB ? 0 : 1) : 1 - same!.values[row & same!.mask]!;
    }
    return numbers(result);
  });
}

export function isNull(part: Compiled, span: Span): Compiled {
  return over([part], { type: 'boolean', span }, batch => {
    const values = part.run(batch);
    const result = new Float64Array(batch.rows);
    if (values.kind === 'text')
      for (let row = 0; row < batch.rows; row++) result[row] = values.codes[row & values.mask]! < 0 ? 1 : 0;
    else
      for (let row = 0; row < batch.rows; row++) {
        const value = values.values[row & values.mask]!;
        result[row] = value === value ? 0 : 1;
      }
    return numbers(result);
  });
}

/** `is true`, `is false`: never null. */
export function isTruth(part: Compiled, wanted: boolean, span: Span): Compiled {
  const truth = wanted ? 1 : 0;
  return over([part], { type: 'boolean', span }, batch => {
    const { values, mask } = numbersOf(part.run(batch));
    const result = new Float64Array(batch.rows);
    for (let row = 0; row < batch.rows; row++) result[row] = values[row & mask] === truth ? 1 : 0;
    return numbers(result);
  });
}
