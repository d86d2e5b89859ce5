import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CrossValidation } from '../../../engine/protocol/crossValidation';
import type { CrossValidateOptions } from '../../../engine/protocol/steps/evaluation';
import { besideEarlier } from '../../../engine/training/crossValidation/earlier';
import { runFolds, type FoldResult } from '../../../engine/training/crossValidation/runFolds';
import { auc, rank } from '../../../engine/training/metrics/ranking';
import { temporaryFolder } from '../../support/store';
import { germanPath, readCsvFrame } from './csvFrame';
import { assetsDir, listener, prepared } from './models';
import { boostedOptions, crossValidateOptions, logisticOptions, prepareOptions } from './options';
import { FoldSteps } from './foldSteps';

const german = prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] });
const cost = { false_negative: 5, false_positive: 1 };
const learners = {
  linear: { ...logisticOptions, C: 0.1 },
  trees: boostedOptions({ trees: 10, leaves: 7, validation: 0 }),
};
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test('the folds of a scikit-learn pipeline give its metrics: everything is learnt within each', async () => {
  const { folds }: { folds: number[][] } = JSON.parse(
    readFileSync('test/fixtures/training/german_credit_folds.json', 'utf8'),
  );
  const exact: Record<string, Record<string, number>> = JSON.parse(
    readFileSync('test/fixtures/training/cross_validation.json', 'utf8'),
  );
  const frame = readCsvFrame(germanPath);
  const all = Array.from({ length: frame.rows }, (_, row) => row);
  const found: FoldResult[] = [];
  await runFolds(
    {
      frame,
      folds: folds.map((part, at) => {
        const inside = new Set(part);
        const train = Int32Array.from(all.filter(row => !inside.has(row)));
        return { repeat: Math.floor(at / 5), fold: at % 5, train, test: Int32Array.from(part) };
      }),
      preparation: prepared(frame, all, german),
      learners: { linear: learners.linear },
      decision: { cost, threshold: 'cost' },
      split: { method: 'random' },
      assetsDir,
    },
    listener(),
    result => void found.push(result),
  );
  expect(found).toHaveLength(25);
  for (const key of ['auc', 'log_loss', 'brier', 'ks', 'average_precision', 'calibration_error', 'expected_cost'])
    expect(mean(found.map(({ metrics }) => metrics[key]!)), key).toBeCloseTo(exact['logistic_C0.1']![key]!, 6);
});

async function crossValidated(
  given: Partial<CrossValidateOptions> = {},
  split: object = { stratify: 'creditability' },
) {
  const steps = new FoldSteps(temporaryFolder(), germanPath);
  await steps.split({ test: 0.5, ...split });
  await steps.prepare(german);
  const before = steps.said.fractions.length;
  const result = await steps.crossValidate(
    crossValidateOptions({ learners, folds: 3, repeats: 2, cost, threshold: 'cost', ...given }),
  );
  const file: CrossValidation = JSON.parse(readFileSync(steps.path('cross-validate', 'cross_validation.json'), 'utf8'));
  const csv = readFileSync(steps.path('cross-validate', 'out_of_fold.csv'), 'utf8').trimEnd().split('\n');
  const fractions = steps.said.fractions.slice(before).map(value => Number(value.toFixed(9)));
  return { result, file, csv, said: steps.said, fractions };
}

