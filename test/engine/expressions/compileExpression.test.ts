import { describe, expect, it } from 'vitest';
import { expressionColumns } from '../../../engine/expressions/compileExpression';
import { batchOf, compiled, computed, constant, typesOf, type TestTable } from './batch';

const day = (text: string): number => Date.parse(text);

const table: TestTable = {
  amount: { type: 'integer', values: [100, 7, null, -3] },
  rate: { type: 'number', values: [0.5, 0, 2.5, null] },
  grade: { type: 'string', values: ['A', 'b', null, 'A'] },
  opened: { type: 'date', values: [day('2024-01-31'), day('2023-12-31'), null, day('2024-02-29')] },
  seen: { type: 'datetime', values: [day('2024-02-01T12:00:00Z'), day('2024-01-01'), day('2024-01-01'), null] },
  late: { type: 'boolean', values: [true, false, null, true] },
  'Loan Status': { type: 'string', values: ['paid', 'open', 'paid', null] },
  größe: { type: 'integer', values: [1, 2, 3, 4] },
};

describe('the type and the values of an expression', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['amount + 1', 'integer', [101, 8, null, -2]],
    ['amount * rate', 'number', [50, 0, null, null]],
    ['amount / rate', 'number', [200, null, null, null]],
    ['amount / 2', 'number', [50, 3.5, null, -1.5]],
    ['amount // 2', 'integer', [50, 3, null, -1]],
    ['amount % 4', 'integer', [0, 3, null, -3]],
    ['-amount', 'integer', [-100, -7, null, 3]],
    ['amount ^ 2', 'number', [10000, 49, null, 9]],
    ['amount > 7', 'boolean', [true, false, null, false]],
    ['amount >= 7 and late', 'boolean', [true, false, null, false]],
    ['late and amount is null', 'boolean', [false, false, null, false]],
    ['late or amount = 7', 'boolean', [true, true, null, true]],
    ['not late', 'boolean', [false, true, null, false]],
    ['amount between 0 and 10', 'boolean', [false, true, null, false]],
    ['amount not between 0 and 10', 'boolean', [true, false, null, true]],
    ['amount in (7, 100)', 'boolean', [true, true, null, false]],
    ['amount not in (7, null)', 'boolean', [null, false, null, null]],
    ['amount in (größe + 5, 100)', 'boolean', [true, true, null, false]],
    ["grade in ('A')", 'boolean', [true, false, null, true]],
    ["grade = 'A'", 'boolean', [true, false, null, true]],
    ["'A' < grade", 'boolean', [false, true, null, false]],
    ['grade <> "Loan Status"', 'boolean', [true, true, null, null]],
    ["grade like 'a'", 'boolean', [false, false, null, false]],
    ["grade ilike 'a'", 'boolean', [true, false, null, true]],
    ["`Loan Status` not like '%a%'", 'boolean', [false, true, false, null]],
    ['grade is not null', 'boolean', [true, true, false, true]],
    ['late is true', 'boolean', [true, false, false, true]],
    ['late is not false', 'boolean', [true, false, true, true]],
    ["grade is distinct from 'A'", 'boolean', [false, true, true, false]],
    ['amount is not distinct from null', 'boolean', [false, false, true, false]],
    ["case when amount > 50 then 'large' when amount > 0 then 'small' end", 'string', ['large', 'small', null, null]],
    ["case grade when 'A' then 1 when 'b' then 2.5 else 0 end", 'number', [1, 2.5, 0, 1]],
    ["coalesce(grade, 'none')", 'string', ['A', 'b', 'none', 'A']],
    ['coalesce(amount, rate, 0)', 'number', [100, 7, 2.5, -3]],
    ['nullif(amount, 7)', 'integer', [100, null, null, -3]],
    ['if(late, amount, -1)', 'integer', [100, -1, -1, -3]],
    ['greatest(amount, 8, rate)', 'number', [100, 8, 8, 8]],
    ['least(amount, null)', 'integer', [100, 7, null, -3]],
    ["grade || '-' || amount", 'string', ['A-100', 'b-7', null, 'A--3']],
    ["concat(grade, '/', late)", 'string', ['A/true', 'b/false', '/', 'A/true']],
    ['opened + 1', 'date', [day('2024-02-01'), day('2024-01-01'), null, day('2024-03-01')]],
    ["opened + interval '1 month'", 'datetime', [day('2024-02-29'), day('2024-01-31'), null, day('2024-03-29')]],
    [
      "seen - interval '36 hours'",
      'datetime',
      [day('2024-01-31'), day('2023-12-30T12:00Z'), day('2023-12-30T12:00Z'), null],
    ],
    ["seen + amount * interval '1 day'", 'datetime', [day('2024-05-11T12:00Z'), day('2024-01-08'), null, null]],
    ["opened - date '2024-01-01'", 'integer', [30, -1, null, 59]],
    ['extract(epoch from seen - opened)', 'number', [129600, 86400, null, null]],
    ['days_between(opened, seen)', 'number', [1.5, 1, null, null]],
    ["seen - opened > interval '1 day'", 'boolean', [true, false, null, null]],
    ["opened >= '2024-01-31'", 'boolean', [true, false, null, true]],
    ["seen between '2024-01-01' and '2024-02-01T12:00:00+01:00'", 'boolean', [false, true, true, null]],
    ["date_diff('year', opened, date '2024-06-01')", 'integer', [0, 1, null, 0]],
    ["date_sub('month', opened, date '2024-03-30')", 'integer', [1, 2, null, 1]],
    ['year(opened) * 100 + month(opened)', 'integer', [202401, 202312, null, 202402]],
    ["date_trunc('week', seen)", 'datetime', [day('2024-01-29'), day('2024-01-01'), day('2024-01-01'), null]],
    ['cast(rate as integer)', 'integer', [0, 0, 2, null]],
    ['late::integer + 1', 'integer', [2, 1, null, 2]],
    ['grade::number', 'number', [null, null, null, null]],
    ['seen::date', 'date', [day('2024-02-01'), day('2024-01-01'), day('2024-01-01'), null]],
    ['seen::varchar', 'string', ['2024-02-01 12:00:00', '2024-01-01 00:00:00', '2024-01-01 00:00:00', null]],
    ['größe', 'integer', [1, 2, 3, 4]],
    ['upper(grade)', 'string', ['A', 'B', null, 'A']],
    ['-- a remark\n amount -- another', 'integer', [100, 7, null, -3]],
    ['null::number', 'number', [null, null, null, null]],
    ["'x'", 'string', ['x', 'x', 'x', 'x']],
  ])('%s', (text, type, values) => {
    expect(computed(text, table)).toEqual({ type, values });
  });

  it.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ^ 3 ^ 2', 64],
    ['- 2 ^ 2', 4],
    ['10 - 4 - 3', 3],
    ['not 1 = 2 and 3 = 3', true],
    ['true or false and false', true],
    ["'a' || 1 + 2", 'a3'],
    ['7 / 0', null],
    ['7 % 0', null],
    ['0 / 0', null],
    ['ln(0)', null],
    ['log(-1)', null],
    ['sqrt(-1)', null],
    ['exp(1000)', null],
    ['power(10, 400)', null],
    ['1e308 * 10', null],
    ['9007199254740991 + 1', null],
    ['1.0 + 9007199254740991', 9007199254740992],
    ['1 = 1.0', true],
    ['null = null', null],
    ['null and false', false],
    ['null or true', true],
    ['1 in (2, null)', null],
    ["date '2024-02-29' + interval '1 year'", day('2025-02-28')],
    ['make_date(2023, 2, 29)', null],
    ["'10' + 5", 15],
  ])('%s is %s', (text, value) => {
    expect(constant(text)).toBe(value);
  });

  it('takes booleans that come as texts, as frames have them', () => {
    const columns = new Map([
      ['late', 'boolean'],
      ['n', 'integer'],
    ] as const);
    const found = compiled('late and n > 1', columns).evaluate({
      rows: 3,
      column: name =>
        name === 'n'
          ? { kind: 'number', values: Float64Array.of(2, 2, 2) }
          : { kind: 'text', codes: Int32Array.of(1, 0, -1), categories: ['false', 'true'] },
    });
    expect(found).toEqual({ kind: 'number', values: Float64Array.of(1, 0, Number.NaN) });
  });

  it('gives arrays of its own, also where it is a column alone', () => {
    const batch = batchOf(table);
    const column = batch.column('amount');
    const found = compiled('amount', typesOf(table)).evaluate({ rows: 2, column: () => column });
    expect(found.kind === 'number' && found.values).toEqual(Float64Array.of(100, 7));
    if (column.kind === 'number') column.values[0] = 5;
    expect(found.kind === 'number' && found.values[0]).toBe(100);
  });
});

describe('columns of an expression', () => {
  it('are named once each, with their place', () => {
    expect(expressionColumns('b + a * "Loan Status" + b')).toEqual({
      problem: undefined,
      columns: [
        { name: 'b', column: 1, end: 2 },
        { name: 'a', column: 5, end: 6 },
        { name: 'Loan Status', column: 9, end: 22 },
      ],
    });
  });

  it('are not words that only functions use', () => {
    expect(expressionColumns('extract(year from year) + date + interval').problem).toBeUndefined();
    expect(expressionColumns('case when a between b and c then d else e end')).toMatchObject({
      columns: ['a', 'b', 'c', 'd', 'e'].map(name => ({ name })),
    });
  });
});
