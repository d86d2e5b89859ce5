import { describe, expect, test } from 'vitest';
import { utimesSync } from 'node:fs';
import { dataset, errorOf, scan, type Options } from './support';

const text = `id,age,housing,when,note
A1,18,own,2024-12-30,x
A2,112,rent,2024-12-31,
A3,-1,Own,2024-01-01,x
A2,,for free,,y
A5,abc,own,2023-01-01,z1
`;
type Rule = NonNullable<Options['expect']>[number];
const check = async (rule: Rule, content = text) => (await scan(dataset(content, { expect: [rule] }))).checks[0]!;

describe('each rule: its name, its sentence, the failing rows with their lines', () => {
  test.each<[Rule, string, readonly [number, unknown][]]>([
    [{ column: 'id', type: 'string' }, 'id is string: all 5 rows hold.', []],
    [{ column: 'age', type: 'integer' }, 'age is integer: 1 of 4 rows fails; first at line 6: "abc".', [[6, 'abc']]],
    [{ column: 'when', type: 'date' }, 'when is date: all 4 rows hold.', []],
    [{ column: 'when', type: 'datetime' }, 'when is datetime: all 4 rows hold.', []],
    [{ column: 'age', not_null: true }, 'age not null: 1 of 5 rows fails; first at line 5: missing.', [[5, null]]],
    [{ column: 'id', not_null: true }, 'id not null: all 5 rows hold.', []],
    [
      { column: 'id', unique: true },
      'id unique: 1 of 5 rows fails; first at line 5: "A2", which stands at line 3 already.',
      [[5, 'A2']],
    ],
    [
      { unique: 'id' },
      'id unique: 1 of 5 rows fails; first at line 5: "A2", which stands at line 3 already.',
      [[5, 'A2']],
    ],
    [{ unique: ['id', 'housing'] }, '(id, housing) unique: all 5 rows hold.', []],
    [
      { column: 'age', between: [18, 100] },
      'age between 18 and 100: 3 of 4 rows fail; first at line 3: 112.',
      [
        [3, 112],
        [4, -1],
        [6, 'abc'],
      ],
    ],
    [
      { column: 'age', between: [18, null] },
      'age at least 18: 2 of 4 rows fail; first at line 4: -1.',
      [
        [4, -1],
        [6, 'abc'],
      ],
    ],
    [
      { column: 'age', between: [null, 100] },
      'age at most 100: 2 of 4 rows fail; first at line 3: 112.',
      [
        [3, 112],
        [6, 'abc'],
      ],
    ],
    [
      { column: 'when', between: ['2024-01-01', '2024-12-30'] },
      'when between 2024-01-01 and 2024-12-30: 2 of 4 rows fail; first at line 3: "2024-12-31".',
      [
        [3, '2024-12-31'],
        [6, '2023-01-01'],
      ],
    ],
    [
      { column: 'housing', in_set: ['own', 'rent', 'for free'] },
      'housing in {own, rent, for free}: 1 of 5 rows fails; first at line 4: "Own".',
      [[4, 'Own']],
    ],
    [{ column: 'age', in_set: [18, 112.0, -1, 'abc'] }, 'age in {18, 112, -1, abc}: all 4 rows hold.', []],
    [{ column: 'id', regex: 'A\\d' }, 'id matches /A\\d/: all 5 rows hold.', []],
    [
      { column: 'note', regex: '[a-z]' },
      'note matches /[a-z]/: 1 of 4 rows fails; first at line 6: "z1".',
      [[6, 'z1']],
    ],
    [{ row_count: 5 }, 'row count 5: there are 5.', []],
    [{ row_count: [6, null] }, 'row count at least 6: there are 5.', []],
    [{ row_count: [1, 4] }, 'row count between 1 and 4: there are 5.', []],
    [{ row_count: [null, 4] }, 'row count at most 4: there are 5.', []],
    [{ column: 'when', fresh_within: '7d' }, 'newest when within 7d: it is 2024-12-31, 24 hours ago.', []],
    [
      { column: 'when', fresh_within: '12h' },
      'newest when within 12h: it is 2024-12-31, 24 hours ago.',
      [[3, '2024-12-31']],
    ],
    [
      { column: 'when', fresh_within: '172800000ms' },
      'newest when within 172800000ms: it is 2024-12-31, 24 hours ago.',
      [],
    ],
    [{ column: 'housing', fresh_within: '7d' }, 'newest housing within 7d: line 2 holds no date.', []],
  ])('%j', async (rule, message, rows) => {
    const result = await check(rule);
    expect(result.message).toBe(message);
    expect(result.rows.map(({ line, value }) => [line, value])).toEqual(rows);
    expect(result.message.startsWith(`${result.rule}: `)).toBe(true);
    const passes =
      /rows hold|there are 5|hours ago/.test(message) && rows.length === 0 && !/at least 6|and 4|most 4/.test(message);
    expect(result.passed).toBe(passes);
  });

  test('several rules of one entry are checks of their own, with the index of the entry', async () => {
    const { checks } = await scan(
      dataset(text, {
        expect: [{ row_count: 5 }, { column: 'age', type: 'integer', not_null: true, between: [0, 200] }],
      }),
    );
    expect(checks.map(({ rule, index, column }) => [rule, index, column])).toEqual([
      ['row count 5', 0, undefined],
      ['age is integer', 1, 'age'],
      ['age not null', 1, 'age'],
      ['age between 0 and 200', 1, 'age'],
    ]);
  });

  test('mostly', async () => {
    const rule = { column: 'age', between: [0, 200] } as const;
    expect(await check({ ...rule, mostly: 0.5 })).toMatchObject({
      passed: true,
      failing: 2,
      checked: 4,
      message: 'age between 0 and 200: 2 of 4 rows fail (50 %, at most 50 % may); first at line 4: -1.',
    });
    expect(await check({ ...rule, mostly: 0.51 })).toMatchObject({ passed: false });
  });

  test('unique over several columns: rows with a missing value are passed over, failing rows show all values', async () => {
    const content = 'a,b,c\n1,x,0\n1,y,0\n1,x,0\n,x,0\n,x,0\n12,3,0\n1,23,0\n';
    expect(await check({ unique: ['a', 'b'] }, content)).toMatchObject({
      passed: false,
      failing: 1,
      checked: 5,
      rows: [{ line: 4, value: '1 · x' }],
      message: '(a, b) unique: 1 of 5 rows fails; first at line 4: "1 · x", which stands at line 2 already.',
    });
  });

  test('unique compares numbers by value and texts as they stand', async () => {
    expect((await check({ unique: 'a' }, 'a,b\n5,\n5.0,\n')).failing).toBe(1);
    expect((await check({ unique: 'a' }, 'a,b\n5,\n05,\n')).failing).toBe(0);
    expect((await check({ unique: 'a' }, 'a,b\n9007199254740993,\n9007199254740992,\n')).failing).toBe(0);
  });

  test('the first 100 failing rows are kept, all are counted', async () => {
    const content = `x,y\n${Array.from({ length: 250_000 }, (_, i) => `${i},t`).join('\n')}\n`;
    const result = await check({ column: 'x', between: [null, 10] }, content);
    expect([result.failing, result.rows.length, result.rows[99]]).toEqual([249_989, 100, { line: 112, value: 110 }]);
    expect(result.message).toBe('x at most 10: 249,989 of 250,000 rows fail; first at line 13: 11.');
  });

  test('unique over 250,000 rows with two repeated ones far apart', async () => {
    const ids = Array.from({ length: 250_000 }, (_, i) => `A${i},${i}`);
    ids[240_000] = 'A17,1';
    const result = await check({ unique: 'id' }, `id,n\n${ids.join('\n')}\n`);
    expect(result.rows).toEqual([{ line: 240_002, value: 'A17' }]);
    expect(result.message).toContain('which stands at line 19 already');
  });

  test('the file itself is fresh', async () => {
    const source = dataset(text, { expect: [{ fresh_within: '2d' }] });
    const at = Date.parse('2024-12-28T00:00:00Z') / 1000;
    utimesSync(source.path, at, at);
    const { checks } = await scan(source);
    expect(checks[0]).toMatchObject({
      passed: false,
      rule: 'file written within 2d',
      message: 'file written within 2d: it is 2024-12-28, 4 days ago.',
    });
  });
});

