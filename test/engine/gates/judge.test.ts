import { describe, expect, test } from 'vitest';
import type { Judged } from '../../../engine/gates/evaluationFile';
import { blocks, judge } from '../../../engine/gates/judge';
import type { Holder } from '../../../engine/gates/kinds/kind';
import { reportSummary } from '../../../engine/gates/sentences';
import type { GateRule, MetricRule } from '../../../engine/protocol/gateRules';

/** The figures of German Credit at the threshold 1/6 (scikit-learn and fairlearn, out of fold). */
const evaluation: Judged = {
  rows: 1000,
  metrics: { auc: 0.7893, expected_cost: 0.553, calibration_error: Number.NaN },
  threshold: 1 / 6,
  slices: [
    {
      slice: 'age_in_years <= 25',
      rows: 190,
      metrics: { selection_rate: 0.18947, selection_rate_ratio: 0.48722 },
      rest: { rows: 810, metrics: { selection_rate: 0.38889 } },
      byThreshold: [
        { threshold: 0.1667, selectionRateRatio: 0.487, cost: 0.553 },
        { threshold: 0.45, selectionRateRatio: 0.801, cost: 0.79 },
        { threshold: 0.5, selectionRateRatio: 0.8157, cost: 0.917 },
      ],
    },
    { slice: 'age_in_years > 120', rows: 0, metrics: {}, rest: { rows: 1000, metrics: {} } },
  ],
};
const run = (rules: readonly GateRule[], holder?: Holder) =>
  judge({ model: 'credit-risk', version: 3, stage: 'staging', rules, evaluation, holder: () => holder, now: 5 });
const one = (rule: Partial<MetricRule> & { metric: string }, holder?: Holder) =>
  run([{ severity: 'error', ...rule }], holder).results[0]!;

describe('bounds', () => {
  test.each([
    [{ metric: 'auc', at_least: 0.75 }, 'passed', 'auc is 0.789, at least the required 0.75.'],
    [{ metric: 'auc', at_least: 0.8 }, 'failed', 'auc is 0.789, below the required 0.8.'],
    [{ metric: 'auc', at_least: 0.7893 }, 'passed', 'auc is 0.789, at least the required 0.789.'],
    [{ metric: 'expected_cost', at_most: 0.6 }, 'passed', 'expected_cost is 0.553, at most the allowed 0.6.'],
    [{ metric: 'expected_cost', at_most: 0.5 }, 'failed', 'expected_cost is 0.553, above the allowed 0.5.'],
  ] as const)('%o is %s', (rule, verdict, sentence) => {
    expect(one(rule)).toMatchObject({ verdict, sentence });
  });

  test('a rule that only warns never blocks', () => {
    const report = run([{ metric: 'auc', at_least: 0.9, severity: 'warn' }]);
    expect(report.verdict).toBe('warned');
    expect(blocks(report.verdict)).toBe(false);
    expect(reportSummary(report, () => false)).toBe('staging: passed with 1 warning');
  });

  test('value and bound are in the result', () => {
    expect(one({ metric: 'auc', at_least: 0.75 })).toMatchObject({ value: 0.7893, bound: 0.75, rule: 'auc ≥ 0.75' });
  });
});

describe('waivers', () => {
  const waive = { until: '1970-06-30', owner: 'ana', reason: 'the labels are late' };

  test('a waived rule lets the version in, and is listed with what was found', () => {
    const report = run([
      { metric: 'auc', at_least: 0.9, severity: 'error', waive },
      { check: 'sample', min_rows: 5000, severity: 'error', waive },
      { metric: 'auc', at_least: 0.7, severity: 'error' },
    ]);
    expect(report.verdict).toBe('waived');
    expect(blocks(report.verdict)).toBe(false);
    expect(report.results).toMatchObject([
      { verdict: 'waived', underlying: 'failed', value: 0.7893, bound: 0.9, waiver: waive },
      { verdict: 'waived', underlying: 'failed', value: 1000 },
      { verdict: 'passed' },
    ]);
    expect(report.results[0]?.sentence).toBe(
      'auc is 0.789, below the required 0.9; waived until 1970-06-30 by ana: the labels are late.',
    );
    expect(reportSummary(report, () => false)).toBe('staging: passed 1 of 3, 2 waived');
  });

  test('beside a rule that fails the stage stays closed', () => {
    const report = run([
      { metric: 'auc', at_least: 0.9, severity: 'error', waive },
      { metric: 'auc', at_least: 0.8, severity: 'error' },
    ]);
    expect(report.verdict).toBe('failed');
    expect(reportSummary(report, () => false)).toBe('staging: blocked by 1 of 2 rules, 1 waived');
  });

  test('after its day the rule blocks again, by itself', () => {
    const [result] = run([
      { metric: 'auc', at_least: 0.9, severity: 'error', waive: { ...waive, until: '1969-12-30' } },
    ]).results;
    expect(result).toMatchObject({ verdict: 'failed', sentence: 'auc is 0.789, below the required 0.9.' });
    expect(result?.hints?.[0]).toMatch(/^The waiver by ana ended with 1969-12-30 .*The rule counts again\.$/);
  });
});

