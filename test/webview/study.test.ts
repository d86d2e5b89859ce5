import { expect, test } from 'vitest';
import { runId, studyId } from '../../engine/ids';
import type { Study, Trial } from '../../engine/protocol/tuning';
import {
  paramsText,
  plotTrials,
  trialCourses,
  trialSpans,
  usualAxis,
  usualPartner,
} from '../../webview/study/plotTrials';
import { edfSpec, historySpec, paretoSpec } from '../../webview/study/specs';

const trial = (number: number, values: readonly number[], more: Partial<Trial> = {}): Trial => ({
  number,
  state: 'complete',
  source: 'sampled',
  params: { learner: 'forest', 'forest.min_rows': number + 1 },
  values,
  reports: [],
  violations: [],
  runId: runId(`run${number}`),
  startedAt: 1000 * number,
  endedAt: 1000 * number + 1500,
  ...more,
});
const trials = [
  trial(0, [0.7, 3]),
  trial(1, [0.6, 2]),
  trial(2, [], { state: 'pruned', reports: [{ step: 1, value: 0.4 }] }),
  trial(3, [0.8, 5], { reports: [{ step: 1, value: 0.9 }, { step: 2, value: 0.7 }] }), // prettier-ignore
  trial(4, [0.75, 2.5], { params: { learner: 'logistic', 'logistic.C': 0.123456 } }),
  trial(5, [], { state: 'running', startedAt: 5000 }),
];
delete (trials[5] as { endedAt?: number }).endedAt;
const study: Study = {
  id: studyId('a'.repeat(32)),
  number: 1,
  pipeline: 'train',
  step: 'tune',
  status: 'running',
  objectives: [
    { metric: 'auc', maximize: true },
    { metric: 'seconds', maximize: false },
  ],
  sampler: 'tpe',
  pruner: 'median',
  startedAt: 0,
  trialsWanted: 10,
  msUsed: 1,
  counts: { waiting: 0, running: 1, complete: 4, pruned: 1, failed: 0, cancelled: 0 },
  best: trials[3]!,
  seed: 0,
  steps: 2,
  reported: { metric: 'auc', maximize: true, per: 'fold' },
  space: [
    { kind: 'choice', name: 'learner', choices: ['forest', 'logistic'], when: [] },
    { kind: 'int', name: 'forest.min_rows', low: 1, high: 9, log: false, step: 1, when: [] },
    { kind: 'float', name: 'logistic.C', low: 0.1, high: 9, log: true, when: [] },
  ],
  constraints: [],
  trials,
  front: [3, 4, 1],
};

test('the history has the best so far, upwards or downwards as the metric goes', () => {
  const up = historySpec(study, 0).series;
  expect(up[0]?.points.map(({ x, y }) => [x, y])).toEqual([[0, 0.7], [1, 0.6], [3, 0.8], [4, 0.75]]); // prettier-ignore
  expect(up[1]?.points.map(({ y }) => y)).toEqual([0.7, 0.7, 0.8, 0.8]);
  const down = historySpec(study, 1);
  expect(down.series[1]?.points.map(({ y }) => y)).toEqual([3, 2, 2, 2]);
  expect(down.summary).toContain('the best seconds is 2');
});

test('the distribution rises to one', () => {
  const [series] = edfSpec(study, 0).series;
  expect(series?.points).toEqual([
    { x: 0.6, y: 0.25 },
    { x: 0.7, y: 0.5 },
    { x: 0.75, y: 0.75 },
    { x: 0.8, y: 1 },
  ]);
});

test('the front is a line from left to right, and the others are points', () => {
  const [others, front] = paretoSpec(study)?.series ?? [];
  expect(front?.points).toEqual([{ x: 0.6, y: 2 }, { x: 0.75, y: 2.5 }, { x: 0.8, y: 5 }]); // prettier-ignore
  expect(others?.points).toEqual([{ x: 0.7, y: 3 }]);
  expect(paretoSpec({ ...study, objectives: study.objectives.slice(0, 1) })).toBeUndefined();
});

