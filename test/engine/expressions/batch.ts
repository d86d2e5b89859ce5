import type { VectorBatch } from '../../../engine/expressions/vectors';
import { compileExpression, type CompiledExpression } from '../../../engine/expressions/compileExpression';
import type { ColumnType } from '../../../engine/protocol/data';

export interface TestColumn {
  readonly type: ColumnType;
  readonly values: readonly (string | number | boolean | null)[];
}

export type TestTable = Readonly<Record<string, TestColumn>>;

export const typesOf = (table: TestTable): ReadonlyMap<string, ColumnType> =>
  new Map(Object.entries(table).map(([name, { type }]) => [name, type]));

/** The rows of a table as an expression takes them. */
export function batchOf(table: TestTable): VectorBatch {
  const rows = Object.values(table)[0]?.values.length ?? 1;
  return {
    rows,
    column: name => {
      const { type, values } = table[name]!;
      if (type !== 'string')
        return {
          kind: 'number',
          values: Float64Array.from(values, value => (value === null ? Number.NaN : Number(value))),
        };
      const categories = [...new Set(values.filter(value => value !== null).map(String))];
      const codes = Int32Array.from(values, value => (value === null ? -1 : categories.indexOf(String(value))));
      return { kind: 'text', codes, categories };
    },
  };
}

/** @throws Error for one that has a problem */
export function compiled(text: string, columns: ReadonlyMap<string, ColumnType>): CompiledExpression {
  const result = compileExpression(text, { columns });
  if (result.problem) throw new Error(`${text}: ${result.problem.message} (${result.problem.column})`);
  return result.expression;
}

/** What comes of an expression for each row, and its type. */
export function computed(
  text: string,
  table: TestTable,
): { readonly type: ColumnType; readonly values: readonly unknown[] } {
  const expression = compiled(text, typesOf(table));
  const { type } = expression;
  const vector = expression.evaluate(batchOf(table));
  if (vector.kind === 'text')
    return { type, values: Array.from(vector.codes, code => vector.categories[code] ?? null) };
  const shown = (value: number) => (Number.isNaN(value) ? null : type === 'boolean' ? value === 1 : value);
  return { type, values: Array.from(vector.values, shown) };
}

/** Of an expression of constants. */
export const constant = (text: string): unknown => computed(text, {}).values[0];
