import { expect, test, vi } from 'vitest';
import { journey } from '../../../support/journey';
import { peopleConfig, peopleCsv } from '../../../support/people';
import type { PeopleConfig } from '../../../support/people';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const at = journey();
const label = 'label: good, drop: [id]';

/** Step, config, the text that is marked in it, then what the run and the editor say. */
const misspelt: readonly (readonly [string, PeopleConfig, string, string, string])[] = [
  ['split', { split: 'test: 0.3, stratify: goood' }, 'stratify', 'goood, which is named as `stratify`', 'good'],
  ['split', { split: 'test: 0.3, group: citty' }, 'group', 'citty, which is named as `group`', 'city'],
  ['split', { split: 'test: 0.3, time: agee' }, 'time', 'agee, which is named as `time`', 'age'],
  ['prepare', { split: 'test: 0.3', prepare: 'label: god' }, 'label', 'god, which is named as `label`', 'good'],
  [
    'prepare',
    { split: 'test: 0.3', prepare: 'label: good, drop: [id, incom]' },
    'incom',
    'incom, which is named as one to `drop`',
    'income',
  ],
  [
    'prepare',
    { split: 'test: 0.3', prepare: 'label: good, columns: {citi: {encode: ordinal}}' },
    'citi',
    'citi, which is named as an exception under `columns`',
    'city',
  ],
];

test.each(misspelt)('%s %j', async (step, parts, marked, named, meant) => {
  at.write({ 'modelyard.yaml': peopleConfig(parts), 'people.csv': peopleCsv() });
  const error = await at.failure(step);
  expect(error).toMatchObject({
    code: 'data.column',
    message: `The data has no column ${named}.`,
    fix: `Did you mean ${meant}?`,
    place: { file: 'modelyard.yaml', line: step === 'split' ? 7 : 8 },
  });
  expect(error.place?.key).toMatch(new RegExp(`^pipelines\\.train\\.steps\\.${step}\\.with\\.`));
  expect(at.marked(error.place)).toBe(marked);
  const [column = ''] = named.split(',');
  expect(await at.diagnostics()).toEqual([
    [column, `Dataset \`people\` has no column \`${column}\`. Did you mean \`${meant}\`?`],
  ]);
});

test('a column that resembles none: those there are', async () => {
  at.write({ 'modelyard.yaml': peopleConfig({ split: 'test: 0.3, group: branch' }), 'people.csv': peopleCsv() });
  expect(await at.failure('split')).toMatchObject({ fix: 'Its columns are id, age, income, city, good.' });
});

test('in `expect`', async () => {
  const expectations = 'expect: [{row_count: [1, null]}, {column: agee, not_null: true}]';
  at.write({
    'modelyard.yaml': peopleConfig({ dataset: expectations, validate: true }),
    'people.csv': peopleCsv(),
  });
  const error = await at.failure('validate');
  expect(error).toMatchObject({
    code: 'data.column',
    message: 'people.csv: there is no column `agee`, which `expect:` of dataset people names.',
    fix: 'Did you mean `age`?',
    place: { file: 'people.csv', line: 1, key: 'agee' },
    config: { file: 'modelyard.yaml', line: 3, key: 'datasets.people.expect.1' },
  });
  expect(at.marked(error.config)).toBe('{column: agee, not_null: true}');
  expect(await at.diagnostics()).toEqual([['agee', 'Dataset `people` has no column `agee`. Did you mean `age`?']]);
});

test('a column of another kind than the option needs', async () => {
  at.write({ 'modelyard.yaml': peopleConfig({ split: 'test: 0.3, time: city' }), 'people.csv': peopleCsv() });
  const error = await at.failure('split');
  expect(error).toMatchObject({
    code: 'data.column',
    message: 'city is text; a split by time needs dates or numbers.',
    fix: 'Write the dates as ISO 8601 (2024-05-31), or split by another column.',
  });
  expect(at.marked(error.place)).toBe('time');
});

test('in slices, of the step and of gates; what the steps before made is used when only this one runs again', async () => {
  const parts = { split: 'test: 0.3', prepare: label, train: 'learner: logistic' };
  at.write({
    'modelyard.yaml': peopleConfig({ ...parts, evaluate: 'slices: [age <= 25]' }),
    'people.csv': peopleCsv(),
  });
  expect((await at.run()).code).toBe(0);
  const again = async (evaluate: string, gates?: string) => {
    at.write({ 'modelyard.yaml': peopleConfig({ ...parts, evaluate, ...(gates !== undefined && { gates }) }) });
    const error = await at.failure('evaluate', 'train', '--only', 'evaluate');
    return { ...error, marked: at.marked(error.place), diagnostics: await at.diagnostics() };
  };
  expect(await again('slices: [age <= 25, agee <= 25]')).toMatchObject({
    code: 'data.column',
    message: 'Condition `agee <= 25`: the data has no column `agee`.',
    fix: 'Did you mean `age`?',
    place: { line: 10, key: 'pipelines.train.steps.evaluate.with.slices.1' },
    marked: 'agee <= 25',
    diagnostics: [['agee', 'Dataset `people` has no column `agee`. Did you mean `age`?']],
  });
  expect(await again(`slices: ["age <= 'young'"]`)).toMatchObject({
    code: 'data.column',
    message: 'Condition `age <= \'young\'`: "young" cannot be compared with the column `age`, which holds numbers.',
    fix: 'Write a number.',
    marked: `"age <= 'young'"`,
  });
  expect(await again('slices: []', '{slice: agee <= 25, metric: auc, at_least: 0.5}')).toMatchObject({
    code: 'data.column',
    message: 'Condition `agee <= 25`: the data has no column `agee`.',
    place: { line: 12, key: 'models.m.gates.dev.0.slice' },
    marked: 'slice',
  });
});
