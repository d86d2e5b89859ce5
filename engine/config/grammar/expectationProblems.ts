import type { Expectation } from '../../protocol/expectations';
import { aboutAggregates } from './expectationAggregates';
import { aboutRows, aboutTable } from './expectationTables';
import { aboutValues } from './expectationValues';

interface Contradiction {
  readonly key?: keyof Expectation;
  readonly message: string;
}

const aboutColumn: readonly (keyof Expectation)[] = [...aboutValues, ...aboutAggregates];
const withoutColumn: readonly (keyof Expectation)[] = [...aboutTable, ...aboutRows];
const rules: readonly (keyof Expectation)[] = [
  ...aboutColumn,
  'unique',
  ...withoutColumn,
  'fresh_within',
  'compared_with',
];
const shownRules = ['type', 'not_null', 'between', 'in_set', 'regex', 'unique', 'row_count', 'mean', 'rows'];

/** What keys say against one another. */
export function* contradictions(value: Expectation): Generator<Contradiction> {
  if (rules.every(rule => value[rule] === undefined)) {
    const some = shownRules.map(rule => `\`${rule}\``).join(', ');
    yield { message: `missing-key|checks nothing: give it a rule (${some} …)` };
  }
  yield* columnProblems(value);
  yield* boundProblems(value);
  yield* companions(value);
}

function* columnProblems(value: Expectation): Generator<Contradiction> {
  if (value.column === undefined) {
    const needsColumn = aboutColumn.find(rule => value[rule] !== undefined);
    if (needsColumn) yield { key: needsColumn, message: 'missing-key|needs a `column` that it is about' };
    if (value.unique === true)
      yield { key: 'unique', message: 'missing-key|needs a `column`, or the name of one instead of true' };
    return;
  }
  const misplaced = withoutColumn.find(rule => value[rule] !== undefined);
  if (misplaced !== undefined) {
    const about = aboutTable.some(rule => rule === misplaced) ? 'is about the whole file' : 'names columns itself';
    yield { key: misplaced, message: `misplaced-key|${about}: put it into an entry without \`column\`` };
  }
  if (typeof value.unique === 'string' || Array.isArray(value.unique)) {
    yield {
      key: 'unique',
      message: 'misplaced-key|names columns itself: put it into an entry without `column`, or write true',
    };
  }
}

const ranges = ['between', 'min', 'max', 'mean', 'median', 'sum', 'std', 'missing_share', 'distinct_share'] as const;
const counts = ['row_count', 'column_count', 'distinct_count', 'length'] as const;

function* boundProblems(value: Expectation): Generator<Contradiction> {
  for (const key of ranges) {
    const range = value[key];
    const problem = range && betweenProblem(range);
    if (problem !== undefined) yield { key, message: `bad-between|${problem}` };
  }
  for (const range of Object.values(value.quantiles ?? {})) {
    const problem = betweenProblem(range);
    if (problem !== undefined) yield { key: 'quantiles', message: `bad-between|${problem}` };
  }
  for (const key of counts) {
    const range = value[key];
    if (typeof range !== 'object' || betweenProblem(range) === undefined) continue;
    yield { key, message: `bad-between|must be [least, most]: ${range.join(' is more than ')}` };
  }
  for (const key of ['above', 'below'] as const) {
    const edge = value[key];
    if (typeof edge === 'string' && Number.isNaN(Date.parse(edge)))
      yield { key, message: `bad-between|must be a number or an ISO date: \`${edge.slice(0, 40)}\` is neither` };
  }
}

/** Keys that belong to others. */
function* companions(value: Expectation): Generator<Contradiction> {
  for (const key of ['tolerance', 'measures'] as const)
    if (value[key] !== undefined && value.compared_with === undefined)
      yield { key, message: 'misplaced-key|belongs to `compared_with`' };
  if (value.where === undefined) return;
  const whole = [...aboutTable.filter(rule => rule !== 'row_count'), 'compared_with', 'fresh_within'] as const;
  const other = whole.find(rule => value[rule] !== undefined);
  if (other !== undefined) yield { key: 'where', message: `misplaced-key|does not go with \`${other}\`` };
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
