import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { ruleNames } from '../../../../engine/data/checks/buildChecks';
import { dataset, errorOf, scan, type Options } from '../support';

const text = `id,age,kind,city,opened,closed,code,note,a,b,c,empty
1,20,car,Bonn,2024-01-01,2024-02-01,A91,"{""n"": 1}",1,2,7,
2,30,car,Köln,2024-01-02,2024-01-02,A92,"[1,
2]",2,3,5,
3,40,radio,Ulm,2024-01-03,2024-03-01,B1,null,3,3,4,
4,50,house,Bonn,2024-01-04,2023-12-31,A9x,{n: 1},5,1,4,
5,90,,Köln,2024-01-04,,A94,7,2,4,4,
`;
type Rule = NonNullable<Options['expect']>[number];
const judge = async (rule: Rule, content = text) => (await scan(dataset(content, { expect: [rule] }))).checks[0]!;

/** The expectation of Great Expectations, a rule of ours that holds, one that does not, and the lines that it names. */
const catalogue: readonly (readonly [string, Rule, Rule, readonly number[]])[] = [
  ['expect_table_row_count_to_equal', { row_count: 5 }, { row_count: 6 }, []],
  ['expect_table_row_count_to_be_between', { row_count: [1, 9] }, { row_count: [6, null] }, []],
  ['expect_table_column_count_to_equal', { column_count: 12 }, { column_count: 11 }, []],
  ['expect_table_column_count_to_be_between', { column_count: [1, 12] }, { column_count: [null, 4] }, []],
  [
    'expect_table_columns_to_match_ordered_list',
    { columns: ['id', 'age', 'kind', 'city', 'opened', 'closed', 'code', 'note', 'a', 'b', 'c', 'empty'] },
    { columns: ['age', 'id', 'kind', 'city', 'opened', 'closed', 'code', 'note', 'a', 'b', 'c', 'empty'] },
    [],
  ],
  [
    'expect_table_columns_to_match_set',
    { columns_in_any_order: ['age', 'id', 'city', 'kind', 'opened', 'closed', 'note', 'code', 'a', 'b', 'c', 'empty'] },
    { columns_in_any_order: ['id', 'age'] },
    [],
  ],
  ['expect_column_to_exist', { has_columns: ['age', 'note'] }, { has_columns: ['age', 'notes'] }, []],
  [
    'expect_column_values_to_be_null',
    { column: 'empty', is_null: true },
    { column: 'kind', is_null: true },
    [2, 3, 5, 6],
  ],
  ['expect_column_values_to_not_be_null', { column: 'age', not_null: true }, { column: 'kind', not_null: true }, [7]],
  ['expect_column_values_to_be_unique', { column: 'id', unique: true }, { column: 'city', unique: true }, [6, 7]],
  [
    'expect_column_values_to_be_in_set',
    { column: 'kind', in_set: ['car', 'radio', 'house'] },
    { column: 'kind', in_set: ['car'] },
    [5, 6],
  ],
  [
    'expect_column_values_to_not_be_in_set',
    { column: 'kind', not_in_set: ['boat'] },
    { column: 'kind', not_in_set: ['car', 'boat'] },
    [2, 3],
  ],
  [
    'expect_column_values_to_be_between',
    { column: 'age', between: [20, 90] },
    { column: 'age', between: [21, null] },
    [2],
  ],
  ['strict_min', { column: 'age', above: 19 }, { column: 'age', above: 20 }, [2]],
  ['strict_max', { column: 'opened', below: '2024-01-05' }, { column: 'opened', below: '2024-01-04' }, [6, 7]],
  [
    'expect_column_values_to_be_of_type',
    { column: 'age', type: 'integer' },
    { column: 'code', type: 'integer' },
    [2, 3, 5, 6, 7],
  ],
  [
    'expect_column_values_to_be_in_type_list',
    { column: 'opened', type: ['date', 'integer'] },
    { column: 'note', type: ['date', 'integer'] },
    [2, 3, 5, 6],
  ],
  [
    'expect_column_values_to_be_increasing',
    { column: 'opened', increasing: true },
    { column: 'opened', increasing: 'strictly' },
    [7],
  ],
  [
    'expect_column_values_to_be_decreasing',
    { column: 'empty', decreasing: true },
    { column: 'c', decreasing: 'strictly' },
    [6, 7],
  ],
  [
    'expect_column_values_to_match_regex',
    { column: 'code', regex: '[AB]\\w+' },
    { column: 'code', regex: 'A9\\d' },
    [5, 6],
  ],
  [
    'expect_column_values_to_match_regex_list',
    { column: 'code', regex: ['A9.', 'B\\d'] },
    { column: 'code', regex: ['A9x', 'B.'] },
    [2, 3, 7],
  ],
  [
    'expect_column_values_to_not_match_regex',
    { column: 'code', not_regex: 'y' },
    { column: 'code', not_regex: '[xy]' },
    [6],
  ],
  [
    'expect_column_values_to_not_match_regex_list',
    { column: 'code', not_regex: ['y', '^9'] },
    { column: 'code', not_regex: ['y', '1$'] },
    [2, 5],
  ],
  [
    'expect_column_values_to_match_like_pattern',
    { column: 'city', like: '%n', where: "city = 'Bonn' or city = 'Köln'" },
    { column: 'city', like: '_o%' },
    [3, 5, 7],
  ],
  [
    'expect_column_values_to_match_like_pattern_list',
    { column: 'city', like: ['_ö__', 'B%', 'Ulm'] },
    { column: 'city', like: ['K_ln', 'B%'] },
    [5],
  ],
  [
    'expect_column_values_to_not_match_like_pattern',
    { column: 'city', not_like: 'b%' },
    { column: 'city', not_like: '%l_' },
    [3, 5, 7],
  ],
  [
    'expect_column_values_to_not_match_like_pattern_list',
    { column: 'city', not_like: ['x', 'onn'] },
    { column: 'city', not_like: ['x', '%nn'] },
    [2, 6],
  ],
  [
    'expect_column_values_to_match_strftime_format',
    { column: 'opened', date_format: '%Y-%m-%d' },
    { column: 'code', date_format: '%d.%m.%Y' },
    [2, 3, 5, 6, 7],
  ],
  [
    'expect_column_values_to_be_dateutil_parseable',
    { column: 'closed', parses_as: 'date' },
    { column: 'city', parses_as: 'date' },
    [2, 3, 5, 6, 7],
  ],
  [
    'expect_column_values_to_be_json_parseable',
    { column: 'age', parses_as: 'json' },
    { column: 'note', parses_as: 'json' },
    [6],
  ],
  [
    'expect_column_values_to_match_json_schema',
    { column: 'age', json_schema: { type: 'integer' } },
    { column: 'note', json_schema: { type: ['object', 'array'] } },
    [5, 6, 7],
  ],
  [
    'expect_column_value_lengths_to_be_between',
    { column: 'city', length: [3, 4] },
    { column: 'city', length: [4, null] },
    [5],
  ],
  ['expect_column_value_lengths_to_equal', { column: 'age', length: 2 }, { column: 'city', length: 4 }, [5]],
  [
    'expect_column_value_z_scores_to_be_less_than',
    { column: 'age', z_score: 1.7 },
    { column: 'age', z_score: 1.5 },
    [7],
  ],
  ['expect_column_min_to_be_between', { column: 'age', min: [20, 20] }, { column: 'age', min: [21, null] }, [2]],
  [
    'expect_column_max_to_be_between',
    { column: 'opened', max: ['2024-01-04', null] },
    { column: 'age', max: [null, 80] },
    [7],
  ],
  ['expect_column_mean_to_be_between', { column: 'age', mean: [46, 46] }, { column: 'age', mean: [null, 45] }, []],
  [
    'expect_column_median_to_be_between',
    { column: 'age', median: [40, 40] },
    { column: 'age', median: [41, null] },
    [],
  ],
  ['expect_column_sum_to_be_between', { column: 'age', sum: [230, 230] }, { column: 'age', sum: [null, 229] }, []],
  ['expect_column_stdev_to_be_between', { column: 'age', std: [27, 27.1] }, { column: 'age', std: [null, 27] }, []],
  [
    'expect_column_quantile_values_to_be_between',
    { column: 'age', quantiles: { '0.25': [30, 30] } },
    { column: 'age', quantiles: { '0.75': [51, 60] } },
    [],
  ],
  [
    'expect_column_distinct_values_to_be_in_set',
    { column: 'kind', distinct_in: ['car', 'radio', 'house', 'x'] },
    { column: 'kind', distinct_in: ['car'] },
    [5, 6],
  ],
  [
    'expect_column_distinct_values_to_contain_set',
    { column: 'kind', distinct_contains: ['car', 'house'] },
    { column: 'kind', distinct_contains: ['boat'] },
    [],
  ],
  [
    'expect_column_distinct_values_to_equal_set',
    { column: 'kind', distinct_equals: ['house', 'radio', 'car'] },
    { column: 'kind', distinct_equals: ['car', 'house', 'boat'] },
    [5],
  ],
  [
    'expect_column_proportion_of_unique_values_to_be_between',
    { column: 'city', distinct_share: [0.6, 0.6] },
    { column: 'city', distinct_share: [0.7, null] },
    [],
  ],
  [
    'expect_column_unique_value_count_to_be_between',
    { column: 'city', distinct_count: 3 },
    { column: 'city', distinct_count: [4, null] },
    [],
  ],
  [
    'expect_column_most_common_value_to_be_in_set',
    { column: 'kind', most_common_in: ['car', 'boat'] },
    { column: 'kind', most_common_in: ['house'] },
    [],
  ],
  [
    'expect_column_proportion_of_non_null_values_to_be_between',
    { column: 'kind', missing_share: [0.2, 0.2] },
    { column: 'kind', missing_share: [0, 0.1] },
    [],
  ],
  [
    'expect_column_kl_divergence_to_be_less_than',
    { column: 'a', kl_divergence: { at_most: 0.3, edges: [0, 2.5, 6], weights: [1, 1] } },
    { column: 'a', kl_divergence: { at_most: 0.3, edges: [0, 2.5, 4], weights: [1, 1] } },
    [6],
  ],
  [
    'expect_column_chisquare_test_p_value_to_be_greater_than',
    { column: 'kind', chi_squared: { p_at_least: 0.1, values: ['car', 'radio', 'house'], weights: [2, 1, 1] } },
    { column: 'kind', chi_squared: { p_at_least: 0.1, values: ['car', 'radio', 'house'], weights: [0, 1, 1] } },
    [],
  ],
  [
    'expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than',
    { column: 'age', kolmogorov_smirnov: { p_at_least: 0.1, normal: { mean: 46, std: 27 } } },
    { column: 'age', kolmogorov_smirnov: { p_at_least: 0.1, uniform: [1000, 2000] } },
    [],
  ],
  ['expect_column_pair_values_a_to_be_greater_than_b', { greater: ['age', 'a'] }, { greater: ['b', 'a'] }, [5, 6]],
  ['or_equal', { greater_or_equal: ['age', 'a'] }, { greater_or_equal: ['closed', 'opened'] }, [6]],
  ['expect_column_pair_values_to_be_equal', { equal: ['a', 'a'] }, { equal: ['a', 'b'] }, [2, 3, 6, 7]],
  [
    'expect_column_pair_values_to_be_in_set',
    {
      pair_in: {
        columns: ['kind', 'city'],
        set: [
          ['car', 'Bonn'],
          ['car', 'Köln'],
          ['radio', 'Ulm'],
          ['house', 'Bonn'],
        ],
      },
    },
    {
      pair_in: {
        columns: ['kind', 'a'],
        set: [
          ['car', 1],
          ['car', 2],
          ['radio', 4],
        ],
      },
    },
    [5, 6],
  ],
  [
    'expect_column_pair_cramers_phi_value_to_be_less_than',
    { cramers_phi: { columns: ['kind', 'city'], at_most: 0.9 } },
    { cramers_phi: { columns: ['kind', 'city'], at_most: 0.5 } },
    [],
  ],
  [
    'expect_compound_columns_to_be_unique',
    { unique: ['kind', 'city'] },
    { unique: ['opened', 'c'], where: 'id >= 3' },
    [7],
  ],
  [
    'expect_multicolumn_sum_to_equal',
    { sum_of: { columns: ['a', 'b', 'c'], equals: 10 } },
    { sum_of: { columns: ['a', 'b'], equals: 4, within: 1 } },
    [5, 6, 7],
  ],
  [
    'expect_select_column_values_to_be_unique_within_record',
    { unique_within_row: ['a', 'c', 'age'] },
    { unique_within_row: ['a', 'b', 'c'] },
    [5, 7],
  ],
  ['unexpected_rows_expectation', { no_rows: 'a > 9 or age > 99' }, { no_rows: "kind = 'car' and age >= 30" }, [3]],
  ['pandera: every row meets', { rows: 'age >= 20' }, { rows: "kind in ('car', 'radio')" }, [6, 7]],
];

