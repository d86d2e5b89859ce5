import { describe, expect, test } from 'vitest';
import type { Judged } from '../../../engine/gates/evaluationFile';
import { judge } from '../../../engine/gates/judge';
import type { Evidence, Holder } from '../../../engine/gates/kinds/kind';
import type { MetricRule } from '../../../engine/protocol/gateRules';

const slice = {
  slice: 'age <= 25',
  rows: 55,
  metrics: { auc: 0.7 },
  intervals: { '0.95': { auc: [0.55, 0.85] } },
  rest: { rows: 245, metrics: {} },
} as const;
const evaluation: Judged = {
  rows: 300,
  metrics: { auc: 0.8, expected_cost: 0.6, brier: Number.NaN },
  intervals: { auc: [0.75, 0.84], expected_cost: [0.5, 0.7] },
  intervalsAt: { '0.8': { auc: [0.77, 0.825] } },
  slices: [slice],
  rivals: [
    {
      ...{ model: 'credit', version: 2, rows: 300, seen: 0 },
      metrics: { auc: 0.78, expected_cost: 0.66 },
      intervals: { '0.95': { auc: [-0.005, 0.045], expected_cost: [-0.1, -0.02] }, '0.8': { auc: [0.004, 0.036] } },
      slices: [{ slice: 'age <=  25', rows: 55, metrics: { auc: 0.6 }, intervals: { '0.95': { auc: [0.02, 0.18] } } }],
    },
  ],
};
const one = (rule: Partial<MetricRule> & { metric: string }, holder?: ReturnType<Evidence['holder']>) =>
  judge({
    ...{ model: 'credit', version: 5, stage: 'staging', evaluation, holder: () => holder, now: 5 },
    rules: [{ severity: 'error', ...rule }],
  }).results[0]!;

describe('a bound with confidence', () => {
  test.each([
    [
      { at_least: 0.75 },
      'passed',
      0.75,
      'auc is 0.8 (95 %: 0.75 – 0.84), and the low end is at least the required 0.75.',
    ],
    [{ at_least: 0.76 }, 'failed', 0.75, 'auc is 0.8 (95 %: 0.75 – 0.84), and the low end is below the required 0.76.'],
    [{ at_most: 0.83 }, 'failed', 0.84, 'auc is 0.8 (95 %: 0.75 – 0.84), and the high end is above the allowed 0.83.'],
  ])('%o is %s', (bound, verdict, value, sentence) => {
    expect(one({ metric: 'auc', confidence: 0.95, ...bound })).toMatchObject({ verdict, value, sentence });
  });
  test('less confidence asks less', () => {
    expect(one({ metric: 'auc', at_least: 0.76, confidence: 0.8 })).toMatchObject({ verdict: 'passed', value: 0.77 });
    expect(one({ metric: 'auc', at_least: 0.76, confidence: 0.8 }).rule).toBe('auc ≥ 0.76 with 80 % confidence');
  });
  test('an interval that was not drawn is no pass', () => {
    expect(one({ metric: 'auc', at_least: 0.1, confidence: 0.9 })).toMatchObject({
      verdict: 'unknown',
      sentence: 'auc has no interval of 90 %: run the step `evaluate` again.',
    });
  });
  test('of a slice its own', () => {
    const rule = { metric: 'auc', slice: 'age <= 25', confidence: 0.95 } as const;
    expect(one({ ...rule, at_least: 0.56 })).toMatchObject({ verdict: 'failed', value: 0.55 });
    expect(one({ ...rule, at_least: 0.5 }).verdict).toBe('passed');
  });
});

test('too few rows, a metric that is no number, one that is not there', () => {
  expect(one({ metric: 'auc', at_least: 0.5, min_rows: 301 })).toMatchObject({
    verdict: 'unknown',
    sentence: 'auc cannot be judged by 300 rows: it takes 301.',
  });
  expect(one({ metric: 'auc', at_least: 0.5, min_rows: 56, slice: 'age <= 25' }).verdict).toBe('unknown');
  expect(one({ metric: 'auc', at_least: 0.5, min_rows: 300 }).verdict).toBe('passed');
  expect(one({ metric: 'brier', at_most: 0.5 }).sentence).toBe(
    'brier is not a number on these rows, so it cannot be judged.',
  );
  expect(one({ metric: 'acu', at_least: 0.5 }).sentence).toContain('Did you mean auc?');
});

