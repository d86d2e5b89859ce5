import * as v from 'valibot';
import { duration } from './duration';
import { column, flag, number, shareAboveZero, text, wholeNumber } from './terms';

const bound = () => v.nullable(v.union([number(), v.string()], 'must be a number, a date as text, or null'));
const count = () => wholeNumber(0);

const shape = v.strictObject({
  column: v.exactOptional(v.pipe(column(), v.description('The column that the rules of this entry are about.'))),
  type: v.exactOptional(
    v.pipe(
      v.picklist(['integer', 'number', 'boolean', 'date', 'datetime', 'string']),
      v.description('Every value of the column has this type.'),
    ),
  ),
  not_null: v.exactOptional(v.pipe(flag(), v.description('No value of the column is missing.'))),
  unique: v.exactOptional(
    v.pipe(
      v.union([flag(), column(), v.array(column())], 'must be true (with `column`), a column, or a list of columns'),
      v.description('No value repeats: `true` for `column`, or the column(s) whose values together must not repeat.'),
    ),
  ),
  between: v.exactOptional(
    v.pipe(
      v.strictTuple([bound(), bound()], 'must be [lowest, highest]'),
      v.description('`[lowest, highest]`, both included: numbers, or ISO dates. `null` leaves a side open.'),
    ),
  ),
  in_set: v.exactOptional(
    v.pipe(
      v.array(v.nullable(v.union([v.string(), v.number(), v.boolean()], 'must be a single value')), 'must be a list'),
      v.minLength(1, 'out-of-range|must have at least one value'),
      v.description('Every value of the column is one of these.'),
    ),
  ),
  regex: v.exactOptional(
    v.pipe(
      text('a regular expression'),
      v.description('A JavaScript regular expression that the whole text must match.'),
      v.rawCheck(({ dataset, addIssue }) => {
        const problem = dataset.typed ? regexProblem(dataset.value) : undefined;
        if (problem !== undefined) addIssue({ message: `bad-regex|is not a regular expression: ${problem}` });
      }),
    ),
  ),
  row_count: v.exactOptional(
    v.pipe(
      v.union(
        [count(), v.strictTuple([v.nullable(count()), v.nullable(count())])],
        'must be a number of rows or [least, most]',
      ),
      v.description('Number of rows: exactly, or `[least, most]`; `null` leaves a side open.'),
    ),
  ),
  fresh_within: v.exactOptional(
    v.pipe(
      duration(),
      v.description(
        'The newest value of `column` (without one: the file itself) is not older than this, such as `7d`.',
      ),
    ),
  ),
  mostly: v.exactOptional(
    v.pipe(shareAboveZero(), v.description('Share of rows that must hold, above 0. Without it: all.')),
  ),
  severity: v.optional(
    v.pipe(v.picklist(['error', 'warn']), v.description('`warn`: said, but the step goes on.')),
    'error',
  ),
});
type Shape = v.InferOutput<typeof shape>;

/** One entry of `expect:`. */
export const expectation = v.pipe(
  shape,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value } = dataset;
    for (const { key, message } of contradictions(value)) {
      addIssue({
        message,
        ...(key && { path: [{ type: 'object', origin: 'value', input: { ...value }, key, value: value[key] }] }),
      });
    }
  }),
);

interface Contradiction {
  readonly key?: keyof Shape;
  readonly message: string;
}

const aboutColumn = ['type', 'not_null', 'between', 'in_set', 'regex'] as const;
const rules = [...aboutColumn, 'unique', 'row_count', 'fresh_within'] as const;

function* contradictions(value: Shape): Generator<Contradiction> {
  if (rules.every(rule => value[rule] === undefined)) {
    yield { message: `missing-key|checks nothing: give it a rule (${rules.map(rule => `\`${rule}\``).join(', ')})` };
  }
  const needsColumn = aboutColumn.find(rule => value[rule] !== undefined);
  if (value.column === undefined) {
    if (needsColumn) yield { key: needsColumn, message: 'missing-key|needs a `column` that it is about' };
    if (value.unique === true)
      yield { key: 'unique', message: 'missing-key|needs a `column`, or the name of one instead of true' };
  } else if (value.row_count !== undefined) {
    yield { key: 'row_count', message: 'misplaced-key|is about the whole file: put it into an entry without `column`' };
  } else if (typeof value.unique === 'string' || Array.isArray(value.unique)) {
    yield {
      key: 'unique',
      message: 'misplaced-key|names columns itself: put it into an entry without `column`, or write true',
    };
  }
  const between = value.between && betweenProblem(value.between);
  if (between !== undefined) yield { key: 'between', message: `bad-between|${between}` };
  if (Array.isArray(value.row_count) && betweenProblem(value.row_count) !== undefined) {
    yield { key: 'row_count', message: `bad-between|must be [least, most]: ${value.row_count.join(' is more than ')}` };
  }
}

type Bound = number | string | null;

function betweenProblem([low, high]: readonly Bound[]): string | undefined {
  if (low == null && high == null) return 'must have at least one side that is not null';
  for (const side of [low, high]) {
    if (typeof side === 'string' && Number.isNaN(Date.parse(side))) {
      return `must have numbers or ISO dates: \`${side.slice(0, 40)}\` is neither`;
    }
  }
  if (low == null || high == null) return undefined;
  if (typeof low !== typeof high) return 'must have two numbers or two dates, not one of each';
  const [least, most] = typeof low === 'string' ? [Date.parse(low), Date.parse(String(high))] : [low, Number(high)];
  return least > most ? `must be [lowest, highest]: ${low} is above ${high}` : undefined;
}

/** Compiled as the checks do: the whole text, as Unicode, or else in the older way that takes needless backslashes. */
function regexProblem(source: string): string | undefined {
  try {
    new RegExp(`^(?:${source})$`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*\/u?: /s, '') : String(error);
  }
}
