import { describe, expect, it } from 'vitest';
import { compileExpression, expressionColumns } from '../../../engine/expressions/compileExpression';
import { expressionError } from '../../../engine/expressions/flaw';
import type { ExpressionProblem } from '../../../engine/expressions/flaw';
import type { ColumnType } from '../../../engine/protocol/data';
import { constant } from './batch';

const columns = new Map<string, ColumnType>([
  ['income', 'number'],
  ['months', 'integer'],
  ['status', 'string'],
  ['opened_at', 'datetime'],
  ['is_late', 'boolean'],
]);

function problemOf(text: string): ExpressionProblem {
  const result = compileExpression(text, { columns });
  if (result.problem) return result.problem;
  throw new Error(`${text} has no problem.`);
}

describe('what is wrong with an expression', () => {
  it.each<[text: string, marked: string, message: string, details?: Partial<ExpressionProblem>]>([
    ['', '', 'the expression is empty'],
    ['  ', '', 'the expression is empty'],
    ['incom * 2', 'incom', 'there is no column `incom`', { fix: 'Did you mean `income`?', nearest: 'income' }],
    ['2 + "Incme"', '"Incme"', 'there is no column `Incme`', { nearest: 'income' }],
    [
      'status = "paid back"',
      '"paid back"',
      'there is no column `paid back`',
      { fix: "Double quotes name a column; write the text as 'paid back'." },
    ],
    ['income +', '', 'a value or a column is expected, not the end'],
    ['income months', 'months', '`months` is too much; an operator may be missing before it'],
    ['income + * 2', '*', 'a value or a column is expected, not `*`'],
    ['(income', '', '`)` is expected, not the end'],
    ['income)', ')', '`)` closes nothing'],
    ["status = 'paid", "'paid", "the quote ' is never closed"],
    ['income # 2', '#', '`#` cannot stand here'],
    ['income; drop table x', ';', '`;` cannot stand here'],
    ['2x + 1', '2x', '`2x` is no number'],
    ['months < income < 5', '<', 'comparisons do not follow one another', { column: 17 }],
    ['flor(income)', 'flor', 'there is no function `flor`', { fix: 'Did you mean `floor(number)`?', nearest: 'floor' }],
    ['power(income)', 'power(income)', '`power` needs 2 arguments, not 1', { fix: 'Write `power(number, exponent)`.' }],
    ['abs(income, months)', 'months', '`abs` takes 1 argument, not 2'],
    ['upper(income)', 'income', '`upper` takes a text here, not a number'],
    ['round(income, 1.5)', '1.5', '`round` takes an integer here, not a number'],
    ['sqrt(status)', 'status', '`sqrt` takes a number here, not a text'],
    ['year(months)', 'months', '`year` takes a date here, not an integer'],
    ['status + 1', 'status + 1', '`+` has no meaning for a text and an integer'],
    [
      'is_late * 2',
      'is_late * 2',
      '`*` has no meaning for a condition (true or false) and an integer',
      { fix: 'Make a number of a condition with `cast(… as integer)`.' },
    ],
    ['months and is_late', 'months', 'a condition is expected, not an integer', { fix: 'Compare it, as in `x <> 0`.' }],
    ['not status', 'status', 'a condition is expected, not a text'],
    ['status > income', 'income', 'a text cannot be compared with a number'],
    ['status = opened_at', 'opened_at', 'a text cannot be compared with a date with time'],
    ["income = 'much'", "'much'", "'much' is no number"],
    [
      "opened_at > '31.12.2024'",
      "'31.12.2024'",
      "'31.12.2024' is no date with time",
      { fix: "Write one like '2024-12-31'." },
    ],
    ["date '2024-02-30'", "'2024-02-30'", "'2024-02-30' is no date"],
    ['case when is_late then income else status end', 'status', '`case` cannot give a number here and a text there'],
    ['coalesce(income, status)', 'status', '`coalesce` cannot give a number here and a text there'],
    ['case income end', 'end', '`when` is expected, not `end`'],
    ['case when is_late then 1', '', '`end` is expected, not the end'],
    ['cast(income as intger)', 'intger', 'there is no type `intger`', { nearest: 'integer' }],
    ['income::date', 'income::date', 'a number cannot become a date'],
    ["interval '3 dayz' + opened_at", "'3 dayz'", '`dayz` is no unit of time', { nearest: 'day' }],
    [
      "opened_at + interval '1 month 2 days'",
      "interval '1 month 2 days'",
      'an interval has either months and years, or weeks, days and shorter ones',
    ],
    ["date_trunc('mont', opened_at)", "'mont'", "'mont' is no part of a time", { nearest: 'month' }],
    ['extract(yer from opened_at)', 'yer', "'yer' is no part of a time", { nearest: 'year' }],
    ["strftime(opened_at, '%Q')", "'%Q'", '`%Q` is no code of a format'],
    [
      "opened_at - date '2024-01-01'",
      "opened_at - date '2024-01-01'",
      'it gives an interval, which is no type of a column',
    ],
    ["in_zone(opened_at, 'Berlin')", "'Berlin'", "'Berlin' is no time zone"],
    ['null', 'null', 'it is always null, and of no type'],
    ['now()', 'now', '`now` would give something else each time'],
    [
      'sum(income)',
      'sum',
      '`sum` needs several rows, and an expression sees one',
      { fix: 'Declare it under `windows:`.' },
    ],
    ['(select 1)', 'select', 'a query cannot stand here: an expression sees one row'],
    [
      'end + 1',
      'end',
      'a value or a column is expected, not `end`',
      { fix: 'Write "end" in double quotes if a column has that name.' },
    ],
    ['9007199254740993', '9007199254740993', '9007199254740993 is larger than an integer can be (2^53 − 1)'],
    ['income like 5', 'income', '`like` compares texts, not a number'],
  ])('%s', (text, marked, message, details = {}) => {
    const problem = problemOf(text);
    expect(problem).toMatchObject({ message, ...details });
    expect(text.slice(problem.column - 1, problem.end - 1)).toBe(marked);
  });

  it('is an error with the place and the way out', () => {
    const problem = problemOf('incom * 2');
    expect(expressionError('incom * 2', problem).toWire()).toEqual({
      code: 'config.invalid',
      message: 'Expression `incom * 2`, column 1: there is no column `incom`.',
      fix: 'Did you mean `income`?',
      data: { column: 1 },
    });
  });

  it('is its length, and how deep it goes', () => {
    expect(problemOf(`income${' + 1'.repeat(1000)}`).message).toBe(
      'the expression has 4006 characters; 4000 are allowed',
    );
    expect(constant(`1${' + 1'.repeat(999)}`)).toBe(1000);
    expect(constant(`${'('.repeat(90)}1${')'.repeat(90)}`)).toBe(1);
    for (const text of [
      '('.repeat(2000),
      'not '.repeat(900),
      '- '.repeat(1500),
      'abs('.repeat(900),
      'case '.repeat(700),
    ])
      expect(problemOf(text)).toMatchObject({ message: expect.stringMatching(/^more than 100 levels/) });
    expect(expressionColumns('('.repeat(2000)).problem?.message).toMatch(/^more than 100 levels/);
  });

  it('is no waiting: what stands in a circle of cases and patterns is computed at once', () => {
    const nested = `${'case '.repeat(60)}months${' when 1 then 2 when 3 then 4 else 5 end'.repeat(60)}`;
    expect(compileExpression(nested, { columns }).problem).toBeUndefined();
    expect(constant(`${"'a' || ".repeat(400)}'b' like '${'%a'.repeat(300)}'`)).toBe(false);
  });
});