describe('enough rows', () => {
  test.each([
    [{ min_rows: 1000 }, 'passed', 'The test part has 1000 rows, at least the required 1000.'],
    [{ min_rows: 1001 }, 'failed', 'The test part has 1000 rows, fewer than the required 1001.'],
    [
      { min_rows: 200, slice: 'age_in_years  <= 25' },
      'failed',
      'The test part has 190 rows where age_in_years  <= 25, fewer than the required 200.',
    ],
    [
      { min_rows: 1, slice: 'age_in_years > 120' },
      'failed',
      'The test part has 0 rows where age_in_years > 120, fewer than the required 1.',
    ],
    [{ min_rows: 1, slice: 'sex = 1' }, 'unknown', 'The slice sex = 1 was not evaluated.'],
  ] as const)('%o is %s', (rule, verdict, sentence) => {
    const [result] = run([{ check: 'sample', severity: 'error', ...rule }]).results;
    expect(result).toMatchObject({ verdict, sentence });
  });
});

describe('what cannot be judged blocks', () => {
  test('a metric that was not measured, with those that were', () => {
    const result = one({ metric: 'aux', at_least: 0.7 });
    expect(result.verdict).toBe('unknown');
    expect(result.sentence).toBe(
      'aux was not measured; there are auc, calibration_error, expected_cost. Did you mean auc?',
    );
    expect(blocks(result.verdict)).toBe(true);
  });
  test('a metric that is not a number', () => {
    expect(one({ metric: 'calibration_error', at_most: 0.1 }).verdict).toBe('unknown');
  });
  test('a slice without rows, and one that was not evaluated', () => {
    expect(one({ metric: 'auc', at_least: 0.5, slice: 'age_in_years > 120' }).verdict).toBe('unknown');
    expect(one({ metric: 'auc', at_least: 0.5, slice: 'housing = own' }).sentence).toContain('was not evaluated');
  });
});

describe('better_than', () => {
  test('higher is better for auc, lower for costs', () => {
    const holder = { version: 2, metrics: { auc: 0.78, expected_cost: 0.5 } };
    expect(one({ metric: 'auc', better_than: 'production' }, holder).sentence).toBe(
      'auc is 0.789, better than the 0.78 of version 2 in production.',
    );
    expect(one({ metric: 'expected_cost', better_than: 'production' }, holder).verdict).toBe('failed');
  });
  test('equal is not better', () => {
    expect(one({ metric: 'auc', better_than: 'production' }, { version: 2, metrics: { auc: 0.7893 } }).verdict).toBe(
      'failed',
    );
  });
  test('a slice is compared with the same slice of the holder', () => {
    const slice = (ratio: number): NonNullable<Holder['slices']> => [
      {
        slice: 'age_in_years <= 25',
        rows: 50,
        metrics: { selection_rate_ratio: ratio },
        rest: { rows: 1, metrics: {} },
      },
    ];
    const rule = { metric: 'selection_rate_ratio', slice: 'age_in_years  <= 25', better_than: 'production' };
    const holder = { version: 2, metrics: { selection_rate_ratio: 0.1 } };
    expect(one(rule, { ...holder, slices: slice(0.6) })).toMatchObject({ verdict: 'failed', bound: 0.6 });
    expect(one(rule, { ...holder, slices: slice(0.4) })).toMatchObject({ verdict: 'passed', bound: 0.4 });
    expect(one(rule, holder)).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining(
        'but version 2 in production has no selection_rate_ratio where age_in_years  <= 25 to compare with',
      ),
    });
  });
  test('nothing is better than what is not a number', () => {
    expect(one({ metric: 'auc', better_than: 'production' }, { version: 2, metrics: { auc: NaN } }).sentence).toBe(
      'auc is 0.789, but version 2 in production has no auc to compare with.',
    );
  });
  test('nobody holds the stage yet', () => {
    expect(one({ metric: 'auc', better_than: 'production' }).verdict).toBe('passed');
  });
});

describe('the fairness rule', () => {
  test('says who is treated how, and what the way out costs', () => {
    const result = one({ metric: 'selection_rate_ratio', slice: 'age_in_years  <= 25', at_least: 0.8 });
    expect(result.verdict).toBe('failed');
    expect(result.sentence).toBe(
      'selection_rate_ratio where age_in_years  <= 25 is 0.487, below the required 0.8 (19 % of these 190 rows get the favourable ' +
        'outcome, 39 % of the other 810); a threshold of 0.45 instead of 0.167 would reach 0.801, at an expected cost of 0.79 ' +
        'instead of 0.553 a row.',
    );
  });
  test('no threshold reaches it', () => {
    expect(one({ metric: 'selection_rate_ratio', slice: 'age_in_years <= 25', at_least: 0.99 }).sentence).toContain(
      '; no threshold reaches it.',
    );
  });
});

test('the worst verdict is the report’s, and all rules are judged', () => {
  const report = run([
    { metric: 'auc', at_least: 0.9, severity: 'error' },
    { metric: 'auc', at_least: 0.9, severity: 'warn' },
    { metric: 'nothing', at_least: 0.9, severity: 'error' },
    { metric: 'auc', at_least: 0.5, severity: 'error' },
  ]);
  expect(report.results.map(result => result.verdict)).toEqual(['failed', 'warned', 'unknown', 'passed']);
  expect(report.verdict).toBe('failed');
  expect(reportSummary(report, () => false)).toBe('staging: blocked by 2 of 4 rules');
});

test('a stage without rules passes', () => {
  expect(run([]).verdict).toBe('passed');
});
