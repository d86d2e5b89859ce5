import { ModelyardError } from '../../errors';
import type { ColumnType } from '../../protocol/data';
import { cellText, type ColumnBatch } from '../read/batch';
import { isMissing, Kind, timeKinds } from '../read/cellKind';
import { timeOfText } from '../read/timeText';
import type { Comparison, Condition, ConditionNode, Literal } from '../condition';
import { holdsOf } from './holdsOf';

/** 1: true, 0: false, −1: unknown, as `bindCondition` has it. */
type Truth = -1 | 0 | 1;

/** Rows of one batch: its columns by name. */
export type Cells = ReadonlyMap<string, ColumnBatch>;
export type CellsTest = (cells: Cells, row: number) => boolean;

const numbers = Kind.integer | Kind.decimal | Kind.bigInteger | Kind.boolean;

/**
 * Compiles a condition for rows that pass by, whose columns have no type yet: each cell is compared as what it is. A
 * number compares with texts by its digits; columns that are declared to be texts are texts.
 * @throws (the test) ModelyardError `data.column` for a cell that has no order with the literal, with its row
 */
export function bindCells(condition: Condition, declared: ReadonlyMap<string, ColumnType>): CellsTest {
  const test = bind(condition.root, { condition, declared });
  return (cells, row) => test(cells, row) === 1;
}

interface Scope {
  readonly condition: Condition;
  readonly declared: ReadonlyMap<string, ColumnType>;
}
type Test = (cells: Cells, row: number) => Truth;

function bind(node: ConditionNode, scope: Scope): Test {
  switch (node.kind) {
    case 'and': {
      const [left, right] = [bind(node.left, scope), bind(node.right, scope)];
      return (cells, row) => {
        const first = left(cells, row);
        if (first === 0) return 0;
        const second = right(cells, row);
        return second === 0 ? 0 : first === -1 ? -1 : second;
      };
    }
    case 'or': {
      const [left, right] = [bind(node.left, scope), bind(node.right, scope)];
      return (cells, row) => {
        const first = left(cells, row);
        if (first === 1) return 1;
        const second = right(cells, row);
        return second === 1 ? 1 : first === -1 ? -1 : second;
      };
    }
    case 'not': {
      const operand = bind(node.operand, scope);
      return (cells, row) => negated(operand(cells, row));
    }
    case 'null': {
      const { column, negated: isNegated } = node;
      return (cells, row) => (isMissing(cells.get(column)!.kinds[row]!) !== isNegated ? 1 : 0);
    }
    case 'compare':
      return compare(scope, node);
    case 'in': {
      const tests = node.literals.map(literal => compare(scope, { column: node.column, operator: '=', literal }));
      const any: Test = (cells, row) => {
        for (const test of tests) {
          const truth = test(cells, row);
          if (truth !== 0) return truth;
        }
        return 0;
      };
      return node.negated ? (cells, row) => negated(any(cells, row)) : any;
    }
  }
}

const negated = (truth: Truth): Truth => (truth === -1 ? -1 : truth === 1 ? 0 : 1);

interface Compare {
  readonly column: string;
  readonly operator: Comparison;
  readonly literal: Literal;
}

function compare({ condition, declared }: Scope, { column: name, operator, literal }: Compare): Test {
  const holds = holdsOf(operator);
  const wanted = String(literal);
  const [number, time] = [numberOf(literal), typeof literal === 'string' ? timeOfText(literal) : undefined];
  const isText = declared.get(name) === 'string';
  const byOrder = operator !== '=' && operator !== '!=';
  return (cells, row) => {
    const column = cells.get(name)!;
    const kind = column.kinds[row]!;
    if (isMissing(kind)) return -1;
    const bound = isText ? undefined : (kind & numbers) !== 0 ? number : (kind & timeKinds) !== 0 ? time : undefined;
    if (bound !== undefined) {
      const value = column.numbers[row]!;
      return holds(value < bound ? -1 : value > bound ? 1 : 0) ? 1 : 0;
    }
    const isComparable = isText || kind === Kind.text ? typeof literal === 'string' : false;
    if (byOrder && !isComparable) throw notComparable(condition, { name, literal, value: cellText(column, row) });
    const text = cellText(column, row);
    return holds(text < wanted ? -1 : text > wanted ? 1 : 0) ? 1 : 0;
  };
}

/** Booleans as 0 and 1. */
function numberOf(literal: Literal): number | undefined {
  if (typeof literal !== 'string') return Number(literal);
  return literal.trim() === '' || !Number.isFinite(Number(literal)) ? undefined : Number(literal);
}

interface Compared {
  readonly name: string;
  readonly literal: Literal;
  readonly value: string;
}

const notComparable = ({ text }: Condition, { name, literal, value }: Compared): ModelyardError =>
  new ModelyardError(
    'data.column',
    `Condition \`${text}\`: ${JSON.stringify(literal)} cannot be compared with ${JSON.stringify(value.slice(0, 80))}, ` +
      `which stands in the column \`${name}\`.`,
    { fix: 'Write numbers for a column of numbers, and texts in quotes for others.', data: { column: name } },
  );
