import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Judged } from '../../../engine/gates/evaluationFile';
import { judge } from '../../../engine/gates/judge';
import { gateReportSchema } from '../../../engine/schemas/gateReport';
import type { CheckRule } from '../../../engine/protocol/gateRules';

const group = (name: string, rows: number, [selected, right]: readonly [number, number], auc = 0.8) => ({
  ...{ group: `sex = '${name}'`, rows, isSmall: false, metrics: { auc } },
  rates: { selection_rate: selected, true_positive_rate: right },
});
const full: Judged = {
  task: 'binary',
  rows: 300,
  metrics: { auc: 0.77, accuracy: 0.8, calibration_error: 0.06 },
  intervals: { auc: [0.71, 0.83] },
  worstSlices: {
    ...{ tested: 420, support: 30 },
    slices: [slice('a = 1', 40, [0.6, 0.01]), slice('b = 2', 31, [0.5, 0.04])],
  },
  groups: [
    {
      ...{ by: ['sex'], minRows: 30, otherRows: 3 },
      groups: [
        group('m', 200, [0.4, 0.5]),
        group('f', 80, [0.3, 0.35], 0.66),
        { group: "sex = 'x'", rows: 17, isSmall: true, rates: {}, metrics: {} },
      ],
      measures: { selection_rate_ratio: 0.75, equal_opportunity_difference: 0.15, selection_rate_difference: 0.1 },
      intervals: { '0.95': { selection_rate_ratio: [0.5, 0.98], selection_rate_difference: [0.01, 0.2] } },
      proxy: { auc: 0.83, interval: [0.78, 0.88], rows: 280, seen: [] },
    },
    { ...{ by: ['age', 'sex'], minRows: 30, otherRows: 0, measures: {} }, groups: [group('m', 200, [0.4, 0.5])] },
  ],
  calibration: {
    slope: { value: 0.7, interval: [0.5, 0.9] },
    intercept: { value: 0.1, interval: [-0.1, 0.3] },
    hosmerLemeshow: { statistic: 20, df: 8, p: 0.0103 },
    spiegelhalter: { z: 0.5, p: 0.617 },
  },
  training: { rows: 700, metrics: { auc: 0.9, accuracy: 0.79 }, drift: { method: 'ks', value: 0.07 } },
  trivial: [
    {
      model: 'constant',
      metrics: { auc: 0.5, brier: 0.21 },
      gains: { auc: 0.54, brier: 0.2 },
      intervals: { '0.95': { auc: [0.42, 0.66] } },
    },
    {
      model: 'best-column',
      column: 'status',
      metrics: { auc: 0.71 },
      gains: { auc: 0.207 },
      intervals: { '0.95': { auc: [0.05, 0.34] } },
    },
  ],
  classes: ['good', 'bad'],
  confusion: [
    [190, 20],
    [40, 50],
  ],
  byClass: [
    { class: 'good', rows: 210, auc: 0.77, precision: 0.8, recall: 0.9 },
    { class: 'bad', rows: 90, auc: 0.69, precision: 0.7, recall: 0.5 },
  ],
  importance: [
    { feature: 'a', importance: 0.06, std: 0 },
    { feature: 'b', importance: 0.04, std: 0 },
    { feature: 'c', importance: 0.001, std: 0 },
    { feature: 'd', importance: -0.01, std: 0 },
  ],
  boosting: { metric: 'auc', trees: [10, 20, 30], test: [0.7, 0.8, 0.74] },
};
function slice(name: string, rows: number, [accuracy, adjustedP]: readonly [number, number]) {
  const loss = { mean: 1, rest: 0.5, difference: 0.5, interval: [0.2, 0.8], p: 0.0001, adjustedP } as const;
  return { slice: name, rows, metrics: { accuracy }, loss, rest: { rows: 300 - rows, metrics: {} } };
}
/** With the defaults that the grammar puts in. */
const defaults: { readonly [name: string]: object } = {
  'weak-slices': { at_most: 0.2, min_rows: 30, significance: 0.05 },
  ...{ fairness: { group: ['sex'], min_rows: 30 }, proxy: { group: ['sex'], min_rows: 30, at_most: 0.8 } },
  'performance-bias': { group: ['sex'], min_rows: 30, at_most: 0.1 },
  ...{ calibration: { measure: 'error' }, overfit: { at_most: 0.1 }, 'boosting-overfit': { at_most: 0.05 } },
  ...{
    'beats-trivial': { at_least: 0.1 },
    'prediction-drift': { at_most: 0.15 },
    'regression-error': { measure: 'systematic' },
  },
  ...{
    confusion: { of: 'rows', at_most: 0.2 },
    'class-auc': { at_least: 0.7 },
    'unused-columns': { at_most: 5, below: 0.2 },
  },
};
function one(
  rule: { readonly check: CheckRule['check'] } & Readonly<Record<string, unknown>>,
  evaluation: Judged = full,
) {
  const whole = { severity: 'error', ...defaults[rule.check], ...rule } as CheckRule;
  const holder = () => undefined;
  return judge({ model: 'm', stage: 's', evaluation, holder, now: 5, rules: [whole] }).results[0]!;
}
const checks = Object.keys(defaults) as CheckRule['check'][];

