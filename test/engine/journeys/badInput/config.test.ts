import { expect, test, vi } from 'vitest';
import { journey } from '../../../support/journey';
import { peopleConfig, peopleCsv } from '../../../support/people';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const at = journey();
const good = peopleConfig({
  validate: true,
  split: 'test: 0.3',
  prepare: 'label: good',
  train: 'learner: logistic',
  evaluate: 'slices: []',
});
const tooLarge = /^modelyard\.yaml has [\d,]+ bytes; a config may have at most 1,000,000 characters\.$/;

interface Case {
  readonly text: string | Uint8Array;
  readonly message: RegExp;
  readonly line: number;
  readonly column: number;
  readonly key?: string;
}

const cases: readonly (readonly [string, Case])[] = [
  [
    'an unknown `uses`',
    {
      text: good.replace('uses: train', 'uses: trian'),
      message:
        /^modelyard\.yaml:10:21: `uses` must be `validate`, .* or `register`; here it is `trian`\. Did you mean `train`\?/,
      line: 10,
      column: 21,
      key: 'pipelines.train.steps.train.uses',
    },
  ],
  [
    'steps that need each other',
    {
      text: good.replace('uses: validate,', 'uses: validate, needs: evaluate,'),
      message:
        /These steps wait for each other: validate → evaluate → train → prepare → split → validate\. Remove one of these `needs`\.$/,
      line: 8,
      column: 35,
      key: 'pipelines.train.steps.split.needs',
    },
  ],
  [
    'a step that needs an unknown one',
    {
      text: good.replace('needs: prepare', 'needs: prepair'),
      message: /`train` needs a preparation, and no step before `train` makes one: add `needs: prepare` to `train`\./,
      line: 10,
      column: 21,
    },
  ],
  [
    'a misspelt key',
    {
      text: good.replace('test: 0.3', 'tets: 0.3'),
      message: /`tets`.* Did you mean `test`\?/,
      line: 8,
      column: 52,
      key: 'pipelines.train.steps.split.with.tets',
    },
  ],
  [
    'a bracket that is never closed',
    { text: good.replace('test: 0.3}}', 'test: 0.3}'), message: /^modelyard\.yaml:9:\d+: /, line: 9, column: 7 },
  ],
  [
    'tabs',
    {
      text: 'name: x\npipelines:\n\ttrain: 1\n',
      message: /^modelyard\.yaml:3:1: YAML does not allow tabs for indentation\. Use spaces\.$/,
      line: 3,
      column: 1,
    },
  ],
  [
    'nothing',
    { text: '', message: /^modelyard\.yaml:1:1: modelyard\.yaml is empty\. Begin with `name:`/, line: 1, column: 1 },
  ],
  ['10 MB in one line', { text: `${good}# ${'x'.repeat(10 << 20)}\n`, message: tooLarge, line: 1, column: 1 }],
  ['10 MB of keys', { text: good + 'key: value # and more\n'.repeat(480_000), message: tooLarge, line: 1, column: 1 }],
  [
    'no text',
    {
      text: Buffer.from([0, 1, 2, 255, 254, 3]),
      message: /^modelyard\.yaml is not a UTF-8 text\.$/,
      line: 1,
      column: 1,
    },
  ],
];

test.each(cases)('%s: exit code 2, nothing runs, the line is marked', async (_, { text, message, ...place }) => {
  at.write({ 'modelyard.yaml': text, 'people.csv': peopleCsv() });
  const before = await at.client.call('pipelines/runs', { limit: 1 });
  const started = performance.now();
  const { code, error } = await at.run();
  expect(code).toBe(2);
  expect(error?.code).toBe('config.invalid');
  expect(error?.message).toMatch(message);
  expect(error?.fix).toMatch(/\.$|\?/);
  expect(error?.place).toMatchObject({ file: 'modelyard.yaml', ...place });
  expect(await at.client.call('pipelines/runs', { limit: 1 })).toEqual(before);
  const [first] = await at.client.call('config/diagnose', {});
  expect(first?.range).toMatchObject({ startLine: place.line, startColumn: place.column });
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('`modelyard validate` lists every problem and leaves the data alone', async () => {
  const text = good
    .replace('uses: train', 'uses: trian')
    .replace('test:', 'tets:')
    .replace('needs: train', 'needs: tarin');
  at.write({ 'modelyard.yaml': text });
  const { code, json } = await at.cli('validate');
  expect(code).toBe(2);
  expect(json).toMatchObject({ datasets: [] });
  expect(await at.diagnostics()).toEqual(
    expect.arrayContaining([
      ['tets', expect.stringContaining('Did you mean `test`?')],
      ['trian', expect.stringContaining('Did you mean `train`?')],
      ['tarin', '`tarin` is not a step of this pipeline. Did you mean `train`?'],
    ]),
  );
});

test('a config that cannot be read does not disturb what has been done', async () => {
  at.write({ 'modelyard.yaml': peopleConfig({ validate: true }), 'people.csv': peopleCsv() });
  const { pipelineRun } = await at.run();
  at.write({ 'modelyard.yaml': '][' });
  expect(await at.client.call('pipelines/get', { id: pipelineRun.id })).toEqual(pipelineRun);
  expect((await at.cli('runs')).code).toBe(0);
});