describe('the catalogue, each rule as it holds and as it does not', () => {
  test.each(catalogue)('%s', async (_, good, bad, lines) => {
    const held = await judge(good);
    expect([held.passed, held.failing, held.rows], held.message).toEqual([true, 0, []]);
    const failed = await judge(bad);
    expect(failed.passed, failed.message).toBe(false);
    expect(failed.rows.map(({ line }) => line)).toEqual(lines);
    expect(failed.message.startsWith(`${failed.rule}: `)).toBe(true);
    const [known] = ruleNames(dataset(text, { expect: [bad] }));
    expect(known?.rule, 'known without data').toBe(failed.rule);
  });
});

describe('rows are chosen by where', () => {
  test('only they are counted and named', async () => {
    const found = await judge({
      column: 'age',
      between: [0, 40],
      where: "kind is not null and city in ('Bonn', 'Köln')",
    });
    expect(found.message).toBe(
      "age between 0 and 40 where kind is not null and city in ('Bonn', 'Köln'): 1 of 3 rows fails; first at line 6: 50.",
    );
    expect(found.rows).toEqual([{ line: 6, value: 50 }]);
  });

  test('the number of rows is theirs, as is what they come to', async () => {
    expect((await judge({ row_count: 2, where: "kind = 'car'" })).message).toBe(
      "row count 2 where kind = 'car': there are 2.",
    );
    expect((await judge({ column: 'age', mean: [25, 25], where: "kind = 'car'" })).passed).toBe(true);
    expect((await judge({ column: 'age', z_score: 1, where: "kind = 'car'" })).passed).toBe(true);
    expect((await judge({ column: 'age', mean: [0, 99], where: 'age > 100' })).message).toBe(
      'mean of age between 0 and 99 where age > 100: no row has a number.',
    );
  });

  test('columns of dates, of text declared as such, and with mostly', async () => {
    const rule: Rule = { column: 'a', between: [0, 2], where: "opened >= '2024-01-03'", mostly: 0.3 };
    expect((await judge(rule)).passed).toBe(true);
    const zip = 'zip,n\n0123,1\n123,2\n9,3\n';
    const { checks } = await scan(
      dataset(zip, {
        expect: [
          { column: 'zip', type: 'string' },
          { column: 'n', in_set: [2], where: "zip = '123'" },
        ],
      }),
    );
    expect(checks[1]?.message).toBe("n in {2} where zip = '123': the only row holds.");
  });

  test('a cell that cannot be compared is an error at its line and rule, not a verdict', async () => {
    const error = await errorOf(judge({ column: 'a', not_null: true, where: 'code > 5' }));
    expect([error.code, error.message, error.data]).toEqual([
      'data.column',
      'Dataset d, expect rule 1: Line 2: Condition `code > 5`: 5 cannot be compared with "A91", which stands in the column `code`.',
      { column: 'code', dataset: 'd', expect: 0 },
    ]);
  });

  test('an unknown column in it is named', async () => {
    const error = await errorOf(judge({ column: 'a', not_null: true, where: 'ages > 5' }));
    expect([error.code, error.data?.['column'], error.fix]).toEqual(['data.column', 'ages', 'Did you mean `age`?']);
  });
});

