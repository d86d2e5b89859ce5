import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as confusion from '../../../engine/training/metrics/confusion';
import { compareGroups, groupRates } from '../../../engine/training/metrics/fairness';
import * as probability from '../../../engine/training/metrics/probability';
import * as ranking from '../../../engine/training/metrics/ranking';
import { regressionMetrics, residualHistogram } from '../../../engine/training/metrics/regression';
import * as threshold from '../../../engine/training/metrics/threshold';

const german = JSON.parse(readFileSync('test/fixtures/training/metrics_german.json', 'utf8'));
const made = JSON.parse(readFileSync('test/fixtures/training/metrics.json', 'utf8'));
const near = (value: number | undefined, expected: number, within = 1e-9): void =>
  expect(Math.abs((value ?? NaN) - expected), `${value} is not ${expected}`).toBeLessThan(within);
/** P(negative), P(positive) by row. */
const both = (scores: Float64Array): Float64Array => Float64Array.from([...scores].flatMap(p => [1 - p, p]));

describe('two classes: 1,000 predictions for German Credit', () => {
  const y = Float64Array.from<number>(german.y);
  const scores = Float64Array.from<number>(german.p_bad);
  const ranked = ranking.rank(y, scores);
  const { metrics } = german;
  const predicted = (at: number): number[] => [...scores].map(score => (score >= at ? 1 : 0));
  const half = confusion.confusionMatrix(y, predicted(0.5), 2);

  test('ranking', () => {
    near(ranking.auc(ranked), metrics.auc);
    near(2 * ranking.auc(ranked) - 1, metrics.gini);
    near(ranking.averagePrecision(ranked), metrics.ap);
    near(ranking.ks(ranked).value, metrics.ks);
    near(ranking.ks(ranked).threshold, metrics.ks_threshold);
  });
  test('probabilities', () => {
    near(probability.logLoss(y, both(scores)), metrics.logloss);
    near(probability.brier(y, scores), metrics.brier);
    const curve = probability.calibrationCurve(y, scores);
    const { true: observed, pred } = metrics['calibration_uniform10'];
    expect(curve).toHaveLength(observed.length);
    curve.forEach((bin, i) => {
      near(bin.observed, observed[i]);
      near(bin.predicted, pred[i]);
    });
    const error = curve.reduce((sum, bin) => sum + (bin.count / 1000) * Math.abs(bin.observed - bin.predicted), 0);
    near(probability.calibrationError(curve), error);
  });
  test('classes at 0.5', () => {
    const [tn, fp, fn, tp] = metrics['confusion_t.5_tn_fp_fn_tp'];
    expect(half).toEqual([
      [tn, fp],
      [fn, tp],
    ]);
    near(confusion.accuracy(half), metrics['acc_t.5']);
    near(confusion.balancedAccuracy(half), metrics['balanced_acc_t.5']);
    near(confusion.mcc(half), metrics['mcc_t.5']);
    near(confusion.kappa(half), metrics['kappa_t.5']);
    near(confusion.classScores(half)[1]!.f1, metrics['f1_t.5']);
  });
  test('cost at 1/6', () => {
    const cost = { falseNegative: 5, falsePositive: 1 };
    near(threshold.theoreticalThreshold(cost), 1 / 6);
    const point = threshold.atThreshold(ranked, 1 / 6);
    expect([point.tn, point.fp, point.fn, point.tp]).toEqual(metrics['confusion_t1/6']);
    near(threshold.expectedCost(point, cost), metrics['cost5_1_t1/6']);
    const points = threshold.thresholdPoints(ranked, cost);
    expect(points).toHaveLength(201);
    expect(points[0]).toMatchObject({ tp: 300, fp: 700, tn: 0, fn: 0, cost: 0.7 });
    expect(points[200]).toMatchObject({ tp: 0, fp: 0, tn: 700, fn: 300, cost: 1.5 });
    const best = threshold.bestThreshold(ranked, cost);
    const least = threshold.expectedCost(threshold.atThreshold(ranked, best), cost);
    for (const at of scores)
      expect(threshold.expectedCost(threshold.atThreshold(ranked, at), cost)).toBeGreaterThanOrEqual(least);
  });
  test('ROC curve passes through the reference points and has at most 500', () => {
    const roc = ranking.rocCurve(ranked);
    expect(roc.x.length).toBeLessThanOrEqual(500);
    expect([roc.x[0], roc.y[0], roc.x.at(-1), roc.y.at(-1)]).toEqual([0, 0, 1, 1]);
    const { fpr, tpr } = german['roc_every_50'];
    // Every 50th vertex of the full curve lies on ours: ours only leaves out points of straight pieces.
    fpr.forEach((x: number, i: number) => expect(distanceToCurve(roc, [x, tpr[i]])).toBeLessThan(1e-9));
  });
  test.each(Object.keys(german['fairness_approved_is_favourable']))('fairness, %s', name => {
    const expected = german['fairness_approved_is_favourable'][name];
    const at = name.includes('1/6') ? 1 / 6 : 0.5;
    const inGroup = name.startsWith('age')
      ? german.age.map((age: number) => age <= 25)
      : german['personal_status_code_uci'].map((code: string) => code === 'A92');
    const approved = predicted(at).map(bad => 1 - bad);
    const group = (inside: boolean) => {
      const rows = [...y.keys()].filter(row => inGroup[row] === inside);
      near(
        ranking.auc(
          ranking.rank(
            y.filter((_, row) => inGroup[row] === inside),
            scores.filter((_, row) => inGroup[row] === inside),
          ),
        ),
        expected['auc_by_group'][
          inside ? Object.keys(expected['by_group'])[0]! : Object.keys(expected['by_group'])[1]!
        ],
      );
      return groupRates(
        rows.map(row => 1 - y[row]!),
        rows.map(row => approved[row]!),
      );
    };
    const [inside, outside] = [group(true), group(false)];
    const [first, second]: { selection_rate: number; tpr: number; fpr: number; base_rate: number }[] = Object.values(
      expected['by_group'],
    );
    for (const [rates, wanted] of [
      [inside, first!],
      [outside, second!],
    ] as const) {
      near(rates.selectionRate, wanted.selection_rate);
      near(rates.truePositiveRate, wanted.tpr);
      near(rates.falsePositiveRate, wanted.fpr);
      near(rates.baseRate, wanted.base_rate);
    }
    const compared = compareGroups(inside, outside);
    near(compared['selection_rate_ratio'], expected['demographic_parity_ratio(disparate_impact)']);
    near(compared['selection_rate_difference'], expected['demographic_parity_difference']);
    near(compared['equal_opportunity_difference'], expected['equal_opportunity_difference']);
    near(compared['equalized_odds_difference'], expected['equalized_odds_difference']);
  });
});

