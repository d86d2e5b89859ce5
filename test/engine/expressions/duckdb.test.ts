import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { computed, type TestTable } from './batch';

interface Fixture {
  readonly table: TestTable;
  /** An expression, and what DuckDB makes of it for each row; `-`: it has no value that we could have. */
  readonly cases: readonly (readonly [string, readonly (string | number | boolean | null)[]])[];
}

const { table, cases }: Fixture = JSON.parse(readFileSync('test/fixtures/expressions/duckdb.json', 'utf8'));

describe('expressions as DuckDB computes them', () => {
  it.each(cases)('%s', (text, values) => {
    const found = computed(text, table).values;
    expect(found).toHaveLength(values.length);
    for (const [row, value] of values.entries())
      if (value !== '-') expect({ row, value: found[row] }).toEqual({ row, value: close(value) });
  });
});

/** Library functions of two machines may differ in their last digits. */
const close = (value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value)
    ? expect.closeTo(value, 12 - Math.ceil(Math.log10(Math.abs(value) + 1)))
    : value;
