import { describe, expect, test } from 'vitest';
import type { Evaluation } from '../../engine/protocol/evaluation';
import recorded from '../fixtures/webview/evaluation.json';
import { isEvaluation } from '../../webview/run/files';
import { nearest, rates, stops } from '../../webview/run/evaluation/threshold';
import { contributionsSpec, dependenceSpecs } from '../../webview/run/evaluation/explanationSpecs';
import { calibrationSpec, costSpec, importanceSpec, rocSpec } from '../../webview/run/evaluation/specs';

/** The evaluation of a run of samples/credit-scoring (German Credit, 300 test rows, cost 5 : 1). */
const evaluation: unknown = recorded;
const file = (): Evaluation => {
  if (!isEvaluation(evaluation)) throw new Error('the fixture is no evaluation');
  return evaluation;
};

describe('the slider of thresholds', () => {
  test('stops at the model’s own threshold, where the numbers are those of the evaluation', () => {
    const all = stops(file());
    expect(all).toHaveLength(202);
    const own =
      all[
        nearest(
          all.map(({ threshold }) => threshold),
          1 / 6,
        )
      ]!;
    expect(own.threshold).toBe(1 / 6);
    const { metrics, confusion } = file();
    expect([
      [own.tn, own.fp],
      [own.fn, own.tp],
    ]).toEqual(confusion);
    const { accuracy, precision, recall, f1 } = rates(own);
    expect(accuracy).toBeCloseTo(metrics['accuracy']!, 12);
    expect(precision).toBeCloseTo(metrics['precision']!, 12);
    expect(recall).toBeCloseTo(metrics['recall']!, 12);
    expect(f1).toBeCloseTo(metrics['f1']!, 12);
    expect(own.cost).toBeCloseTo(metrics['expected_cost']!, 12);
  });

  test('a calibrated model shows its reliability before and after', () => {
    const { binary } = file();
    const uncalibrated = {
      calibration: [{ predicted: 0.4, observed: 0.2, count: 9 }],
      metrics: { calibration_error: 0.25, brier: 0.2, log_loss: 0.6 },
    };
    const at = binary!.thresholds[100]!;
    const spec = calibrationSpec({ evaluation: file(), binary: { ...binary!, uncalibrated }, at, stops: [] });
    expect(spec.summary).toContain('before the model was calibrated 0.25');
    expect(spec.series.map(({ label }) => label)).toContain('Before: 0.2500');
    expect(spec.series[1]!.points).toEqual([{ x: 0.4, y: 0.2 }]);
    expect(isEvaluation({ ...file(), binary: { ...binary, uncalibrated: { calibration: 3 } } })).toBe(false);
  });

  test('has the cost at every stop that the counts and the cost matrix give', () => {
    const { binary, rows } = file();
    const { falseNegative, falsePositive } = binary!.cost!;
    for (const { fn, fp, cost } of stops(file()))
      expect(cost).toBeCloseTo((fn * falseNegative + fp * falsePositive) / rows, 12);
  });

  test('rises, and counts every row at every stop', () => {
    const all = stops(file());
    for (const [index, { threshold, tp, fp, tn, fn }] of all.entries()) {
      expect(tp + fp + tn + fn).toBe(300);
      if (index > 0) expect(threshold).toBeGreaterThan(all[index - 1]!.threshold);
    }
  });

  test('does not divide by nothing', () => {
    const none = rates({ tp: 0, fp: 0, tn: 10, fn: 0 });
    expect(none.precision).toBeNaN();
    expect(none.recall).toBeNaN();
    expect(none.f1).toBe(0);
    expect(none.accuracy).toBe(1);
  });
});

test('charts say in words what they show', () => {
  const all = stops(file());
  const at =
    all[
      nearest(
        all.map(({ threshold }) => threshold),
        1 / 6,
      )
    ]!;
  const view = { evaluation: file(), binary: file().binary!, at, stops: all };
  expect(rocSpec(view).summary).toBe(
    'AUC 0.7772. At the threshold 0.1667 it finds 87 % of “bad” and flags 59 % of the others.',
  );
  const least = Math.min(...all.map(({ cost }) => cost!));
  expect(costSpec(view)!.series[1]!.points[0]!.y).toBe(least);
  const bars = importanceSpec(file())!;
  expect(bars.categories![0]).toBe('status_of_existing_checking_account');
  const values = bars.series[0]!.points.map(({ y }) => y);
  expect(values).toEqual([...values].sort((a, b) => b - a));
});

const explained = {
  explanation: {
    method: 'tree-shap',
    unit: 'log-odds',
    rows: 200,
    outputs: [{ name: 'bad', expected: -0.9 }],
    columns: [
      { column: 'age', meanAbsolute: [0.4] },
      { column: 'city', meanAbsolute: [0.1] },
    ],
  },
  dependence: {
    rows: 150,
    outputs: ['bad'],
    columns: [
      { column: 'age', grid: [20, 30, 55], mean: [[0.5, 0.3, 0.2]] },
      { column: 'city', grid: ['Ulm', 'Bonn'], mean: [[0.25, 0.35]] },
      { column: 'day', grid: [0, 864e5], isTime: true, mean: [[0.25, 0.35]] },
    ],
  },
} as const;

test('charts of explanations say in words what they show', () => {
  const evaluation = { ...file(), ...explained };
  expect(isEvaluation(evaluation)).toBe(true);
  const bars = contributionsSpec(evaluation)!;
  expect(bars.summary).toBe('“age” moves the scores most: by 0.4000 on average over 200 rows.');
  expect(bars.categories).toEqual(['age', 'city']);
  expect(bars.series.map(({ points }) => points.map(({ y }) => y))).toEqual([[0.4, 0.1]]);
  const [age, city, day] = dependenceSpecs(evaluation);
  expect(age).toMatchObject({ title: 'Partial dependence on age', y: { label: 'Mean P(bad)' } });
  expect(age!.summary).toBe('With all else as it is in 150 rows, the mean score goes from 0.2000 to 0.5000.');
  expect(age!.categories).toBeUndefined();
  expect(age!.series[0]!.points[1]).toEqual({ x: 30, y: 0.3 });
  expect(day!.x.format!(864e5)).toBe('1970-01-02');
  expect(city!.categories).toEqual(['Ulm', 'Bonn']);
  expect(contributionsSpec(file())).toBeUndefined();
  expect(dependenceSpecs(file())).toEqual([]);
});

describe('a file of the name evaluation.json that is something else', () => {
  test.each([
    ['nothing', null],
    ['a list', []],
    ['without metrics', { task: 'binary', rows: 1 }],
    ['with a curve that is none', { task: 'binary', rows: 1, metrics: {}, binary: { threshold: 0.5, roc: 1 } }],
    ['with explanations that are none', { task: 'binary', rows: 1, metrics: {}, explanation: { outputs: [] } }],
    [
      'with dependence that is none',
      { task: 'binary', rows: 1, metrics: {}, dependence: { outputs: [], columns: [1] } },
    ],
    ['with slices that are none', { task: 'binary', rows: 1, metrics: {}, slices: 'x' }],
  ])('is not drawn: %s', (_what, value) => {
    expect(isEvaluation(value)).toBe(false);
  });

  test('one of a regression is drawn', () => {
    expect(isEvaluation({ task: 'regression', label: 'y', rows: 10, metrics: { rmse: 1 } })).toBe(true);
  });
});