describe('a rule that makes no sense', () => {
  test.each<[Rule, string]>([
    [{ column: 'age', between: ['old', 5] }, 'between: "old" is no number and no ISO date.'],
    [{ column: 'age', between: [5, '2024-01-01'] }, 'between: 5 is no number and no ISO date.'],
    [{ column: 'id', regex: '(' }, '/(/ is no regular expression: Unterminated group.'],
    [{ fresh_within: 'soon' }, 'fresh_within: "soon" is no duration.'],
  ])('%j', async (rule, message) => {
    const error = await errorOf(scan(dataset(text, { expect: [{ row_count: 5 }, rule] })));
    expect([error.code, error.message]).toEqual(['config.invalid', `Dataset d, expect rule 2: ${message}`]);
    expect(error.place).toEqual({ file: 'modelyard.yaml', key: 'datasets.d.expect.1' });
    expect(error.data).toEqual({ dataset: 'd', expect: 1 });
    expect(error.fix).toBeTruthy();
  });

  test('a pattern that backtracks for ever is stopped', { timeout: 60_000 }, async () => {
    const error = await errorOf(
      scan(dataset(`id,x\n1,y\n2,${'a'.repeat(60)}!\n`, { expect: [{ column: 'x', regex: '(a+)+b|y' }] })),
    );
    expect(error.code).toBe('config.invalid');
    expect(error.message).toBe(
      'The pattern /(a+)+b|y/ for x is too slow: it needs more than 5 s between line 2 and line 3 of d.',
    );
    expect(error.fix).toContain('a+ instead of (a+)+');
  });
});
