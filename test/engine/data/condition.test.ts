import { describe, expect, test } from 'vitest';
import { dataAccess } from '../../../engine/data/access';
import { parseCondition } from '../../../engine/data/condition';
import { ModelyardError } from '../../../engine/errors';
import { frameOf } from './support';

const text = `age,housing,income,opened,active,odd name,code
18,own,,2024-01-01,true,1,007
25,rent,100.5,2024-06-30,false,2,8
26,for free,0,,true,3,9
,own,-5,2025-01-01,,4,
`;

describe('a condition picks rows', () => {
  test.each([
    ['age <= 25', [0, 1]],
    ['age < 25', [0]],
    ['age > 25', [2]],
    ['age >= 25', [1, 2]],
    ['age = 25', [1]],
    ['age == 25', [1]],
    ['age != 25', [0, 2]],
    ['age <> 25', [0, 2]],
    ['not age = 25', [0, 2]],
    ['age is null', [3]],
    ['age is not null', [0, 1, 2]],
    ['not age is null', [0, 1, 2]],
    ["housing = 'own'", [0, 3]],
    ['housing = "for free"', [2]],
    ["housing in ('own', 'rent')", [0, 1, 3]],
    ["housing not in ('own', 'rent')", [2]],
    ['age in (18, 26.0)', [0, 2]],
    ['age not in (18)', [1, 2]],
    ['not age in (18)', [1, 2]],
    ['income >= 0 and age is not null', [1, 2]],
    ['income = -5', [3]],
    ['income > 1e2', [1]],
    ["age <= 25 and housing = 'own' or income < 0", [0, 3]],
    ["age <= 25 and (housing = 'own' or income < 0)", [0]],
    ["not (age <= 25 or housing = 'own')", [2]],
    ['age < 20 or income < 0', [0, 3]],
    ['not (age < 20 and income > 0)', [1, 2, 3]],
    ["opened >= '2024-06-30'", [1, 3]],
    ["opened < '2024-01-01T00:00:01Z'", [0]],
    ['active = true', [0, 2]],
    ['active != true', [1]],
    ["active = 'false'", [1]],
    ['`odd name` > 2', [2, 3]],
    ["code = '007'", [0]],
    ['code = 8', [1]],
    ['AGE = 1 or age = 18'.replace('AGE', 'age'), [0]],
    ['age Is Not NULL AND NOT (age IN (18))', [1, 2]],
  ])('%s', async (condition, expected) => {
    const frame = await frameOf(text);
    const holds = dataAccess.condition(condition, frame);
    expect([0, 1, 2, 3].filter(row => holds(row))).toEqual(expected);
  });

  test('its columns are known', () => {
    expect(parseCondition("a = 1 and (`b c` in (2) or not a is null) and d = 'x'").columns).toEqual(['a', 'b c', 'd']);
  });
});

const thrown = (work: () => unknown): ModelyardError => {
  try {
    work();
  } catch (error) {
    if (error instanceof ModelyardError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('a condition that cannot be read', () => {
  test.each([
    ['', 1, 'the condition is empty'],
    ['age', 4, 'one of =, !=, <, <=, >, >=, `in` and `is null` is expected, not the end'],
    ['age <', 6, 'a number, a text in quotes, true or false is expected, not the end'],
    ['age = own', 7, "a value is expected; write a text in quotes: 'own'"],
    ['age = null', 7, 'nothing equals null; write `is null` or `is not null`'],
    ['age = 5 5', 9, '`5` is too much; `and` or `or` may be missing'],
    ['(age = 5', 9, '`)` is expected, not the end'],
    ['age in 5', 8, '`(` is expected, not `5`'],
    ['age in ()', 9, 'a number, a text in quotes, true or false is expected, not `)`'],
    ['age not 5', 9, '`in` is expected, not `5`'],
    ['age is 5', 8, '`null` is expected, not `5`'],
    ["age = 'x", 7, "the quote ' is never closed"],
    ['age = 5 & b = 6', 9, '"&" cannot stand here'],
    ['5 = age', 1, 'a column is expected, not `5`'],
    ['and = 5', 1, 'a column is expected, not `and`'],
    [`${'('.repeat(200)}a = 1${')'.repeat(200)}`, 101, 'more than 100 conditions stand within one another'],
  ])('%j', (condition, column, message) => {
    const error = thrown(() => parseCondition(condition));
    expect(error.code).toBe('config.invalid');
    expect(error.message).toBe(`Condition \`${condition}\`, column ${column}: ${message}.`);
    expect(error.data).toEqual({ column });
    expect(error.fix).toContain('age <= 25');
  });

  test('a column that the data lacks: what was probably meant', async () => {
    const frame = await frameOf(text);
    const error = thrown(() => dataAccess.condition('agee <= 25', frame));
    expect([error.code, error.message, error.fix]).toEqual([
      'data.column',
      'Condition `agee <= 25`: the data has no column `agee`.',
      'Did you mean `age`?',
    ]);
    expect(thrown(() => dataAccess.condition('zzzzz = 1', frame)).fix).toBe(
      'The columns are `age`, `housing`, `income`, `opened`, `active`, `odd name`, `code`.',
    );
  });

  test.each([
    ["age <= 'old'", '"old" cannot be compared with the column `age`, which holds numbers', 'Write a number.'],
    [
      'opened > 5',
      '5 cannot be compared with the column `opened`, which holds dates',
      "Write a date like '2024-12-31'.",
    ],
    ['housing < 5', '5 cannot be compared with the column `housing`, which holds texts', 'Write a text in quotes.'],
  ])('%s', async (condition, message, fix) => {
    const frame = await frameOf(text);
    const error = thrown(() => dataAccess.condition(condition, frame));
    expect([error.code, error.message, error.fix]).toEqual([
      'data.column',
      `Condition \`${condition}\`: ${message}.`,
      fix,
    ]);
  });
});
