import { expect, test } from 'vitest';
import type { TrainOptions } from '../../../engine/protocol/steps/learners';
import { fitModel } from '../../../engine/training/fitModel';
import { learnPreparation } from '../../../engine/training/learnPreparation';
import { temporaryFolder } from '../../support/store';
import { allRows, csvFrame, germanPath, readCsvFrame } from './csvFrame';
import { FoldSteps } from './foldSteps';
import { assetsDir, listener } from './models';
import { boostedOptions, crossValidateOptions, logisticOptions, networkOptions, prepareOptions } from './options';

const small = csvFrame(
  [
    'a,b,number,y',
    ...Array.from({ length: 40 }, (_, row) => `${row % 7},${row % 5},${row},${row < 4 ? 'yes' : 'no'}`),
  ].join('\n'),
);

/** What a train step with these options fails with. */
async function refusal(options: TrainOptions, label = 'y', frame = small): Promise<unknown> {
  const rows = allRows(frame);
  const task = label === 'number' ? ({ task: 'regression' } as const) : {};
  const learning = { frame, rows, options: prepareOptions({ label, ...task }) };
  const { preparation } = learnPreparation(learning, new AbortController().signal);
  return fitModel({ frame, rows, preparation, options, split: { method: 'random' }, assetsDir }, listener()).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test.each<[string, TrainOptions, string, string]>([
  ['a regression by logistic', logisticOptions, 'number', 'with.learner'],
  ['too few steps', { ...logisticOptions, max_iterations: 1, tolerance: 1e-12 }, 'y', 'with.max_iterations'],
  ['a step of the optimiser too long', networkOptions({ learning_rate: 1e200 }), 'y', 'with.learning_rate'],
  ['a direction of nothing', boostedOptions({ monotone: { bb: 'increasing' } }), 'y', 'with.monotone.bb'],
  ['calibration of a regression', { ...boostedOptions(), calibrate: 'platt' }, 'number', 'with.calibrate'],
  ['more folds than rows of a class', { ...logisticOptions, calibrate: 'platt' }, 'y', 'with.calibrate_folds'],
])('%s is refused at its option', async (_, options, label, key) => {
  expect(await refusal(options, label)).toMatchObject({
    fix: expect.any(String),
    place: { file: 'modelyard.yaml', key },
  });
});

test('in a cross-validation and a trial the option is further down', async () => {
  const steps = new FoldSteps(temporaryFolder(), germanPath);
  await steps.split({ test: 0.5, stratify: 'creditability' });
  await steps.prepare(prepareOptions({ label: 'creditability', positive: 'bad' }));
  const wrong = boostedOptions({ monotone: { credit_ammount: 'increasing' } });
  const learners = { linear: logisticOptions, steep: wrong };
  await expect(steps.crossValidate(crossValidateOptions({ learners, folds: 2 }))).rejects.toMatchObject({
    fix: 'Did you mean credit_amount?',
    place: { key: 'with.learners.steep.monotone.credit_ammount' },
  });
  await expect(
    steps.learningCurve({ learners: { steep: wrong }, points: 2, smallest: 0.5, repeats: 1, threshold: 0.5, seed: 0 }),
  ).rejects.toMatchObject({ place: { key: 'with.learners.steep.monotone.credit_ammount' } });
  await expect(steps.trial({ options: wrong, folds: 2, seed: 0 })).rejects.toMatchObject({
    place: { key: 'with.space.boosted-trees.monotone.credit_ammount' },
  });
  expect(readCsvFrame(germanPath).columns.some(({ name }) => name === 'credit_amount')).toBe(true);
});
