import { expect, test, vi } from 'vitest';
import type { ChartSpec } from '../../engine/charts/spec';
import type { CrossValidation } from '../../engine/protocol/crossValidation';
import type { LearningCurve } from '../../engine/protocol/learningCurve';
import { differencesSpec, foldsSpec, learningCurveSpec } from '../../webview/run/evaluation/foldSpecs';
import { FoldsView } from '../../webview/run/evaluation/foldsView';
import { isCrossValidation, isLearningCurve } from '../../webview/run/files';

const drawn: ChartSpec[][] = [];
let choose: (key: string) => void = () => undefined;
// The toolkit and Chart.js need a real browser; test/ui has one.
vi.mock('../../webview/shared/components', () => ({
  dropdown: ({ onChange }: { onChange: (key: string) => void }) => {
    choose = onChange;
    return document.createElement('select');
  },
}));
vi.mock('../../webview/run/evaluation/chartList', () => ({
  ChartList: class {
    readonly element = document.createElement('div');
    show = (specs: ChartSpec[]): void => void drawn.push(specs);
  },
}));

const learner = (name: string, auc: readonly (number | null)[]) => ({
  ...{ name, learner: name, seconds: 2 },
  ...(name === 'linear' && { threshold: { value: 0.21, cost: 0.55, f1: 0.5, rows: 100 } }),
  values: { auc, log_loss: [0.5, 0.6] },
  metrics: {
    auc: { mean: 0.75, sd: 0.02, interval: [0.7, 0.8], folds: 2 } as const,
    log_loss: { mean: 0.55, folds: 1 },
  },
});
const folds: CrossValidation = {
  ...{ version: 1, task: 'binary', label: 'y', rows: 100, method: 'stratified', by: ['y'], repeats: 1, seed: 0 },
  ...{ digest: '', metric: 'auc' },
  folds: [
    { repeat: 0, fold: 0, train: 50, test: 50 },
    { repeat: 0, fold: 1, train: 50, test: 50 },
  ],
  learners: [learner('linear', [0.74, 0.76]), learner('<b>trees</b>', [0.7, null])],
  comparisons: [
    {
      ...{
        metric: 'auc',
        first: 'linear',
        second: '<b>trees</b>',
        difference: 0.04,
        sd: 0.01,
        p: 0.00001,
        adjustedP: 0.02,
      },
      ...{ interval: [-0.01, 0.09], higher: 2, lower: 0, wilcoxon: { p: 0.5, effect: 1, exact: true } },
    },
  ],
};
const statistic = (mean: number | null, sd: number | null = 0.01) => ({ mean, sd });
const curve: LearningCurve = {
  ...{ version: 1, task: 'binary', label: 'y', method: 'stratified', by: ['y'], repeats: 3, seed: 0, judged: 20 },
  ...{ sizes: [10, 100], metric: 'auc' },
  learners: [
    {
      ...{ name: 'linear', learner: 'logistic', seconds: [1, 2] },
      training: { auc: [statistic(0.99), statistic(0.85)] },
      validation: { auc: [statistic(0.6), statistic(0.8)], brier: [statistic(null), statistic(0.2)] },
    },
  ],
};

test('folds, differences and learning curves are drawn as they are', () => {
  expect(foldsSpec(folds, 'auc').series.map(({ points }) => points)).toEqual([
    [
      { x: 1, y: 0.74 },
      { x: 2, y: 0.76 },
    ],
    [{ x: 1, y: 0.7 }],
  ]);
  const differences = differencesSpec(folds, 'auc')!;
  expect(differences.series[0]!.points).toEqual([{ x: 0, y: 0.04, low: -0.01, high: 0.09 }]);
  expect(differences.y.covers).toContain(0);
  expect(differencesSpec(folds, 'log_loss')).toBeUndefined();
  const [held, learnt] = learningCurveSpec(curve, 'auc').series;
  expect(held!.points[1]).toEqual({ x: 100, y: 0.8, low: 0.8 - 0.01, high: 0.8 + 0.01 });
  expect(held!.band).toBe(true);
  expect(learnt).toMatchObject({ ghost: true, points: [{ x: 10, y: 0.99 }, { x: 100, y: 0.85 }] }); // prettier-ignore
  expect(learningCurveSpec(curve, 'brier').series[0]!.points).toHaveLength(1);
  expect(learningCurveSpec(curve, 'auc').summary).toContain('linear: 0.8000, +0.2000 by the last rows');
});

test('no more folds are drawn than can be told apart', () => {
  const many = { ...folds, folds: Array.from({ length: 500 }, () => folds.folds[0]!) };
  const wide = {
    ...many,
    learners: [
      learner(
        'linear',
        Array.from({ length: 500 }, () => 0.7),
      ),
    ],
  };
  const spec = foldsSpec(wide, 'auc');
  expect(spec.series[0]!.points).toHaveLength(200);
  expect(spec.note).toBe('The first 200 folds.');
});

test('the tables say it in numbers, a metric at a time, and names stay text', () => {
  const view = new FoldsView({ channel: {} } as never);
  view.update(folds, curve);
  const text = (): string => view.element.textContent;
  expect(text()).toContain('100 rows in 2 folds, stratified by y');
  expect(text()).toContain('0.7000 – 0.8000');
  expect(text()).toContain('0.2100 cost 0.5500');
  expect(text()).toContain('linear − <b>trees</b>');
  expect(text()).toContain('< 0.0001');
  expect(view.element.querySelector('b')).toBeNull();
  expect(drawn.at(-1)!.map(({ title }) => title)).toEqual(['Folds', 'Learning curve', 'Differences']);
  choose('log_loss');
  expect(text()).toContain('0.5500');
  expect(text()).not.toContain('linear − ');
  // the curve has not got it, and goes on showing its own
  expect(drawn.at(-1)!.map(({ title, y }) => [title, y.label])).toEqual([
    ['Folds', 'log_loss'],
    ['Learning curve', 'auc'],
  ]);
  const before = drawn.length;
  view.update(folds, curve);
  expect(drawn).toHaveLength(before);
  view.update(undefined, undefined);
  expect(text()).toBe('');
});

test('files of another form are not drawn', () => {
  expect(isCrossValidation(JSON.parse(JSON.stringify(folds)))).toBe(true);
  expect(isLearningCurve(JSON.parse(JSON.stringify(curve)))).toBe(true);
  for (const broken of [
    { method: 'x' },
    { learners: [{}] },
    { comparisons: 3 },
    { comparisons: [{}] },
    { folds: null },
  ])
    expect(isCrossValidation({ ...folds, ...broken })).toBe(false);
  for (const broken of [{ sizes: 3 }, { learners: [{}] }, { metric: 3 }])
    expect(isLearningCurve({ ...curve, ...broken })).toBe(false);
});
