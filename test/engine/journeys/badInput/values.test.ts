import { expect, test, vi } from 'vitest';
import { journey } from '../../../support/journey';
import { peopleConfig, peopleCsv } from '../../../support/people';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const at = journey();
const label = 'label: good, drop: [id]';

interface Case {
  readonly prepare: string;
  readonly csv: string;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** In people.csv; else the place is in the config. */
  readonly data?: { readonly line: number; readonly key: string };
  /** What the place in the config marks. */
  readonly marked: string;
}

const cases: readonly (readonly [string, Case])[] = [
  [
    'a label with one class',
    {
      prepare: label,
      csv: peopleCsv().replaceAll(',no\n', ',yes\n'),
      code: 'training.label',
      message: 'The label good has one class only (yes) in the training part; nothing can be learnt.',
      fix: 'Check that `label` names the outcome and that the data holds all of them; with few rows of one, split with `stratify: good`.',
      marked: 'label',
    },
  ],
  [
    'a label with missing values',
    {
      prepare: label,
      csv: peopleCsv({ line: 5, column: 'good', to: '' }, { line: 6, column: 'good', to: '' }),
      code: 'training.label',
      message: 'The label good has 2 missing values, the first in line 5 of people.csv.',
      fix: 'Leave out the rows without an outcome, or name another label.',
      data: { line: 5, key: 'good' },
      marked: 'label',
    },
  ],
  [
    'a positive class that does not occur',
    {
      prepare: 'label: good, positive: maybe',
      csv: peopleCsv(),
      code: 'training.label',
      message: '`positive: maybe` is not a class of the label good; its classes are no and yes.',
      fix: 'Set `positive` to no or yes.',
      marked: 'positive',
    },
  ],
  [
    'a text to be predicted as a number',
    {
      prepare: 'label: good, task: regression',
      csv: peopleCsv(),
      code: 'training.label',
      message: 'The label good is text (no, yes, …); a regression predicts a number.',
      fix: 'Remove `task: regression`, or name a column of numbers as `label`.',
      marked: 'task',
    },
  ],
  [
    'NaN that nothing fills in',
    {
      prepare: `${label}, numeric: {impute: none}`,
      csv: peopleCsv({ line: 5, column: 'income', to: 'NaN' }),
      code: 'training.numeric',
      message: 'income has missing values, the first in line 5 of people.csv, and `impute: none` refuses them.',
      fix: 'Set `impute: median` (or mean, zero; keep for trees) for it.',
      data: { line: 5, key: 'income' },
      marked: 'impute',
    },
  ],
  [
    'an infinite value',
    {
      prepare: label,
      csv: peopleCsv({ line: 5, column: 'income', to: '-inf' }),
      code: 'training.numeric',
      message: 'income is infinite in line 5 of people.csv.',
      fix: 'Correct the value, or list its text under `missing` of the dataset.',
      data: { line: 5, key: 'income' },
      marked: 'path',
    },
  ],
  [
    'a text among numbers',
    {
      prepare: `${label}, columns: {income: {type: numeric}}`,
      csv: peopleCsv({ line: 5, column: 'income', to: 'much' }),
      code: 'config.invalid',
      message: 'income is text and cannot be used as a number: "much" in line 5 of people.csv is none.',
      fix: 'Remove the exception for it under `columns`, or repair the values that are no numbers.',
      data: { line: 5, key: 'income' },
      marked: 'income',
    },
  ],
  [
    'no column to learn from',
    {
      prepare: 'label: good, drop: [id, age, income, city]',
      csv: peopleCsv(),
      code: 'config.invalid',
      message: 'No column is left to learn from.',
      fix: 'Take columns out of `drop`, or look why they have no values.',
      marked: 'drop',
    },
  ],
];

test.each(cases)('%s', async (_, { prepare, csv, data, marked, ...said }) => {
  // The newest tenth by id is the test part: line 5 is in the training part.
  at.write({ 'modelyard.yaml': peopleConfig({ split: 'test: 0.1, time: id', prepare }), 'people.csv': csv });
  const { code, message, fix, place, config, run } = await at.failure('prepare');
  expect({ code, message, fix }).toEqual(said);
  if (data) expect(place).toEqual({ file: 'people.csv', ...data });
  else expect(config).toBeUndefined();
  expect(at.marked(data ? config : place)).toBe(marked);
  // What it was doing last is not what it found.
  expect(run.step('prepare')).not.toHaveProperty('message');
  expect(JSON.parse(await at.artifact(run.pipelineRun.runId, 'split.json')).train).toHaveLength(54);
});

test('a class that only the test part has', async () => {
  const csv = peopleCsv({ line: 61, column: 'good', to: 'maybe' });
  const parts = { split: 'test: 0.1, time: id', prepare: `${label}, task: binary`, train: 'learner: logistic' };
  at.write({ 'modelyard.yaml': peopleConfig({ ...parts, evaluate: 'slices: []' }), 'people.csv': csv });
  const error = await at.failure('evaluate');
  expect(error).toMatchObject({
    code: 'training.label',
    message: 'The class maybe of good (line 61 of people.csv) does not occur in the training part.',
    fix: 'Split with `stratify: good`.',
    place: { file: 'people.csv', line: 61, key: 'good' },
  });
  const files = await at.client.call('runs/artifacts', { runId: error.run.pipelineRun.runId, path: 'model' });
  expect(files.map(file => file.path)).toContain('model/model.onnx');
});

test('missing and NaN cells are filled in, and infinite ones that the config calls missing', async () => {
  const csv = peopleCsv(
    { line: 3, column: 'income', to: '' },
    { line: 4, column: 'income', to: 'NaN' },
    { line: 5, column: 'income', to: 'inf' },
    { line: 6, column: 'city', to: '' },
  );
  at.write({
    'modelyard.yaml': peopleConfig({ dataset: 'missing: [inf]', split: 'test: 0.3', prepare: label }),
    'people.csv': csv,
  });
  expect(await at.run()).toMatchObject({ code: 0, pipelineRun: { status: 'succeeded' } });
});

test('the file changes between split and prepare', async () => {
  const config = peopleConfig({ split: 'test: 0.3', prepare: label }).replace(
    'prepare: {uses: prepare, needs: split',
    'change: {run: "echo 60,20,1000.5,Bern,no >> people.csv", needs: split}\n      prepare: {uses: prepare, needs: [split, change]',
  );
  at.write({ 'modelyard.yaml': config, 'people.csv': peopleCsv() });
  expect(await at.failure('prepare')).toMatchObject({
    code: 'conflict',
    message: 'The data of people has changed since it was split.',
    fix: 'Run the pipeline again from its split step.',
    place: { file: 'people.csv' },
    config: { line: 3, key: 'datasets.people.path' },
  });
});
