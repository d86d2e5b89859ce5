import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { journey } from '../../support/journey';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const { cases } = JSON.parse(readFileSync('test/fixtures/training/lightgbm.json', 'utf8'));
const { model, rows, scores, contributions } = cases[0];
const [broken] = model.split('left_child');

/** The reference's rows again and again; the label is what the model finds likelier, but for each fifth row. */
const table = Array.from({ length: 84 }, (_, i) => {
  const row = i % rows.length;
  const isBad = scores[row] > 0.5 !== (i % 5 === 0);
  return [...rows[row].map((cell: unknown) => cell ?? ''), isBad ? 'bad' : 'good'].join(',');
});
const names = '{label: outcome, classes: [good, bad], columns: [income, age of loan, debt, town, rooms]}';
const pipeline = JSON.parse(readFileSync('test/fixtures/training/onnx.json', 'utf8')).cases.at(-1);
const flats = Array.from({ length: 84 }, (_, i) => {
  const row = i % pipeline.rows.length;
  const isGood = pipeline.scores[row][1] > 0.5 !== (i % 5 === 0);
  return [...pipeline.rows[row], isGood ? 'good' : 'bad'].join(',');
});
const file = (name: string): string => path.join(at.folder, 'models', name);
const config = `name: imports
datasets:
  loans: {path: loans.csv}
  flats: {path: flats.csv}
models:
  theirs:
    stages: [dev, production]
    gates: {production: [{metric: accuracy, at_least: 0.7}]}
pipelines:
  judge:
    steps:
      split: {uses: split, with: {dataset: loans, test: 0.5}}
      import: {uses: import, with: {file: models/model.txt, ${names.slice(1)}}
      evaluate: {uses: evaluate, needs: [split, import], with: {bootstrap: 0, importance: 1}}
      register: {uses: register, needs: evaluate, with: {model: theirs, stage: production}}
  onnx:
    steps:
      split: {uses: split, with: {dataset: flats, test: 0.5}}
      import: {uses: import, with: {file: models/pipeline.onnx, label: outcome}}
      evaluate: {uses: evaluate, needs: [split, import], with: {bootstrap: 0, importance: 1, threshold: best}}
  broken:
    steps:
      import: {uses: import, with: {file: models/broken.txt}}
`;

beforeEach(() =>
  at.write({
    'modelyard.yaml': config,
    'loans.csv': `income,age of loan,debt,town,rooms,outcome\n${table.join('\n')}\n`,
    'flats.csv': `income,debt,city,rooms,outcome\n${flats.join('\n')}\n`,
    'models/pipeline.onnx': Buffer.from(pipeline.onnx, 'base64'),
    'models/model.txt': model,
    'models/broken.txt': broken,
    'models/model.pkl': Uint8Array.of(0x80, 4, 0x95),
  }),
);

test('a model of LightGBM is evaluated, explained and promoted through gates as one of ours', async () => {
  const { pipelineRun } = await at.run('judge');
  expect(pipelineRun).toMatchObject({ status: 'succeeded' });
  const { runId } = pipelineRun.steps[1]!;
  const evaluation = JSON.parse(await at.artifact(runId!, 'evaluation.json'));
  expect(evaluation.metrics.accuracy).toBeGreaterThan(0.7);
  expect(evaluation.explanation).toMatchObject({ method: 'tree-shap', unit: 'log-odds', rows: 42 });
  const { sample } = JSON.parse(await at.artifact(runId!, 'explanation.json'));
  for (const [place, row] of sample.rows.entries())
    for (const [feature, column] of ['income', 'age of loan', 'debt', 'town', 'rooms'].entries()) {
      const ours = sample.columns.find((one: { column: string }) => one.column === column).contributions[0][place];
      expect(ours).toBeCloseTo(contributions[row % rows.length][feature], 10);
    }
  expect(await at.artifact(runId!, 'source/model.txt')).toBe(model);
  const { holders } = await at.client.call('models/get', { name: 'theirs' });
  expect(holders).toEqual({ dev: undefined, production: 1 });
});