describe('ties', () => {
  const { ties } = made;
  const y = Float64Array.from<number>(ties.y);
  const scores = Float64Array.from<number>(ties.p);
  const ranked = ranking.rank(y, scores);
  test('count half', () => {
    near(ranking.auc(ranked), ties.auc);
    near(ranking.averagePrecision(ranked), ties.average_precision);
    near(ranking.ks(ranked).value, ties.ks);
    near(probability.logLoss(y, both(scores)), ties.log_loss);
    near(probability.brier(y, scores), ties.brier);
  });
  test('weights count rows several times', () => {
    near(
      ranking.auc(ranking.rank(y, scores, { order: ranking.fallingOrder(scores), weights: ties.weight })),
      ties.auc_weighted,
    );
  });
  test('curves', () => {
    const roc = ranking.rocCurve(ranked);
    ties.roc.fpr.forEach((x: number, i: number) =>
      expect(distanceToCurve(roc, [x, ties.roc.tpr[i]])).toBeLessThan(1e-9),
    );
    const pr = ranking.precisionRecallCurve(ranked);
    pr.x.forEach((x, i) => near(x, ties.precision_recall.recall[i]));
    pr.y.forEach((value, i) => near(value, ties.precision_recall.precision[i]));
  });
  test('fairness', () => {
    const rates = (inside: number) => {
      const rows = [...y.keys()].filter(row => ties.group[row] === inside);
      return groupRates(
        rows.map(row => y[row]!),
        rows.map(row => Number(scores[row]! >= 0.5)),
      );
    };
    const compared = compareGroups(rates(1), rates(0));
    for (const [key, expected] of Object.entries<number>(ties.fairness)) near(compared[key], expected);
  });
  test('a group nobody of which deserves it has no equal opportunity', () => {
    const none = groupRates([0, 0], [1, 0]);
    expect(Object.keys(compareGroups(none, groupRates([1, 0], [1, 0])))).toEqual([
      'selection_rate_ratio',
      'selection_rate_difference',
    ]);
  });
});

