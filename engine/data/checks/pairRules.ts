import type { Cell } from '../../protocol/data';
import type { Pair } from '../../protocol/expectations';
import { cellText, type ColumnBatch } from '../read/batch';
import { Kind, isMissing, numericKinds, timeKinds } from '../read/cellKind';
import { valueFinder } from './cellTests';
import type { RowCondition } from './whereCheck';
import type { RowRule } from './rowCheck';
import { figure } from './sentences';

type Order = 'greater' | 'greater_or_equal' | 'equal';
const signs: Readonly<Record<Order, string>> = { greater: '>', greater_or_equal: '≥', equal: '=' };

/** Two numbers, or two dates, are in order; texts can only be equal. What cannot be compared fails. */
export function pairRule(order: Order, [a, b]: Pair): RowRule {
  return {
    columns: [a, b],
    rule: `${a} ${signs[order]} ${b}`,
    holds: (cells, row) => {
      const compared = orderOf(cells.get(a)!, cells.get(b)!, row);
      if (compared === undefined) return false;
      if (order === 'equal') return compared === 0;
      return Number.isNaN(compared) ? false : order === 'greater' ? compared > 0 : compared >= 0;
    },
  };
}

/** −1, 0, 1; NaN: different, but without an order; undefined: of different kinds. */
function orderOf(a: ColumnBatch, b: ColumnBatch, row: number): number | undefined {
  const [kindA, kindB] = [a.kinds[row]!, b.kinds[row]!];
  for (const family of [numericKinds, timeKinds, Kind.boolean]) {
    if ((kindA & family) !== 0 && (kindB & family) !== 0) return Math.sign(a.numbers[row]! - b.numbers[row]!);
  }
  if (kindA !== Kind.text || kindB !== Kind.text) return undefined;
  return cellText(a, row) === cellText(b, row) ? 0 : Number.NaN;
}

export function pairInRule({
  columns: [a, b],
  set,
}: {
  readonly columns: Pair;
  readonly set: readonly (readonly [Cell, Cell])[];
}): RowRule {
  const seconds = new Map<Cell, Cell[]>();
  for (const [first, second] of set) seconds.set(first, [...(seconds.get(first) ?? []), second]);
  const firsts = [...seconds.keys()];
  const findFirst = valueFinder(firsts);
  const findSecond = firsts.map(first => valueFinder(seconds.get(first) ?? []));
  const shown = set.slice(0, 4).map(pair => `(${pair.join(', ')})`);
  return {
    columns: [a, b],
    rule: `(${a}, ${b}) in {${shown.join(', ')}${set.length > shown.length ? ', …' : ''}}`,
    holds: (cells, row) => {
      const first = findFirst(cells.get(a)!, row);
      return first >= 0 && findSecond[first]!(cells.get(b)!, row) >= 0;
    },
  };
}

/** Rounding of a sum of doubles, relative to what is added. */
const rounding = 1e-9;

export function sumRule({
  columns,
  equals,
  within,
}: {
  readonly columns: readonly string[];
  readonly equals: number;
  readonly within?: number;
}): RowRule {
  return {
    columns,
    rule: `${columns.join(' + ')} = ${figure(equals)}${within === undefined ? '' : ` ± ${figure(within)}`}`,
    holds: (cells, row) => {
      let sum = 0;
      let size = Math.abs(equals);
      for (const name of columns) {
        const column = cells.get(name)!;
        if ((column.kinds[row]! & numericKinds) === 0) return false;
        sum += column.numbers[row]!;
        size += Math.abs(column.numbers[row]!);
      }
      return Math.abs(sum - equals) <= (within ?? 0) + rounding * size;
    },
  };
}

/** Missing values count as none, so that two of them are not the same. */
export function uniqueWithinRule(columns: readonly string[]): RowRule {
  return {
    columns,
    rule: `${columns.join(', ')} different within each row`,
    asksMissing: true,
    holds: (cells, row) => {
      const seen = new Set<string | number>();
      for (const name of columns) {
        const column = cells.get(name)!;
        const kind = column.kinds[row]!;
        if (isMissing(kind)) continue;
        const value = (kind & numericKinds) !== 0 ? column.numbers[row]! : cellText(column, row);
        if (seen.has(value)) return false;
        seen.add(value);
      }
      return true;
    },
  };
}

/** @param wanted whether the condition is to be met, or never */
export const conditionRule = (condition: RowCondition, text: string, wanted: boolean): RowRule => ({
  columns: condition.columns,
  rule: wanted ? text : `no row has ${text}`,
  asksMissing: true,
  holds: (cells, row, batch) => condition.holds(cells, row, batch) === wanted,
});