test('an ONNX file of any kind is evaluated', async () => {
  const { pipelineRun } = await at.run('onnx');
  expect(pipelineRun).toMatchObject({ status: 'succeeded' });
  const { runId } = pipelineRun.steps[1]!;
  const evaluation = JSON.parse(await at.artifact(runId!, 'evaluation.json'));
  expect(evaluation.metrics.accuracy).toBeGreaterThan(0.7);
  expect(evaluation.importance).toHaveLength(4);
  expect(evaluation.dependence.columns.map(({ column }: { column: string }) => column).sort()).toEqual([
    'city',
    'debt',
    'income',
    'rooms',
  ]);
  expect(evaluation).not.toHaveProperty('explanation');
  const predictions = (await at.artifact(runId!, 'predictions.csv')).trimEnd().split('\n').slice(1);
  for (const line of predictions) {
    const [row, , score] = line.split(',').map(Number);
    expect(score).toBeCloseTo(pipeline.scores[row! % pipeline.rows.length][1], 6);
  }
});

test('a model is registered without a pipeline; its gates wait for an evaluation', async () => {
  const said = await at.text(
    ...['models', 'import', file('model.txt'), '--name', 'direct', '--label', 'outcome', '--classes', 'good', 'bad'],
  );
  expect(said).toMatchObject({ code: 0, stderr: '' });
  expect(said.stdout).toBe('✓ direct version 1 begins in dev.\n  lightgbm, binary: 5 features, 6 trees\n');
  const { edges } = await at.client.call('lineage/graph', { node: 'direct', down: false });
  expect(edges.map(({ from, to }) => `${from.split(':')[0]} ${to}`)).toEqual([
    ...[expect.stringMatching(/^run version:direct@1$/), expect.stringMatching(/^file run:\d+$/)],
  ]);
  expect(
    (await at.client.call('lineage/affected', { node: 'models/model.txt' })).versions.map(({ id }) => id),
  ).toContain('version:direct@1');
  const again = await at.client.call('models/import', {
    file: 'models/model.txt',
    name: 'direct',
    description: 'as saved',
  });
  expect(again).toMatchObject({
    version: { model: 'direct', version: 2, description: 'as saved' },
    ...{ format: 'lightgbm', task: 'binary', features: 5, trees: 6, notes: [] },
  });
  const { versions } = await at.client.call('models/get', { name: 'direct' });
  expect(versions).toHaveLength(2);
  const { runId } = versions[1]!;
  const run = await at.client.call('runs/get', { run: runId! });
  expect(run).toMatchObject({ status: 'FINISHED', params: { learner: 'lightgbm' }, name: 'import of direct' });
  expect(await at.artifact(runId!, 'model/MLmodel')).toContain('probability_bad');
  const files = await at.client.call('runs/artifacts', { runId: runId!, path: 'model' });
  expect(files.map(file => path.basename(file.path))).toContain('model.onnx');
});

test('a file that is not whole is refused with its line, and nothing is registered', async () => {
  const wire = {
    code: 'data.unreadable',
    message: expect.stringMatching(/^models\/broken\.txt \(line \d+\) is not whole: “end of trees” is missing\.$/),
    place: { file: 'models/broken.txt', line: expect.any(Number) },
  };
  const said = await at.cli('models', 'import', file('broken.txt'), '--name', 'never');
  expect(said).toMatchObject({ code: 1, json: { error: wire } });
  const { run, ...error } = await at.failure('import', 'broken');
  expect(error).toMatchObject(wire);
  expect(at.marked(error.config)).toBe('file');
  expect(run.code).toBe(1);
  await expect(at.client.call('models/import', { file: 'models/model.pkl', name: 'never' })).rejects.toMatchObject({
    message: expect.stringMatching(/^models\/model\.pkl is a Python pickle/),
  });
  expect((await at.client.call('models/list', {})).map(({ name }) => name)).not.toContain('never');
  expect((await at.client.call('runs/search', { filter: "attributes.run_name = 'import of never'" })).runs).toEqual([]);
});