test.each(checks)('%s: an evaluation that does not tell is no pass, and the sentence says what to do', check => {
  const older = { rows: 300, metrics: { auc: 0.7 } };
  const result = one({ check }, older);
  expect(result.verdict).toBe('unknown');
  expect(result.sentence).toMatch(/run the step `evaluate` again\.$/);
  expect(result.check).toBe(check);
});

describe('weak slices', () => {
  test('the worst that is large and sure enough', () => {
    expect(one({ check: 'weak-slices' })).toMatchObject({
      ...{ verdict: 'failed', slice: 'b = 2', bound: 0.2 },
      sentence:
        'accuracy is 0.5 in the worst of 420 groups of one and two columns, b = 2 (31 rows): 37.5 % worse than the 0.8 of all rows, above the allowed 20 %. So are 1 more.',
    });
    expect(one({ check: 'weak-slices', significance: 0.02 })).toMatchObject({
      slice: 'a = 1',
      value: expect.closeTo(0.25, 9),
    });
    expect(one({ check: 'weak-slices', min_rows: 35, at_most: 0.3 }).verdict).toBe('passed');
    expect(one({ check: 'weak-slices', min_rows: 41 }).sentence).toBe(
      'None of 420 groups of one and two columns with 41 rows or more is worse than the others by more than chance.',
    );
  });
  test('a metric that is not there', () => {
    expect(one({ check: 'weak-slices', metric: 'rmse' })).toMatchObject({ verdict: 'unknown' });
  });
});