test('complete trials are points of plots, in the order of the search space, with their ranks', () => {
  const { runs, params, objectives, rank } = plotTrials(study);
  expect(runs.map(({ id, label }) => [id, label])).toEqual(
    [0, 1, 3, 4].map(number => [`run${number}`, `trial ${number}`]),
  );
  // one value of C alone is nothing to draw by
  expect(params.map(({ id, kind }) => [id, kind])).toEqual([
    ['params.learner', 'category'],
    ['params.forest.min_rows', 'number'],
    ['params.logistic.C', 'number'],
  ]);
  expect(params[1]?.values).toEqual([1, 2, 4, NaN]);
  expect(objectives.map(({ title }) => title)).toEqual(['auc', 'seconds']);
  expect(rank(0).values).toEqual([3, 4, 1, 2]);
  expect(rank(1).values).toEqual([3, 1, 4, 2]);
});

test('courses are means of the folds so far; pruned ones are told apart, and so is the best', () => {
  const courses = trialCourses(study);
  expect(courses[2]).toMatchObject({ kind: 'ended', points: [{ x: 1, y: 0.4 }] });
  expect(courses[3]).toMatchObject({ kind: 'best', run: 'run3' });
  expect(courses[3]?.points.map(({ y }) => y)).toEqual([0.9, 0.8]);
});

test('what is running lasts until now', () => {
  const spans = trialSpans(study, 9000);
  expect(spans[5]).toMatchObject({ from: 5000, to: 9000, state: 'running' });
  expect(spans[0]).toMatchObject({ from: 0, to: 1500, state: 'complete' });
});

test('parameters are said without the learner before each', () => {
  expect(paramsText({ learner: 'logistic', 'logistic.C': 0.123456 })).toBe('logistic · C 0.1235');
  expect(paramsText({ learner: 'neural-network', 'neural-network.hidden': [64, 32] })).toBe(
    'neural-network · hidden 64, 32',
  );
});

test('what is drawn without being asked for are parameters that enough trials have together', () => {
  const both = (number: number, params: Trial['params']): Trial => trial(number, [0.7 + number / 100, 1], { params });
  const forest = (number: number): Trial =>
    both(number, { learner: 'forest', 'forest.min_rows': number, 'forest.depth': number + 1 });
  const paramsOf = (trials: readonly Trial[]) =>
    plotTrials({
      ...study,
      space: [
        ...study.space.slice(0, 1),
        { kind: 'float', name: 'logistic.C', low: 0.1, high: 9, log: true, when: [] },
        { kind: 'int', name: 'forest.min_rows', low: 1, high: 9, log: false, step: 1, when: [] },
        { kind: 'int', name: 'forest.depth', low: 1, high: 9, log: false, step: 1, when: [] },
      ],
      trials: [...[1, 2, 3, 4, 5].map(C => both(C, { learner: 'logistic', 'logistic.C': C })), ...trials],
    }).params;
  const params = paramsOf([6, 7, 8, 9].map(forest));
  const x = usualAxis(params);
  expect(x?.title).toBe('min_rows');
  const others = params.filter(one => one !== x);
  expect(usualPartner(x!, others)?.title).toBe('depth');
  const lonely = params.find(({ title }) => title === 'C')!;
  const besides = params.filter(one => one !== lonely);
  expect(usualPartner(lonely, besides)?.title, 'no number, but a choice').toBe('learner');
  expect(usualAxis(params.slice(0, 1))?.title).toBe('learner');
  expect(usualAxis(paramsOf([6, 7].map(forest)))?.title, 'two have both: nothing can be interpolated').toBe('C');
});

test('a parameter has the scale that it is searched on, and the shortest name that tells it apart', () => {
  const number = (name: string, log: boolean): Study['space'][number] => ({
    ...{ kind: 'float', name, low: 0.1, high: 9, log, when: [] },
  });
  const { params } = plotTrials({
    ...study,
    space: [number('a.rate', true), number('b.rate', false), number('a.depth', false)],
    trials: [1, 2].map(at => trial(at, [at, at], { params: { 'a.rate': at, 'b.rate': at * 1000, 'a.depth': at } })),
  });
  expect(params.map(({ title }) => title)).toEqual(['a.rate', 'b.rate', 'depth']);
  expect(params.map(one => one.kind === 'number' && one.log)).toEqual([true, false, false]);
});