test('two learners on repeated folds: metrics with intervals, paired tests, out-of-fold predictions', async () => {
  const { result, file, csv, said, fractions } = await crossValidated();
  expect(file).toMatchObject({ method: 'stratified', by: ['creditability'], rows: 500, metric: 'expected_cost' });
  expect(file.folds.map(({ train, test: part }) => train + part)).toEqual([500, 500, 500, 500, 500, 500]);
  const [linear, trees] = file.learners;
  for (const own of [linear!, trees!]) {
    const { mean: average, sd, interval, folds } = own.metrics['auc']!;
    const values = own.values['auc']!.map(value => value!);
    expect(folds).toBe(6);
    expect(average).toBeCloseTo(mean(values), 12);
    expect(sd! ** 2).toBeCloseTo(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / 5, 12);
    // t(0.975; 5) = 2.570582, 3 folds: a test part is half of a training part
    expect((interval![1] - interval![0]) / 2).toBeCloseTo(2.5705818 * sd! * Math.sqrt(1 / 6 + 1 / 2), 3);
  }
  const held = csv
    .slice(1)
    .map(line => line.split(','))
    .filter(([, repeat]) => repeat === '1');
  const costAt = (threshold: number): number =>
    held.reduce((sum, [, , , label, score]) => {
      const flagged = Number(score) >= threshold;
      return sum + (label === 'bad' ? (flagged ? 0 : 5) : flagged ? 1 : 0);
    }, 0) / held.length;
  expect(linear!.threshold!.cost).toBeCloseTo(costAt(linear!.threshold!.value), 12);
  for (const other of [0.05, 0.1, 1 / 6, 0.3, 0.5])
    expect(costAt(other)).toBeGreaterThanOrEqual(linear!.threshold!.cost!);
  const pair = file.comparisons.find(({ metric }) => metric === 'auc')!;
  const differences = linear!.values['auc']!.map((value, i) => value! - trees!.values['auc']![i]!);
  expect(pair).toMatchObject({ first: 'linear', second: 'trees', higher: differences.filter(d => d > 0).length });
  expect(pair.difference).toBeCloseTo(mean(differences), 12);
  expect(pair.adjustedP).toBe(pair.p);
  expect(pair.wilcoxon.exact).toBe(true);
  expect(result.summary).toMatch(/^expected_cost over 6 folds: linear 0\.\d+ ± 0\.\d+, trees 0\.\d+ ± 0\.\d+ · p \S+$/);
  expect(result.metrics['cv_auc/linear']).toBe(linear!.metrics['auc']!.mean);
  expect(result.params).toMatchObject({
    folds: 3,
    repeats: 2,
    method: 'stratified',
    learners: 'linear, trees',
  });
  expect(said.points.filter(({ key }) => key === 'fold_expected_cost/trees').map(({ step }) => step)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));

  const [head, ...lines] = csv.map(line => line.split(','));
  expect(head).toEqual(['row', 'repeat', 'fold', 'label', 'score_linear', 'score_trees']);
  expect(lines).toHaveLength(1000);
  const fold = lines.filter(([, repeat, at]) => repeat === '2' && at === '3');
  const truth = Float64Array.from(fold, ([, , , label]) => Number(label === 'bad'));
  const scores = Float64Array.from(fold, cells => Number(cells[5]));
  expect(auc(rank(truth, scores))).toBeCloseTo(trees!.values['auc']![5]!, 12);
});

test('the seed decides, and folds that are equal can be told by their digest', async () => {
  const one = { learners: { linear: learners.linear }, repeats: 1 };
  const [first, again, other] = [
    await crossValidated(one),
    await crossValidated(one),
    await crossValidated({ ...one, seed: 5 }),
  ];
  const timeless = ({ file }: typeof first) => ({
    ...file,
    learners: file.learners.map(each => ({ ...each, seconds: 0 })),
  });
  expect(timeless(again)).toEqual(timeless(first));
  expect(again.csv).toEqual(first.csv);
  expect(other.file.digest).not.toBe(first.file.digest);
  expect(first.file.comparisons).toEqual([]);
  expect(Object.keys(first.result.metrics)).toContain('cv_auc');
});

test('folds follow the split, and `rows: all` takes the test part as well', async () => {
  const one = { learners: { linear: learners.linear }, repeats: 1, rows: 'all' } as const;
  const grouped = await crossValidated(one, { group: 'age_in_years' });
  expect(grouped.file).toMatchObject({ method: 'group', by: ['age_in_years'], rows: 1000 });
  const forward = await crossValidated(one, { time: 'duration_in_month' });
  expect(forward.file).toMatchObject({ method: 'time', by: ['duration_in_month'] });
  expect(forward.file.folds.map(({ train }) => train)).toEqual(
    forward.file.folds.map(({ train }) => train).sort((a, b) => a - b),
  );
});