describe('what cannot be judged does not pass', () => {
  test.each<[string, Rule, string]>([
    ['texts among numbers', { column: 'code', mean: [0, 1] }, '5 of 5 rows hold no number; first at line 2: "A91"'],
    ['no value', { column: 'empty', mean: [0, 1] }, 'no row has a number'],
    ['no value to be frequent', { column: 'empty', most_common_in: ['x'] }, 'no row has a value'],
    ['one value has no deviation', { column: 'age', std: [0, null], where: 'id = 1' }, 'it is no number'],
    [
      'nor z scores',
      { column: 'age', z_score: 3, where: 'id = 1' },
      'fewer than two rows have a number, so that there is no deviation',
    ],
    [
      'texts have no distribution function',
      { column: 'city', kolmogorov_smirnov: { p_at_least: 0, uniform: [0, 1] } },
      'it holds no numbers',
    ],
    [
      'a constant is no category',
      { cramers_phi: { columns: ['kind', 'city'], at_most: 1 }, where: "kind = 'radio'" },
      'there is none: one of the columns has fewer than two different values',
    ],
    [
      'nothing to compare with',
      { compared_with: 'f00d' },
      'there is nothing to compare with here: `f00d` is not known',
    ],
  ])('%s', async (_, rule, what) => {
    const { passed, message } = await judge(rule);
    expect([passed, message.slice(message.indexOf(': ') + 2)]).toEqual([false, `${what}.`]);
  });

  test('infinite numbers', async () => {
    const content = 'x\n1\ninf\n-inf\n';
    expect((await judge({ column: 'x', sum: [null, 1e9] }, content)).passed).toBe(false);
    expect((await judge({ column: 'x', mean: [0, 1e9] }, content)).message).toContain('it is no number');
    expect((await judge({ column: 'x', max: [null, 9] }, content)).rows).toEqual([{ line: 3, value: '∞' }]);
  });

  test.each<[Rule, RegExp]>([
    [{ column: 'opened', date_format: '%Q' }, /`%Q` is no directive that is known/],
    [{ column: 'opened', date_format: '%Y %Y' }, /a directive comes twice/],
    [{ column: 'note', json_schema: { type: 'text' } }, /The JSON Schema for note is none/],
    [{ rows: 'age >' }, /Condition `age >`/],
    [{ column: 'age', mean: ['soon', null] }, /mean: "soon" is no number and no ISO date/],
  ])('a rule that makes no sense: %j', async (rule, message) => {
    const error = await errorOf(judge(rule));
    expect([error.code, error.data?.['expect']]).toEqual(['config.invalid', 0]);
    expect(error.message).toMatch(message);
  });
});

