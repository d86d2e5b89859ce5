import { unify } from '../compile/coerce';
import { toText } from '../compile/castTo';
import { over, type Compiled } from '../compile/compiled';
import type { Call, ExpressionFunction } from '../compile/functionEntry';
import { choose, mapScalars, numbers, present, type Scalar } from '../compile/kernels';
import { isEqual } from '../compile/compare';
import { numbersOf, type Numbers, type Values } from '../vectors';

const notAlike = (name: string) => (first: string, second: string) =>
  `\`${name}\` cannot give ${first} here and ${second} there`;

function coalesce(args: readonly Compiled[], { name, span }: Call): Compiled {
  const { type, parts } = unify(args, notAlike(name));
  return over(parts, { type, span }, batch => {
    const values = parts.map(part => part.run(batch));
    const whens = values.slice(0, -1).map(one => present(one, batch.rows));
    return choose(whens, values, batch.rows);
  });
}

function nullif(args: readonly Compiled[], { span }: Call): Compiled {
  const [value] = args;
  const equal = isEqual(args, span);
  const none: Values = { kind: 'number', values: Float64Array.of(Number.NaN), mask: 0 };
  return over(args, { type: value!.type, span }, batch =>
    choose([numbersOf(equal.run(batch))], [none, value!.run(batch)], batch.rows),
  );
}

function ifThenElse(args: readonly Compiled[], { name, span }: Call): Compiled {
  const [when, ...thens] = args;
  const { type, parts } = unify(thens, notAlike(name));
  return over([when!, ...parts], { type, span }, batch =>
    choose(
      [numbersOf(when!.run(batch))],
      parts.map(part => part.run(batch)),
      batch.rows,
    ),
  );
}

/** Nulls do not count. */
const extreme =
  (isBetter: (a: Scalar, b: Scalar) => boolean) =>
  (args: readonly Compiled[], { name, span }: Call): Compiled => {
    const { type, parts } = unify(args, notAlike(name));
    const isText = type === 'string';
    const of = (values: readonly Scalar[]): Scalar => {
      let best: Scalar = null;
      for (const value of values) if (value !== null && (best === null || isBetter(value, best))) best = value;
      return best;
    };
    return over(parts, { type, span }, batch => {
      const values = parts.map(part => part.run(batch));
      if (isText)
        return mapScalars(values, { rows: batch.rows, texts: true, textArgs: values.map(() => true), nulls: true, of });
      return numbers(extremeNumbers(values.map(numbersOf), batch.rows, isBetter));
    });
  };

function extremeNumbers(
  all: readonly Numbers[],
  rows: number,
  isBetter: (a: number, b: number) => boolean,
): Float64Array {
  const result = new Float64Array(rows).fill(Number.NaN);
  for (const { values, mask } of all)
    for (let row = 0; row < rows; row++) {
      const [value, best] = [values[row & mask]!, result[row]!];
      if (value === value && (best !== best || isBetter(value, best))) result[row] = value;
    }
  return result;
}

const isGreater = (a: Scalar, b: Scalar): boolean => a !== null && b !== null && a > b;
const isLess = (a: Scalar, b: Scalar): boolean => a !== null && b !== null && a < b;

function concat(args: readonly Compiled[], { span }: Call): Compiled {
  const parts = args.map(part => toText(part));
  const of = (values: readonly Scalar[]): Scalar => values.filter(value => value !== null).join('');
  return over(parts, { type: 'string', span }, batch =>
    mapScalars(
      parts.map(part => part.run(batch)),
      { rows: batch.rows, texts: true, textArgs: parts.map(() => true), nulls: true, of },
    ),
  );
}

export const conditionFunctions: readonly ExpressionFunction[] = [
  {
    name: 'coalesce',
    aliases: ['ifnull'],
    group: 'conditions',
    signature: 'coalesce(value, …)',
    sentence: 'The first that is not null.',
    parameters: ['any'],
    repeats: true,
    compile: coalesce,
  },
  {
    name: 'nullif',
    group: 'conditions',
    signature: 'nullif(value, other)',
    sentence: 'Null when both are equal, else the value.',
    parameters: ['any', 'any'],
    compile: nullif,
  },
  {
    name: 'if',
    aliases: ['iff'],
    group: 'conditions',
    signature: 'if(condition, then, else)',
    sentence: 'One value where the condition holds, another where it does not or is null.',
    parameters: ['boolean', 'any', 'any'],
    compile: ifThenElse,
  },
  {
    name: 'greatest',
    group: 'conditions',
    signature: 'greatest(value, …)',
    sentence: 'The greatest of several; nulls do not count.',
    parameters: ['any'],
    repeats: true,
    compile: extreme(isGreater),
  },
  {
    name: 'least',
    group: 'conditions',
    signature: 'least(value, …)',
    sentence: 'The least of several; nulls do not count.',
    parameters: ['any'],
    repeats: true,
    compile: extreme(isLess),
  },
  {
    name: 'concat',
    group: 'texts',
    signature: 'concat(value, …)',
    sentence: 'All one after the other; nulls are left out (`||` is null then).',
    parameters: ['any'],
    repeats: true,
    compile: concat,
  },
];