describe('fairness', () => {
  test('the usual two measures, with sizes, intervals and who is left out', () => {
    expect(one({ check: 'fairness' })).toMatchObject({
      ...{ verdict: 'failed', value: 0.75, bound: 0.8 },
      sentence:
        "Between the 2 groups of sex, selection_rate_ratio is 0.75 (95 %: 0.5 – 0.98), below the required 0.8 (selection_rate 30 % where sex = 'f', of 80 rows, and 40 % where sex = 'm', of 200); equal_opportunity_difference is 0.15, above the allowed 0.1 (true_positive_rate 35 % where sex = 'f', of 80 rows, and 50 % where sex = 'm', of 200). Not measured, having fewer than 30 rows: sex = 'x' (17), 3 rows of other values.",
    });
  });
  test('one measure, its usual bound, its interval', () => {
    const rule = { check: 'fairness', measure: 'selection_rate_difference' } as const;
    expect(one(rule)).toMatchObject({ verdict: 'passed', value: 0.1, bound: 0.1 });
    expect(one({ ...rule, confidence: 0.95 })).toMatchObject({ verdict: 'failed', value: 0.2 });
    expect(one({ ...rule, confidence: 0.95, at_most: 0.2 }).verdict).toBe('passed');
    expect(one({ ...rule, confidence: 0.9 }).verdict).toBe('unknown');
    expect(one({ check: 'fairness', measure: 'selection_rate_ratio', at_least: 0.7 }).verdict).toBe('passed');
  });
  test('what was not measured: other rows, one group, no favourable outcome, an undefined measure', () => {
    expect(one({ check: 'fairness', min_rows: 50 }).sentence).toContain('groups by sex (of 50 rows or more)');
    expect(one({ check: 'fairness', group: ['age', 'sex'] }).sentence).toContain('only one group of 30 rows or more');
    const groups = full.groups!.map(each => ({ ...each, measures: {} }));
    expect(one({ check: 'fairness' }, { ...full, groups }).sentence).toContain('No class is called favourable');
    expect(one({ check: 'fairness' }, { ...full, groups, task: 'regression' }).sentence).toContain('performance-bias');
    expect(one({ check: 'fairness', measure: 'predictive_parity_ratio' })).toMatchObject({ verdict: 'unknown' });
  });
  test('a group that can be told, a group that is predicted worse', () => {
    expect(one({ check: 'proxy' })).toMatchObject({ verdict: 'failed', value: 0.83, bound: 0.8 });
    expect(one({ check: 'proxy', at_most: 0.9 }).sentence).toContain('AUC of 0.83 (95 %: 0.78 – 0.88) on 280 rows');
    expect(one({ check: 'performance-bias' })).toMatchObject({ verdict: 'failed', value: expect.closeTo(0.11, 9) });
    expect(one({ check: 'performance-bias', at_most: 0.12 }).sentence).toContain(
      "worst where sex = 'f': 0.66 on 80 rows",
    );
    expect(one({ check: 'performance-bias', metric: 'rmse' }).verdict).toBe('unknown');
  });
});

test.each([
  [{ measure: 'error' }, 'passed', 'The mean distance of probabilities and shares is 0.06, at most the allowed 0.1.'],
  [
    { measure: 'slope' },
    'failed',
    'The slope of calibration is 0.7 (95 %: 0.5 – 0.9), below the required 0.8: probabilities are too near to 0 and 1.',
  ],
  [
    { measure: 'slope', at_least: 0.6 },
    'passed',
    'The slope of calibration is 0.7 (95 %: 0.5 – 0.9), at least the required 0.6.',
  ],
  [
    { measure: 'intercept' },
    'passed',
    'Calibration in the large is 0.1 (95 %: -0.1 – 0.3), between the allowed -0.25 and 0.25.',
  ],
  [
    { measure: 'intercept', at_most: 0.05 },
    'failed',
    'Calibration in the large is 0.1 (95 %: -0.1 – 0.3), above the allowed 0.05: outcomes are more frequent than the probabilities say.',
  ],
  [
    { measure: 'hosmer_lemeshow_p' },
    'failed',
    'p of Hosmer and Lemeshow’s test is 0.01, below the required 0.05: outcomes as far from the probabilities are this unlikely (p 0.01) if these were right.',
  ],
  [{ measure: 'spiegelhalter_p' }, 'passed', 'p of Spiegelhalter’s test is 0.617, at least the required 0.05.'],
] as const)('calibration %o is %s', (rule, verdict, sentence) => {
  expect(one({ check: 'calibration', ...rule })).toMatchObject({ verdict, sentence });
});