test('cancelled between two folds', async () => {
  const frame = readCsvFrame(germanPath);
  const rows = Int32Array.from({ length: 300 }, (_, row) => row);
  const controller = new AbortController();
  const fold = { repeat: 0, fold: 0, train: rows.slice(0, 200), test: rows.slice(200) };
  const task = {
    ...{ frame, folds: [fold, { ...fold, fold: 1 }], preparation: prepared(frame, [...rows], german), assetsDir },
    ...{ learners: { linear: learners.linear }, decision: { threshold: 0.5 }, split: { method: 'random' } as const },
  };
  let seen = 0;
  const running = runFolds(task, listener(undefined, controller.signal), () => {
    seen++;
    controller.abort();
  });
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(seen).toBe(1);
});

test('an earlier run is compared when its folds are the same', async () => {
  const values = { auc: [0.7, 0.8, 0.75], f1: [null, 0.5, 0.6] };
  const now = {
    digest: 'd',
    folds: [0, 1, 2].map(fold => ({ repeat: 0, fold, train: 20, test: 10 })),
    learners: [{ name: 'a', learner: 'logistic', seconds: 0, values, metrics: {} }],
  };
  const path = `${temporaryFolder()}/cross_validation.json`;
  const write = (file: object): void => writeFileSync(path, JSON.stringify(file));
  const beside = () => besideEarlier(now, { name: 'r-4', path });
  write({ version: 1, digest: 'd', learners: [{ name: 'b', values: { auc: [0.6, 0.75, 0.7], f1: [0.1, 0.5, 0.4] } }] });
  const found = await beside();
  if (typeof found === 'string') throw new Error(found);
  expect(found.map(({ metric, first, second }) => [metric, first, second])).toEqual([
    ['auc', 'a', 'b (r-4)'],
    ['f1', 'a', 'b (r-4)'],
  ]);
  expect(found[0]).toMatchObject({ difference: expect.closeTo(0.2 / 3, 12), higher: 3, lower: 0 });
  expect(found[1]).toMatchObject({ difference: expect.closeTo(0.1, 12), higher: 1, lower: 0 });
  write({ version: 1, digest: 'e', learners: [] });
  expect(await beside()).toContain('other folds or other data');
  write({
    version: 1,
    digest: 'd',
    learners: [
      { name: 'b', values },
      { name: 'c', values },
    ],
  });
  expect(await beside()).toContain('no learner of the same name');
  write({ version: 2 });
  await expect(beside()).rejects.toMatchObject({ code: 'data.unreadable' });
});

test.each([
  ['several classes', { label: 'housing' }, 'multiclass', 'log_loss'],
  ['a number', { label: 'credit_amount' }, 'regression', 'rmse'],
] as const)('%s to predict', async (_, label, task, metric) => {
  const steps = new FoldSteps(temporaryFolder(), germanPath);
  await steps.split({ test: 0.5 });
  await steps.prepare(prepareOptions(label));
  await steps.crossValidate(
    crossValidateOptions({ learners: { few: learners.trees, more: { ...learners.trees, trees: 30 } }, folds: 3 }),
  );
  const file: CrossValidation = JSON.parse(readFileSync(steps.path('cross-validate', 'cross_validation.json'), 'utf8'));
  expect(file).toMatchObject({ task, metric, method: task === 'regression' ? 'random' : 'stratified' });
  expect(file.learners[0]!.values[metric]).toHaveLength(3);
  expect(file.learners[0]!.threshold).toBeUndefined();
  const pair = file.comparisons.find(one => one.metric === metric)!;
  expect(pair.difference).toBeGreaterThan(0); // ten trees have a greater loss than thirty
  const [head, line] = readFileSync(steps.path('cross-validate', 'out_of_fold.csv'), 'utf8').split('\n');
  expect(head!.split(',')).toHaveLength(task === 'multiclass' ? 4 + 6 : 4 + 2);
  expect(
    line!
      .split(',')
      .slice(4)
      .every(cell => Number.isFinite(Number(cell))),
  ).toBe(true);
});
