import { ModelyardError } from '../../errors';
import type { Frame, FrameColumn, NumberColumn, TextColumn } from '../../protocol/frame';
import { columnHint } from '../closest';
import type { Comparison, Condition, ConditionNode, Literal } from '../condition';
import { holdsOf } from './holdsOf';
import { timeOfText } from '../read/timeText';

/** 1: true, 0: false, −1: unknown, as in SQL: what compares a missing value is unknown, and so is its negation. */
type Truth = -1 | 0 | 1;
type Test = (row: number) => Truth;

/**
 * Compiles a condition for the rows of a frame. As in SQL, a missing value matches nothing but `is null`, negated or not.
 * Texts compare with dates when they are ISO dates; other texts compare by code unit.
 * @throws ModelyardError `data.column`: a column that the frame lacks, or a literal that its type cannot be compared with
 */
export function bindCondition(condition: Condition, frame: Frame): (row: number) => boolean {
  const columns = new Map(frame.columns.map(column => [column.name, column]));
  for (const name of condition.columns) if (!columns.has(name)) throw unknownColumn(condition, name, frame);
  const test = bind(condition.root, { condition, columns });
  return row => test(row) === 1;
}

interface Scope {
  readonly condition: Condition;
  readonly columns: ReadonlyMap<string, FrameColumn>;
}

function bind(node: ConditionNode, scope: Scope): Test {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const left = bind(node.left, scope);
      const right = bind(node.right, scope);
      return node.kind === 'and' ? row => and(left(row), right, row) : row => or(left(row), right, row);
    }
    case 'not': {
      const operand = bind(node.operand, scope);
      return row => negate(operand(row));
    }
    case 'null': {
      const missing = missingTest(scope.columns.get(node.column)!);
      return row => (missing(row) !== node.negated ? 1 : 0);
    }
    case 'compare':
      return compare(scope, node);
    case 'in': {
      const tests = node.literals.map(literal => compare(scope, { column: node.column, operator: '=', literal }));
      const any: Test = row => {
        for (const test of tests) {
          const truth = test(row);
          if (truth !== 0) return truth;
        }
        return 0;
      };
      return node.negated ? row => negate(any(row)) : any;
    }
  }
}

const negate = (truth: Truth): Truth => (truth === -1 ? -1 : truth === 1 ? 0 : 1);
function and(left: Truth, right: Test, row: number): Truth {
  if (left === 0) return 0;
  const other = right(row);
  return other === 0 ? 0 : left === -1 ? -1 : other;
}
function or(left: Truth, right: Test, row: number): Truth {
  if (left === 1) return 1;
  const other = right(row);
  return other === 1 ? 1 : left === -1 ? -1 : other;
}

function missingTest(column: FrameColumn): (row: number) => boolean {
  if (column.kind === 'text') return row => column.codes[row] === -1;
  return row => Number.isNaN(column.values[row]);
}

interface Compare {
  readonly column: string;
  readonly operator: Comparison;
  readonly literal: Literal;
}

function compare(scope: Scope, { column: name, operator, literal }: Compare): Test {
  const column = scope.columns.get(name)!;
  const holds = holdsOf(operator);
  if (column.kind === 'text') {
    if (typeof literal === 'number' && operator !== '=' && operator !== '!=')
      throw notComparable(scope, column, literal);
    return compareText(column, literal, holds);
  }
  const bound = numberOf(scope, column, literal);
  const { values } = column;
  return row => {
    const value = values[row]!;
    return Number.isNaN(value) ? -1 : holds(value < bound ? -1 : value > bound ? 1 : 0) ? 1 : 0;
  };
}

/** Each category is judged once. A number compares with texts by its digits, so that `code = 7` finds the text `7`. */
function compareText(column: TextColumn, literal: Literal, holds: (order: number) => boolean): Test {
  const wanted = String(literal);
  const verdicts = Int8Array.from(column.categories, text =>
    holds(text < wanted ? -1 : text > wanted ? 1 : 0) ? 1 : 0,
  );
  return row => {
    const code = column.codes[row]!;
    return code === -1 ? -1 : verdicts[code] === 1 ? 1 : 0;
  };
}

function numberOf(scope: Scope, column: NumberColumn, literal: Literal): number {
  const isTime = holdsTimes(column);
  const value = isTime ? timeOfLiteral(literal) : numberOfLiteral(literal);
  if (value === undefined) throw notComparable(scope, column, literal);
  return value;
}

const holdsTimes = (column: FrameColumn): boolean => column.type === 'date' || column.type === 'datetime';

function notComparable(scope: Scope, column: FrameColumn, literal: Literal): ModelyardError {
  const holds = column.kind === 'text' ? 'texts' : holdsTimes(column) ? 'dates' : 'numbers';
  const fix = {
    texts: 'Write a text in quotes.',
    dates: "Write a date like '2024-12-31'.",
    numbers: 'Write a number.',
  };
  return new ModelyardError(
    'data.column',
    `Condition \`${scope.condition.text}\`: ${JSON.stringify(literal)} cannot be compared with the column ` +
      `\`${column.name}\`, which holds ${holds}.`,
    { fix: fix[holds], data: { column: column.name } },
  );
}

const timeOfLiteral = (literal: Literal): number | undefined =>
  typeof literal === 'string' ? timeOfText(literal) : undefined;

function numberOfLiteral(literal: Literal): number | undefined {
  if (typeof literal === 'number') return literal;
  if (typeof literal === 'boolean' || literal.trim() === '' || !Number.isFinite(Number(literal))) return undefined;
  return Number(literal);
}

function unknownColumn(condition: Condition, name: string, frame: Frame): ModelyardError {
  return new ModelyardError('data.column', `Condition \`${condition.text}\`: the data has no column \`${name}\`.`, {
    fix: columnHint(
      name,
      frame.columns.map(column => column.name),
    ),
    data: { column: name },
  });
}
