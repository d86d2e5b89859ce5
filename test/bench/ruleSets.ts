import type { Expectation } from '../../engine/protocol/expectations';

type Rule = Omit<Expectation, 'severity'>;

const names = [
  ...['application_id', 'opened_on', 'updated_at', 'age', 'amount', 'duration', 'rate', 'income', 'score', 'balance'],
  ...['housing', 'purpose', 'job', 'city', 'active', 'telephone', 'note', 'dependants', 'x1', 'x2'],
  ...['part', 'rest', 'details', 'country', 'currency'],
] as const;

const numbers = ['age', 'amount', 'duration', 'rate', 'income', 'score', 'balance', 'dependants', 'x1', 'x2'] as const;

/** Of the wide file: on the values of columns. */
const values: readonly Rule[] = [
  { column: 'application_id', type: 'string', not_null: true, length: 8, increasing: 'strictly' },
  { column: 'age', type: ['integer', 'number'], between: [18, 100], above: 0, below: 200 },
  { column: 'housing', in_set: ['own', 'rent', 'for free'], not_in_set: ['none'] },
  { column: 'income', not_null: true, mostly: 0.9 },
  { column: 'note', is_null: true, mostly: 0.1 },
  { column: 'x2', decreasing: true, mostly: 0.1 },
];
const texts: readonly Rule[] = [
  { column: 'application_id', regex: 'A\\d{7}', not_regex: '[<>]', like: 'A%', not_like: ['%test%', 'x_'] },
  { column: 'opened_on', date_format: '%Y-%m-%d', parses_as: 'date' },
  { column: 'details', parses_as: 'json', json_schema: { type: 'object', required: ['id'] } },
];
const aggregates: readonly Rule[] = numbers.map(column => ({
  column,
  ...{ min: [null, null], max: [null, null], mean: [null, null], median: [null, null], sum: [null, null] },
  ...{ std: [0, null], quantiles: { 0.05: [null, null], 0.95: [null, null] }, missing_share: [0, 1] },
}));
const distributions: readonly Rule[] = [
  { column: 'housing', distinct_in: ['own', 'rent', 'for free'], distinct_contains: ['own'], most_common_in: ['own'] },
  { column: 'country', distinct_equals: ['DE', 'CH'] },
  { column: 'note', most_common_in: ['none'] },
  { column: 'housing', kl_divergence: { at_most: 0.1, values: ['own', 'rent', 'for free'], weights: [1, 1, 1] } },
  { column: 'age', chi_squared: { p_at_least: 0.001, edges: [18, 38, 58, 77], weights: [20, 20, 20] } },
  { column: 'score', kolmogorov_smirnov: { p_at_least: 0.001, uniform: [0, 1] } },
  { cramers_phi: { columns: ['housing', 'purpose'], at_most: 0.9 } },
];
const rows: readonly Rule[] = [
  { greater: ['amount', 'balance'], mostly: 0.1 },
  { greater_or_equal: ['amount', 'part'], mostly: 0.1 },
  { equal: ['part', 'rest'], mostly: 0.001 },
  { unique_within_row: ['age', 'amount', 'part'], mostly: 0.1 },
  { sum_of: { columns: ['part', 'rest'], equals: 100 } },
  { pair_in: { columns: ['country', 'currency'], set: [['DE', 'EUR'], ['CH', 'CHF']] } }, // prettier-ignore
  { rows: 'amount >= 0 or age > 30' },
  { no_rows: 'age < 18' },
  { column: 'amount', between: [0, 20_000], where: 'age > 50' },
];
const table: readonly Rule[] = [
  { row_count: [1, null] },
  { column_count: names.length },
  { columns: names },
  { columns_in_any_order: names },
  { has_columns: ['age'] },
  { column: 'opened_on', fresh_within: '9999d' },
];
const oneKey: readonly Rule[] = [{ column: 'application_id', unique: true }];
const distinct: readonly Rule[] = [
  ...oneKey,
  { unique: ['application_id', 'opened_on', 'city'] },
  { column: 'x1', distinct_count: [1, null], distinct_share: [0, 1] },
];

/** Kinds of rules over the wide file, by what a line of the benchmark calls them. */
export const ruleSets: Readonly<Record<string, readonly Rule[]>> = {
  'no rule': [],
  'on values': values,
  'on texts (patterns, dates, JSON)': texts,
  'z_score (reads twice)': [{ column: 'amount', z_score: 4 }],
  'aggregates of 10 columns': aggregates,
  'sets and distributions': distributions,
  'on rows and pairs': rows,
  'on the table': table,
  'unique (1 column)': oneKey,
  'unique, of 3 columns, distinct count and share': distinct,
  'unique on each of the 25 columns': names.map(column => ({ column, unique: true, mostly: 1e-9 })),
  'all of them': [
    ...values,
    ...texts,
    { column: 'amount', z_score: 4 },
    ...[...aggregates, ...distributions, ...rows, ...table, ...distinct],
  ],
};