describe('the training part', () => {
  test('falling behind it', () => {
    expect(one({ check: 'overfit' })).toMatchObject({
      ...{ verdict: 'failed', value: expect.closeTo(0.13 / 0.9, 9), bound: 0.1 },
      sentence:
        'auc is 0.77 (95 %: 0.71 – 0.83) on the test part and 0.9 on 700 rows of the training part: 14.4 % worse, above the allowed 10 %.',
    });
    expect(one({ check: 'overfit', metric: 'accuracy' })).toMatchObject({
      verdict: 'passed',
      value: expect.closeTo(-0.0127, 4),
    });
    expect(one({ check: 'overfit', metric: 'f2' }).verdict).toBe('unknown');
  });
  test('predictions that lie elsewhere', () => {
    expect(one({ check: 'prediction-drift' })).toMatchObject({ verdict: 'passed', value: 0.07 });
    expect(one({ check: 'prediction-drift', at_most: 0.05 }).verdict).toBe('failed');
  });
  test('trees that undo what others reached', () => {
    expect(one({ check: 'boosting-overfit' })).toMatchObject({
      ...{ verdict: 'failed', value: expect.closeTo(0.075, 9) },
      sentence:
        'auc on the test part is 0.74 with all 30 trees and was best with 20, 0.8: 7.5 % lost, above the allowed 5 %.',
    });
    expect(one({ check: 'boosting-overfit', at_most: 0.1 }).verdict).toBe('passed');
    const { boosting: _, ...linear } = full;
    expect(one({ check: 'boosting-overfit' }, linear)).toMatchObject({
      verdict: 'unknown',
      sentence: expect.stringMatching(/^Only a model that adds trees/),
    });
  });
});

describe('trivial models', () => {
  test('the nearest one decides, by value or by the low end', () => {
    expect(one({ check: 'beats-trivial' })).toMatchObject({ verdict: 'passed', value: 0.207, bound: 0.1 });
    expect(one({ check: 'beats-trivial', confidence: 0.95 })).toMatchObject({ verdict: 'failed', value: 0.05 });
    expect(one({ check: 'beats-trivial', model: 'constant', confidence: 0.95 })).toMatchObject({
      ...{ verdict: 'passed', value: 0.42 },
      sentence:
        'auc is 0.77, that of one that says the same of every row 0.5: 54 % of what there is to gain (95 %: 42 % – 66 %), and the low end is at least the required 10 %.',
    });
  });
  test('one that was not made, a metric without a perfect value', () => {
    expect(one({ check: 'beats-trivial', model: 'linear' }).sentence).toContain('how good a linear model is');
    expect(one({ check: 'beats-trivial', metric: 'selection_rate' }).verdict).toBe('unknown');
  });
});

test('errors of a regression', () => {
  const regression: Judged = {
    task: 'regression',
    ...{ rows: 60, metrics: { rmse: 2, mae: 1.5 } },
    errors: { mean: -0.05, interval: [-0.3, 0.2], kurtosis: -0.4 },
  };
  expect(one({ check: 'regression-error' }, regression)).toMatchObject({
    ...{ verdict: 'failed', value: 0.025, bound: 0.01 },
    sentence:
      'Predictions are -0.05 (95 %: -0.3 – 0.2) too low on average, 0.025 of the RMSE of 2, above the allowed 0.01.',
  });
  expect(one({ check: 'regression-error', measure: 'kurtosis' }, regression)).toMatchObject({
    verdict: 'failed',
    value: -0.4,
    bound: -0.1,
  });
  expect(one({ check: 'regression-error', at_most: 0.05 }, regression).verdict).toBe('passed');
  expect(one({ check: 'regression-error' }).verdict).toBe('unknown');
  for (const check of ['confusion', 'class-auc', 'calibration'] as const)
    expect(one({ check }, regression).verdict, check).toBe('unknown');
});

test('classes and columns', () => {
  expect(one({ check: 'confusion' })).toMatchObject({
    ...{ verdict: 'passed', value: expect.closeTo(40 / 300, 9) },
    sentence:
      'The most frequent mistake is good where bad is true: 40 rows, 13.3 % of all 300 rows, at most the allowed 20 %.',
  });
  expect(one({ check: 'confusion', of: 'class' })).toMatchObject({
    verdict: 'failed',
    value: expect.closeTo(40 / 90, 9),
  });
  expect(one({ check: 'class-auc' })).toMatchObject({ verdict: 'failed', value: 0.69 });
  expect(one({ check: 'class-auc', at_least: 0.65 }).verdict).toBe('passed');
  expect(
    one({ check: 'class-auc' }, { ...full, byClass: [{ class: 'good', rows: 0, precision: 0, recall: 0 }] }).verdict,
  ).toBe('unknown');
  expect(one({ check: 'unused-columns' })).toMatchObject({ verdict: 'passed', value: 2 });
  expect(one({ check: 'unused-columns', at_most: 1 })).toMatchObject({
    verdict: 'failed',
    sentence: '2 of 4 columns have less than 5 % of all importance, above the allowed 1: c, d.',
  });
});