describe('beside a version on the same rows', () => {
  const holder: Holder = { version: 2, metrics: { auc: 0.9 } };
  test('its own evaluation on other rows does not count', () => {
    expect(one({ metric: 'auc', better_than: 'production' }, holder)).toMatchObject({
      verdict: 'passed',
      sentence: 'auc is 0.8, better than the 0.78 of version 2 in production on the same 300 rows.',
    });
  });
  test('surely better is by the interval of the difference', () => {
    expect(one({ metric: 'auc', better_than: 'production', confidence: 0.95 }, holder)).toMatchObject({
      verdict: 'failed',
      ...{ value: 0.8, bound: 0.78 },
      sentence:
        'auc is 0.8 (95 %: 0.75 – 0.84), that of version 2 in production 0.78 on the same 300 rows: the difference is 0.02 (95 %: -0.005 – 0.045), not surely better.',
    });
    expect(one({ metric: 'auc', better_than: 'production', confidence: 0.8 }, holder).verdict).toBe('passed');
    expect(one({ metric: 'auc', better_than: 'production', confidence: 0.8, margin: 0.01 }, holder).verdict).toBe(
      'failed',
    );
  });
  test('where less is better, a difference below 0 is', () => {
    const rule = { metric: 'expected_cost', better_than: 'production', confidence: 0.95 };
    expect(one(rule, holder).verdict).toBe('passed');
    expect(one({ ...rule, margin: 0.02 }, holder).verdict).toBe('failed');
    expect(one({ ...rule, margin: 0.01 }, holder).sentence).toContain('surely better by 0.01');
  });
  test('not worse than by more than a margin', () => {
    const rule = { metric: 'auc', not_worse_than: 'production', confidence: 0.95 };
    expect(one({ ...rule, margin: 0.005 }, holder)).toMatchObject({
      verdict: 'passed',
      rule: 'auc not worse than production by more than 0.005 with 95 % confidence',
    });
    expect(one(rule, holder).verdict).toBe('failed');
    expect(
      one({ metric: 'auc', not_worse_than: 'production', margin: 0.01 }, { version: 3, metrics: { auc: 0.811 } }),
    ).toMatchObject({
      verdict: 'failed',
      sentence: 'auc is 0.8, worse by more than 0.01 than the 0.811 of version 3 in production.',
    });
  });
  test('in a slice', () => {
    const rule = { metric: 'auc', slice: 'age <= 25', better_than: 'production', confidence: 0.95 };
    expect(one(rule, holder)).toMatchObject({ verdict: 'passed', value: 0.7, bound: 0.6 });
  });
});

describe('beside a version of other rows', () => {
  test('the interval is made of both', () => {
    const holder: Holder = {
      version: 9,
      metrics: { auc: 0.7 },
      intervals: { auc: [0.65, 0.74] },
      place: 'with the alias champion',
    };
    const result = one({ metric: 'auc', better_than: 'champion', confidence: 0.95 }, holder);
    // 0.1 ± √(0.05² + 0.04²), √(0.04² + 0.05²)
    expect(result).toMatchObject({
      verdict: 'passed',
      sentence:
        'auc is 0.8 (95 %: 0.75 – 0.84), that of version 9 with the alias champion 0.7: the difference is 0.1 (95 %: 0.036 – 0.164), surely better; each was measured on its own test part, which makes the interval wider.',
    });
    expect(one({ metric: 'auc', better_than: 'champion', confidence: 0.95, margin: 0.04 }, holder).verdict).toBe(
      'failed',
    );
  });
  test('without its interval nothing is sure', () => {
    const result = one(
      { metric: 'auc', better_than: 'production', confidence: 0.95 },
      { version: 9, metrics: { auc: 0.1 } },
    );
    expect(result.verdict).toBe('unknown');
    expect(result.sentence).toContain('of the difference there is no interval of 95 %');
  });
});

test('who was deleted cannot be compared with', () => {
  const lost = {
    lost: 'version 2 of credit, which held production, was deleted on 2026-01-02 by ann: move another there.',
  };
  expect(one({ metric: 'auc', better_than: 'production' }, lost)).toMatchObject({
    verdict: 'unknown',
    sentence: `auc is 0.8, but ${lost.lost}`,
  });
});