test('several classes', () => {
  const { several } = made;
  const y = Float64Array.from<number>(several.y);
  const p = Float64Array.from<number>(several.p);
  const guess = [...y.keys()].map(row => {
    const mine = [...p.subarray(row * 4, row * 4 + 4)];
    return mine.indexOf(Math.max(...mine));
  });
  const matrix = confusion.confusionMatrix(y, guess, 4);
  expect(matrix).toEqual(several.confusion);
  near(confusion.accuracy(matrix), several.accuracy);
  near(confusion.balancedAccuracy(matrix), several.balanced_accuracy);
  near(confusion.mcc(matrix), several.mcc);
  near(confusion.kappa(matrix), several.kappa);
  near(probability.logLoss(y, p), several.log_loss);
  near(ranking.oneVersusRestAuc(y, p, 4), several.auc);
  confusion.classScores(matrix).forEach((scores, k) => {
    near(scores.precision, several.precision[k]);
    near(scores.recall, several.recall[k]);
    near(scores.f1, several.f1[k]);
    expect(scores.support).toBe(several.support[k]);
  });
  const averaged = confusion.averaged(matrix);
  expect(Object.keys(averaged)).toHaveLength(9);
  for (const [key, value] of Object.entries(averaged)) near(value, several[key]);
});

describe('numbers', () => {
  const y = Float64Array.from<number>(made.numbers.y);
  const predicted = Float64Array.from<number>(made.numbers.predicted);
  test('RMSE, MAE, R²', () => {
    const metrics = regressionMetrics(y, predicted);
    near(metrics.rmse, made.numbers.rmse);
    near(metrics.mae, made.numbers.mae);
    near(metrics.r2, made.numbers.r2);
  });
  test('R² of a constant is left out', () => {
    expect(regressionMetrics(Float64Array.of(2, 2), Float64Array.of(1, 2))).toEqual({ rmse: Math.SQRT1_2, mae: 0.5 });
  });
  test('residuals fall into bins that span them', () => {
    const { edges, counts } = residualHistogram(y, predicted);
    expect(edges).toHaveLength(counts.length + 1);
    expect(counts.reduce((a, b) => a + b)).toBe(120);
  });
});

test('what is not a number is refused by every metric, with its place', () => {
  const y = Float64Array.of(0, 1);
  const broken = Float64Array.of(0.2, NaN);
  const message = (what: string): string => `One of the ${what} is not a finite number: NaN at position 2.`;
  expect(() => ranking.rank(y, broken)).toThrow(message('scores'));
  expect(() => probability.brier(y, broken)).toThrow(message('scores'));
  expect(() => probability.calibrationCurve(y, broken)).toThrow(message('scores'));
  expect(() => probability.logLoss(y, broken)).toThrow(message('probabilities'));
  expect(() => regressionMetrics(y, broken)).toThrow(message('predictions'));
  expect(() => ranking.rank(new Float64Array(), new Float64Array())).toThrow('There are no scores to measure.');
});

/** Least distance of a point from the polyline. */
function distanceToCurve(
  { x, y }: { x: readonly number[]; y: readonly number[] },
  [px, py]: readonly [number, number],
): number {
  let least = Infinity;
  for (let i = 1; i < x.length; i++) {
    const [dx, dy] = [x[i]! - x[i - 1]!, y[i]! - y[i - 1]!];
    const length = dx * dx + dy * dy;
    const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - x[i - 1]!) * dx + (py - y[i - 1]!) * dy) / length));
    least = Math.min(least, Math.hypot(px - x[i - 1]! - t * dx, py - y[i - 1]! - t * dy));
  }
  return least;
}
