import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LearningCurve } from '../../../engine/protocol/learningCurve';
import { nestedOrder, sizesOf } from '../../../engine/training/learningCurve/subsets';
import { Random } from '../../../engine/random';
import { temporaryFolder } from '../../support/store';
import { germanPath } from './csvFrame';
import { boostedOptions, logisticOptions, prepareOptions } from './options';
import { FoldSteps } from './foldSteps';

const german = prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] });

test('every beginning of the order holds the shares of the classes', () => {
  const classes = Int32Array.from({ length: 600 }, (_, i) => (i % 10 === 0 ? 2 : i % 3 === 0 ? 1 : 0));
  const order = nestedOrder(classes, new Random(2));
  expect([...order].sort((a, b) => a - b)).toEqual([...classes.keys()]);
  for (const size of [50, 137, 400])
    for (const label of [0, 1, 2]) {
      const share = (rows: Int32Array): number => rows.filter(at => classes[at] === label).length / rows.length;
      const whole = classes.filter(each => each === label).length / classes.length;
      expect(Math.abs(share(order.slice(0, size)) - whole)).toBeLessThan(1.5 / size);
    }
  expect([...nestedOrder(classes, new Random(3))]).not.toEqual([...order]);
});

test('sizes grow by one factor up to all rows', () => {
  expect(sizesOf(100, 1600, 5)).toEqual([100, 200, 400, 800, 1600]);
  expect(sizesOf(2000, 1600, 4)).toEqual([1600]);
  expect(sizesOf(5, 8, 8)).toEqual([5, 6, 7, 8]);
});

async function curve(learners: object, given: object = {}, split: object = { stratify: 'creditability' }) {
  const steps = new FoldSteps(temporaryFolder(), germanPath);
  await steps.split({ test: 0.3, ...split });
  await steps.prepare(german);
  const options = { points: 4, smallest: 0.1, repeats: 3, threshold: 0.5, seed: 1, learners: {}, ...given };
  const result = await steps.learningCurve({ ...options, ...{ learners: { ...learners } } });
  const file: LearningCurve = JSON.parse(readFileSync(steps.path('learning-curve', 'learning_curve.json'), 'utf8'));
  return { result, file, said: steps.said };
}

test('more rows: learners get better on what they have not seen, and worse on what they have', async () => {
  const { result, file, said } = await curve({
    linear: { ...logisticOptions, C: 0.1 },
    trees: boostedOptions({ trees: 10, leaves: 5, validation: 0, min_rows: 5 }),
  });
  expect(file).toMatchObject({
    method: 'stratified',
    repeats: 3,
    metric: 'auc',
    judged: 140,
    sizes: [56, 121, 260, 560],
  });
  for (const { training, validation } of file.learners) {
    const [learnt, unseen] = [training['auc']!, validation['auc']!].map(points => points.map(({ mean }) => mean!));
    expect(unseen!.at(-1)!).toBeGreaterThan(unseen![0]! + 0.02);
    expect(learnt!.at(-1)!).toBeLessThan(learnt![0]! - 0.02);
    for (const [i, value] of learnt!.entries()) expect(value).toBeGreaterThan(unseen![i]!);
    expect(validation['auc']!.every(({ sd }) => sd! > 0)).toBe(true);
  }
  expect(result.summary).toMatch(/^auc from 56 to 560 rows: linear 0\.\d+ → 0\.\d+, trees 0\.\d+ → 0\.\d+$/);
  expect(said.points.filter(({ key }) => key === 'learning_auc/linear').map(({ step }) => step)).toEqual(file.sizes);
});

test('forward in time the newest rows judge, once', async () => {
  const { file } = await curve({ linear: logisticOptions }, {}, { time: 'age_in_years' });
  expect(file).toMatchObject({ method: 'time', by: ['age_in_years'], repeats: 1 });
  expect(file.learners[0]!.validation['auc']!.every(({ sd }) => sd === null)).toBe(true);
});
