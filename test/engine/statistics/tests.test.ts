import { expect, test } from 'vitest';
import { benjaminiHochberg, holm } from '../../../engine/statistics/adjust';
import { delong, delongDifference } from '../../../engine/statistics/delong';
import { normalCdf, normalQuantile } from '../../../engine/statistics/normal';
import { resampledMean } from '../../../engine/statistics/resampledTTest';
import { studentQuantile, studentTwoSided, studentUpper } from '../../../engine/statistics/studentT';
import { wilcoxon } from '../../../engine/statistics/wilcoxon';
import { reference } from '../training/evaluationReference';

const near = (found: number, wanted: number, relative = 1e-10): void =>
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(relative * Math.abs(wanted) + 1e-14);

test('normal and Student distributions are scipy’s', () => {
  const { z, normal_cdf, p, normal_quantile, t, t_two_sided, q, t_quantile } = reference.distributions;
  z.forEach((value, i) => near(normalCdf(value), normal_cdf[i]!));
  p.forEach((value, i) => near(normalQuantile(value), normal_quantile[i]!));
  t.forEach(([value, df], i) => near(studentTwoSided(value, df), t_two_sided[i]!));
  t.forEach(([value, df], i) =>
    near(studentUpper(value, df), value > 0 ? t_two_sided[i]! / 2 : 1 - t_two_sided[i]! / 2),
  );
  q.forEach(([value, df], i) => near(studentQuantile(value, df), t_quantile[i]!));
});

test('Wilcoxon’s signed rank test is scipy’s, exact with ties too', () => {
  expect(reference.wilcoxon).toHaveLength(7);
  for (const { d, statistic, p, exact } of reference.wilcoxon) {
    const found = wilcoxon(d);
    expect(found.statistic).toBe(statistic);
    expect(found.exact).toBe(exact);
    near(found.p, p, 1e-9);
  }
  expect(wilcoxon([0, 0])).toMatchObject({ n: 0, p: 1, effect: 0 });
  expect(wilcoxon([1, 2, 3]).effect).toBe(1);
  expect(wilcoxon([-1, -2, 3]).effect).toBe(0);
});

test('the corrected resampled t-test is Nadeau and Bengio’s', () => {
  const { d, ratio, t, p, interval } = reference.resampled_t;
  const found = resampledMean(d, ratio);
  near(found.t!, t);
  near(found.p!, p);
  near(found.interval![0], interval[0]);
  near(found.interval![1], interval[1]);
  expect(resampledMean([0.5, 0.5], 0.25)).toMatchObject({ sd: 0, p: 0 });
  expect(resampledMean([0, 0], 0.25)).toMatchObject({ p: 1 });
  expect(resampledMean([0.5], 0.25)).toEqual({ mean: 0.5, sd: NaN });
});

test('DeLong’s variance and test are those of all pairs', () => {
  const { y, a, b, auc, se, difference_se, p } = reference.delong;
  const [truth, first, second] = [y, a, b].map(values => Float64Array.from(values));
  const found = delong(truth!, first!)!;
  near(found.auc, auc[0]);
  near(found.standardError, se[0]);
  near(found.interval[1] - found.interval[0], 2 * 1.959963984540054 * se[0]);
  const both = delongDifference(truth!, [first!, second!])!;
  near(both.difference, auc[0] - auc[1]);
  near(both.standardError, difference_se);
  near(both.p, p);
  expect(delongDifference(truth!, [first!, first!])).toMatchObject({ difference: 0, p: 1 });
  expect(delong(Float64Array.of(1, 0, 0), Float64Array.of(3, 2, 1))).toBeUndefined();
});

test('p values are adjusted for how many there are', () => {
  expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  const found = benjaminiHochberg([0.01, 0.04, 0.03, 0.005]);
  [0.02, 0.04, 0.04, 0.02].forEach((wanted, i) => near(found[i]!, wanted));
  near(benjaminiHochberg([0.001], 20)[0]!, 0.02);
});