test('what is no number is kept in a report that can be read again', () => {
  const rules = [
    { check: 'boosting-overfit', at_most: 0.05, severity: 'error' },
    { metric: 'auc', at_least: 0.5, confidence: 0.9, severity: 'error' },
  ] as const;
  const evaluation: Judged = {
    ...full,
    boosting: { metric: 'rmse', trees: [10, 20], test: [0, 0.1] },
    intervalsAt: { '0.9': { auc: [Number.NaN, Number.NaN] } },
  };
  const report = judge({ model: 'm', stage: 's', rules, evaluation, holder: () => undefined, now: 5 });
  const kept = v.parse(gateReportSchema, JSON.parse(JSON.stringify(report)));
  expect(kept).toEqual(report);
  expect(kept.results.map(({ verdict }) => verdict)).toEqual(['failed', 'unknown']);
  const perfect: Judged = { ...full, boosting: { metric: 'rmse', trees: [10, 20], test: [0, 0] } };
  const [none] = judge({ ...report, rules: [rules[0]], evaluation: perfect, holder: () => undefined, now: 5 }).results;
  expect(none).toMatchObject({ verdict: 'passed', value: 0 });
});

test('equalised odds name the rate that is further apart, and how few rows it is of', () => {
  const group = (name: string, rows: number, rates: Readonly<Record<string, number>>) => ({
    ...{ group: `sex = '${name}'`, rows, isSmall: false, metrics: {}, rates },
  });
  const evaluation: Judged = {
    ...full,
    groups: [
      {
        ...{ by: ['sex'], minRows: 30, otherRows: 0, measures: { equalized_odds_difference: 1 } },
        groups: [
          group('m', 200, { true_positive_rate: 0.8, false_positive_rate: 0, base_rate: 0.5 }),
          group('f', 30, { true_positive_rate: 0.9, false_positive_rate: 1, base_rate: 29 / 30 }),
        ],
      },
    ],
  };
  expect(
    one({ check: 'fairness', group: ['sex'], measure: 'equalized_odds_difference' }, evaluation).sentence,
  ).toContain(
    "(false_positive_rate 0 % where sex = 'm', of 200 rows, and 100 % where sex = 'f', of 30, only 1 of which it is a share of)",
  );
});

test('where nothing was measured nothing passes', () => {
  const none: Judged = { ...full, worstSlices: { tested: 0, support: 30, slices: [] } };
  expect(one({ check: 'weak-slices' }, none)).toMatchObject({
    verdict: 'unknown',
    sentence: 'No group of one or two columns has 30 rows or more, so none was looked at.',
  });
  const groups = (lost: number) => [
    {
      ...{ by: ['sex'], minRows: 30, otherRows: 0, measures: {} },
      groups: [group('m', 200, [0, 0]), group('d', 50, [0, 0]), group('f', 40, [0, 0], lost)],
    },
  ];
  const [m, d, f] = groups(Number.NaN)[0]!.groups;
  const two = [{ ...groups(Number.NaN)[0]!, groups: [m!, f!] }];
  expect(one({ check: 'performance-bias' }, { ...full, groups: two })).toMatchObject({
    verdict: 'unknown',
    sentence:
      "auc has a value in only one of the 2 groups of sex, so nothing can be compared; it has none where sex = 'f'.",
  });
  const three = [{ ...groups(Number.NaN)[0]!, groups: [m!, d!, f!] }];
  expect(one({ check: 'performance-bias' }, { ...full, groups: three }).sentence).toContain(
    "It has no value where sex = 'f'.",
  );
  const { calibration: _, ...rest } = full;
  expect(one({ check: 'calibration', measure: 'slope' }, rest).sentence).toBe(
    'The calibration (slope) cannot be estimated from these rows: too few of a class, or probabilities that are all 0 or 1.',
  );
});
