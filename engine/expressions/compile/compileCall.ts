import { nearest } from '../../nearest';
import { functionNamed, functionNames } from '../catalogue';
import { ExpressionFlaw, type Span } from '../flaw';
import { numbersOf, type ValueType } from '../vectors';
import { coerce, isTime, withArticle } from './coerce';
import { over, type Compiled } from './compiled';
import type { ExpressionFunction, Parameter } from './functionEntry';
import { finite, map1, map2, mapScalars, numbers, safeInteger } from './kernels';

export interface CallParts {
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  readonly args: readonly Compiled[];
}

/** @throws ExpressionFlaw for a function that there is not, and for arguments that it does not take */
export function compileCall({ name, nameSpan, span, args: given }: CallParts): Compiled {
  const called = functionNamed(name);
  if (!called) throw unknownFunction(name, nameSpan);
  const args = checked(called, given, { from: nameSpan.from, to: span.to });
  if ('compile' in called) return called.compile(args, { name, span });
  if ('scalar' in called) {
    const { scalar, result: type, nulls = false } = called;
    const textArgs = args.map(arg => arg.type === 'string');
    const work = { texts: type === 'string', textArgs, nulls, of: scalar };
    return over(args, { type, span }, batch =>
      mapScalars(
        args.map(arg => arg.run(batch)),
        { ...work, rows: batch.rows },
      ),
    );
  }
  const type = typeof called.result === 'function' ? called.result(args) : called.result;
  return numeric(called.numeric, args, { type, span });
}

function numeric(
  of: (...args: number[]) => number,
  args: readonly Compiled[],
  made: { type: ValueType; span: Span },
): Compiled {
  const bound = made.type === 'integer' ? safeInteger : finite;
  return over(args, made, batch => {
    const { rows } = batch;
    const [first, second, third] = args.map(arg => numbersOf(arg.run(batch)));
    if (!first) return numbers(new Float64Array(rows).fill(bound(of())));
    if (!second) return map1(first, rows, a => bound(of(a)));
    if (!third) return map2(first, second, { rows, of: (a, b) => bound(of(a, b)) });
    const result = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const [a, b, c] = [first, second, third].map(({ values, mask }) => values[row & mask]!);
      result[row] = Number.isNaN(a! + b! + c!) ? Number.NaN : bound(of(a!, b!, c!));
    }
    return numbers(result);
  });
}

function checked(called: ExpressionFunction, args: readonly Compiled[], span: Span): readonly Compiled[] {
  const { parameters, required = parameters.length, repeats = false, signature } = called;
  const fix = `Write \`${signature}\`.`;
  if (args.length < required)
    throw new ExpressionFlaw(`\`${called.name}\` needs ${counted(required)}, not ${args.length}`, span, { fix });
  const extra = repeats ? undefined : args[parameters.length];
  if (extra)
    throw new ExpressionFlaw(`\`${called.name}\` takes ${counted(parameters.length)}, not ${args.length}`, extra.span, {
      fix,
    });
  return args.map((arg, index) => {
    const parameter = parameters[Math.min(index, parameters.length - 1)]!;
    const fitting = fit(arg, parameter);
    if (fitting) return fitting;
    throw new ExpressionFlaw(
      `\`${called.name}\` takes ${expected[parameter]} here, not ${withArticle(arg.type)}`,
      arg.span,
      {
        fix: parameter === 'text' ? 'Make a text of it with `cast(… as string)`.' : fix,
      },
    );
  });
}

const counted = (count: number): string => `${count} ${count === 1 ? 'argument' : 'arguments'}`;

const expected: Readonly<Record<Parameter, string>> = {
  number: 'a number',
  integer: 'an integer',
  text: 'a text',
  time: 'a date',
  boolean: 'a condition',
  any: 'a value',
};

function fit(arg: Compiled, parameter: Parameter): Compiled | undefined {
  switch (parameter) {
    case 'any':
      return arg;
    case 'number':
      return arg.type === 'integer' ? arg : coerce(arg, 'number');
    case 'time':
      return isTime(arg.type) ? arg : coerce(arg, 'datetime');
    case 'text':
      return coerce(arg, 'string');
    case 'integer':
    case 'boolean':
      return coerce(arg, parameter);
  }
}

const clocks = new Set(['now', 'current_date', 'current_timestamp', 'today', 'getdate', 'random', 'rand', 'uuid']);
const aggregates = new Set([
  'sum',
  'avg',
  'mean',
  'count',
  'min',
  'max',
  'std',
  'stddev',
  'median',
  'last',
  'first',
  'lag',
  'row_number',
]);

function unknownFunction(name: string, span: Span): ExpressionFlaw {
  if (clocks.has(name))
    return new ExpressionFlaw(`\`${name}\` would give something else each time`, span, {
      fix: 'Compare with a column that holds the time.',
    });
  if (aggregates.has(name))
    return new ExpressionFlaw(`\`${name}\` needs several rows, and an expression sees one`, span, {
      fix:
        name === 'min' || name === 'max'
          ? `Write \`${name === 'min' ? 'least' : 'greatest'}(a, b)\` for values of one row, and \`windows:\` for rows.`
          : 'Declare it under `windows:`.',
    });
  const meant = nearest(name, functionNames);
  return new ExpressionFlaw(`there is no function \`${name}\``, span, {
    ...(meant !== undefined && { fix: `Did you mean \`${functionNamed(meant)!.signature}\`?`, nearest: meant }),
  });
}