describe('texts', () => {
  test.each([
    ['%d.%m.%Y', '29.02.2024', '29.02.2023'],
    ['%d %B %Y', '3 March 2024', '31 June 2024'],
    ['%b %d, %y', 'feb 29, 24', 'feb 29, 23'],
    ['%H:%M:%S', '23:59:60', '24:00:00'],
    ['%I:%M %p', '12:30 PM', '13:30 PM'],
    ['%Y-%m-%dT%H:%M:%S.%f%z', '2024-01-02T03:04:05.678+01:00', '2024-01-02T03:04:05+01:00'],
    ['100%% %Y', '100% 2024', '100 2024'],
    ['(%j)', '(366)', '(367)'],
  ])('date_format %s', async (format, good, bad) => {
    const found = await judge({ column: 'x', date_format: format }, `x\n"${good}"\n"${bad}"\n`);
    expect(found.rows).toEqual([{ line: 3, value: bad }]);
  });

  test('dates in some form', async () => {
    const good = [
      '5 Jan 2024',
      'January 5, 2024',
      '05/01/2024',
      '13/01/2024',
      '2024.1.5',
      '20240105',
      'Mon, 5 Feb 2024 10:00',
      '2024-01-05T10:00:00Z',
      'Sept. 5th, 2024 3:15 pm',
      '5-Jan-24',
    ];
    const bad = ['soon', '32/01/2024', '2024-02-30', '13/13/2024', '20241305', '5 Janvier 2024', '7', '1/2/3/4'];
    const content = ['x', ...[...good, ...bad].map(value => `"${value}"`)].join('\n');
    const found = await judge({ column: 'x', parses_as: 'date' }, `${content}\n`);
    expect(found.rows.map(({ value }) => String(value))).toEqual(bad);
  });

  test('LIKE takes its signs for themselves after a backslash, and all others as they are', async () => {
    const content = 'x\n50%\n50x\na.c\nabc\n';
    expect((await judge({ column: 'x', like: String.raw`50\%` }, content)).rows.map(({ line }) => line)).toEqual([
      3, 4, 5,
    ]);
    expect((await judge({ column: 'x', like: 'a.%' }, content)).rows.map(({ line }) => line)).toEqual([2, 3, 5]);
  });
});

describe('rows by their place in other formats', () => {
  const rules: Rule[] = [{ greater: ['b', 'a'] }, { column: 'a', between: [0, 2], where: 'b > 0' }];
  test('JSON lines, one of them blank, and a key that comes late', async () => {
    const content = '{"a": 1}\n\n{"a": 3, "b": 2}\n{"a": 2, "b": 4}\n';
    const { checks } = await scan(dataset(content, { format: 'jsonl', expect: rules }));
    expect(checks.map(({ checked, rows }) => [checked, rows])).toEqual([
      [2, [{ line: 3, value: '2 · 3' }]],
      [2, [{ line: 3, value: 3 }]],
    ]);
  });

  test('Parquet: the row number', async () => {
    const column = (name: string, data: number[]) => ({ name, data, type: 'INT32' as const });
    const bytes = parquetWriteBuffer({ columnData: [column('a', [1, 3, 2]), column('b', [2, 2, 4])] });
    const { checks } = await scan(dataset(new Uint8Array(bytes), { format: 'parquet', expect: rules }));
    expect(checks.map(({ rows }) => rows.map(({ line }) => line))).toEqual([[2], [2]]);
  });
});
