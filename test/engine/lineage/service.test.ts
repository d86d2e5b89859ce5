import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { LineageWorld } from '../../support/lineage';
import { arrows, first, node, openLineageWorld, second, shown } from '../../support/lineage';

const yaml = `name: credit
datasets:
  applications: {path: data/applications.csv}
  labels: {path: data/labels.csv}
pipelines:
  train:
    on: {change: [labels]}
    steps:
      validate: {uses: validate, with: {dataset: applications}}
      split: {uses: split, needs: validate}
      fetch: {run: "python fetch.py data/labels.csv"}
models:
  credit-risk: {stages: [dev, production]}
`;
const world = (text = yaml): Promise<LineageWorld> => openLineageWorld(text);

test('from a dataset to the version in production, and back; each with its line', async () => {
  const it = await world();
  const run = it.read('applications', first);
  const version = await it.register('credit-risk', run.id);
  await it.registry.promote({ name: 'credit-risk', version: version.version, to: 'production', reason: 'r' });
  const down = await it.lineage.graph({ node: 'applications' });
  expect(arrows(down)).toEqual([
    'data:applications@aaa read run:1',
    'dataset:applications part data:applications@aaa',
    'run:1 made version:credit-risk@1',
  ]);
  expect(node(down, 'dataset:applications')?.places).toEqual([
    { what: 'config', place: { file: 'modelyard.yaml', line: 3, column: 3, key: 'datasets.applications' } },
    { what: 'file', place: { file: 'data/applications.csv' } },
  ]);
  for (const name of ['credit-risk@1', 'credit-risk@production', 'credit-risk', 'version:credit-risk@1'])
    expect(shown(await it.lineage.graph({ node: name, down: false }))).toEqual([
      ...['version:credit-risk@1', 'run:1', 'data:applications@aaa'],
    ]);
  expect(node(await it.lineage.graph({ node: 'credit-risk' }), 'version:credit-risk@1')).toMatchObject({
    ...{ stage: 'production', isLive: true, runId: run.id, distance: 0 },
    places: [{ place: { line: 13, key: 'models.credit-risk' } }],
  });
});

test('people name things as they do everywhere', async () => {
  const it = await world();
  const run = it.read('applications', first);
  await it.register('credit-risk', run.id);
  it.registry.models.setAlias('credit-risk', 'champion', 1);
  const roots = async (...names: readonly string[]) =>
    Promise.all(names.map(async name => (await it.lineage.graph({ node: name })).root.replace(first, 'aaa')));
  expect(await roots('r-1', '1', run.id, run.id.slice(0, 12))).toEqual(['run:1', 'run:1', 'run:1', 'run:1']);
  expect(await roots('applications', 'applications@aaaa', 'labels', 'data/applications.csv')).toEqual([
    ...['dataset:applications', 'data:applications@aaa', 'dataset:labels', 'file:data/applications.csv'],
  ]);
  expect(await roots('credit-risk@champion', 'credit-risk@v1', './data/applications.csv')).toEqual([
    ...['version:credit-risk@1', 'version:credit-risk@1', 'file:data/applications.csv'],
  ]);
  for (const name of ['r-99', 'credit-risk@7', 'applications@ffff', 'nothing', 'version:no@1', 'data:applications@'])
    await expect(it.lineage.graph({ node: name })).rejects.toMatchObject({
      code: 'not-found',
      message: `Nothing here is called ${name}.`,
    });
});

test('nested runs, models that clients logged and those who used them', async () => {
  const it = await world();
  const parent = it.read('applications', first);
  const child = it.tracking.createRun({ experimentId: it.experiment, user: 'ada', parentRunId: parent.id }).id;
  const { number } = it.tracking.getRun(child);
  const model = 'm-' + '1'.repeat(32);
  it.store.db
    .prepare(
      `INSERT INTO logged_model (uuid, experiment_id, name, model_type, source_run, status, created_at, updated_at)
       VALUES (?, 0, 'forest', '', ?, 'LOGGED_MODEL_READY', 1, 1)`,
    )
    .run([model, child]);
  const user = it.newRun('scoring');
  it.store.db
    .prepare('INSERT INTO run_model_input (run_id, model) VALUES (?, ?)')
    .run([it.tracking.getRun(user).number, model]);
  it.registry.models.ensure('credit-risk', '');
  await it.create('credit-risk', { loggedModel: model });
  expect(arrows(await it.lineage.graph({ node: `applications@aaaaaa`, up: false }))).toEqual([
    'data:applications@aaa read run:1',
    `logged-model:${model} registered version:credit-risk@1`,
    `logged-model:${model} used run:${number + 1}`,
    `run:1 part run:${number}`,
    `run:${number} made logged-model:${model}`,
  ]);
  const up = await it.lineage.graph({ node: 'credit-risk@1', down: false });
  expect(up.nodes.map(({ distance }) => distance)).toEqual([0, -1, -2, -3, -4]);
});

test('a dataset that a run made is no end: what was made of it is affected as well', async () => {
  const it = await world();
  const maker = it.read('applications', first);
  it.tracking.logArtifact(maker.id, 'features.csv', { digest: second, size: 3 });
  const user = it.read('features', second);
  it.tracking.logArtifact(user.id, 'copy.csv', { digest: second, size: 3 }); // it has read that, not made it
  await it.register('credit-risk', user.id);
  const down = await it.lineage.graph({ node: 'applications', up: false });
  expect(arrows(down).filter(arrow => arrow.includes('features'))).toEqual([
    'data:features@bbb read run:2',
    'run:1 made data:features@bbb',
  ]);
  const affected = await it.lineage.affected('applications');
  expect(affected.data.map(({ dataset }) => dataset)).toEqual(['features']);
  expect(affected.versions.map(({ model, version }) => `${model}@${version}`)).toEqual(['credit-risk@1']);
});

test('what was compared with a champion, or started by what was seen, is shown and is not affected', async () => {
  const it = await world();
  const old = it.read('applications', first);
  await it.register('credit-risk', old.id);
  const next = it.read('labels', second);
  it.tracking.setTags(next.id, { 'modelyard.champion': 'credit-risk@1' });
  it.store.db.exec(`
    INSERT INTO pipeline_run (id, uuid, pipeline, run_id, status, config_digest, started_at)
      VALUES (1, '${'c'.repeat(32)}', 'train', ${next.number}, 'succeeded', '', 1);
    INSERT INTO trigger_firing (id, pipeline, kind, cause, says, chain, at, state, pipeline_run_id)
      VALUES (5, 'train', 'metric', 'k', 'auc of r-1 was 0.6', '["train"]', 2, 'started', 1);
    INSERT INTO trigger_watched VALUES (5, 'run:1');`);
  expect(arrows(await it.lineage.graph({ node: 'r-1', up: false }))).toEqual([
    'run:1 made version:credit-risk@1',
    'run:1 watched trigger:5',
    'trigger:5 started run:2',
    'version:credit-risk@1 compared run:2',
  ]);
  const affected = await it.lineage.affected('r-1');
  expect(affected.runs.map(run => run.number)).toEqual([1]);
  expect(affected.started.map(run => run.number)).toEqual([2]);
  expect(shown(await it.lineage.graph({ node: 'r-2', down: false, depth: 1 }))).toEqual([
    ...['run:2', 'data:labels@bbb', 'version:credit-risk@1', 'trigger:5'],
  ]);
});

test('a study stands with its trials as one, and goes back to its run', async () => {
  const it = await world();
  const run = it.read('applications', first);
  const { db } = it.store;
  db.exec(`INSERT INTO study (id, uuid, pipeline, step, status, fingerprint, detail, trials_wanted, started_at)
    VALUES (3, '${'d'.repeat(32)}', 'train', 'tune', 'finished', '', '{}', 4, 1)`);
  for (let number = 0; number < 4; number++) {
    const tags = { 'modelyard.study': 'x' };
    const trial = it.tracking.createRun({ experimentId: it.experiment, user: 'a', parentRunId: run.id, tags });
    db.exec(`INSERT INTO trial (study_id, number, state, source, params, run_id)
      VALUES (3, ${number}, 'complete', 'sampled', '{}', ${it.tracking.getRun(trial.id).number})`);
  }
  const down = await it.lineage.graph({ node: 'r-1', up: false });
  expect(arrows(down)).toEqual(['run:1 part study:3', 'study:3 part group:down:part:run:of study:3']);
  expect(node(down, 'study:3')).toMatchObject({ number: 3, trials: 4, step: 'tune' });
  expect(node(down, 'group:down:part:run:of study:3')).toMatchObject({ of: 'run', count: 4 });
  const opened = await it.lineage.graph({ node: 's-3', up: false, opened: ['group:down:part:run:of study:3'] });
  expect(shown(opened)).toEqual(['study:3', 'run:2', 'run:3', 'run:4', 'run:5']);
  expect(shown(await it.lineage.graph({ node: 'r-3', down: false }))).toEqual([
    ...['run:3', 'study:3', 'run:1', 'data:applications@aaa'],
  ]);
  expect((await it.lineage.affected('applications')).runCount).toBe(5);
});

test('what is in use comes first, with what to do: a version before it, the pipeline to run', async () => {
  const it = await world();
  const good = it.read('applications', second);
  await it.register('credit-risk', good.id);
  for (let n = 0; n < 3; n++) await it.register('credit-risk', it.read('applications', first).id);
  await it.registry.promote({ name: 'credit-risk', version: 3, to: 'production', reason: 'r' });
  const found = await it.lineage.affected('applications@aaaa');
  expect(found.versions.map(({ version, stage, isLive }) => [version, stage, isLive])).toEqual([
    [3, 'production', true],
    [4, 'dev', false],
    [2, 'dev', false],
  ]);
  expect([found.versionCount, found.liveCount, found.runCount]).toEqual([3, 1, 3]);
  expect(found.uses.map(({ pipeline, step, place }) => [pipeline, step, place.line])).toEqual([
    ['train', 'validate', 9],
    ['train', 'split', 10],
  ]);
  expect(found.next).toEqual([
    { kind: 'version', model: 'credit-risk', version: 3, stage: 'production', instead: 1 },
    { kind: 'run', pipeline: 'train' },
  ]);
  await it.registry.promote({ name: 'credit-risk', version: 1, to: 'production', reason: 'r' });
  await it.registry.promote({ name: 'credit-risk', version: 4, to: 'production', reason: 'r' });
  expect((await it.lineage.affected('applications@aaaa')).next[0]).toEqual({
    ...{ kind: 'version', model: 'credit-risk', version: 4, stage: 'production', instead: 1, hasHeld: true },
  });
});

test('what is in a stage after the first is in use: somebody tries it there', async () => {
  const it = await world();
  it.models['credit-risk'] = { stages: ['dev', 'staging', 'production'], gates: {} };
  for (let n = 0; n < 2; n++) await it.register('credit-risk', it.read('applications', first).id);
  await it.registry.promote({ name: 'credit-risk', version: 1, to: 'staging', reason: 'r' });
  const { versions, liveCount } = await it.lineage.affected('applications@aaaa');
  expect(versions.map(({ stage, isLive }) => [stage, isLive])).toEqual([
    ['staging', true],
    ['dev', false],
  ]);
  expect(liveCount).toBe(1);
});

test('steps that test a model, judge parts of its data or compare other data with it use them', async () => {
  const it = await world(`name: credit
datasets:
  applications: {path: data/applications.csv}
  labels: {path: data/labels.csv, expect: [{row_count_of: applications}]}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: applications}}
      parts: {uses: validate, needs: split, with: {dataset: applications, train_test: true}}
      prepare: {uses: prepare, needs: split, with: {label: a}}
      fit: {uses: train, needs: prepare, with: {learner: logistic}}
      test: {uses: test, needs: fit, with: {model: credit-risk}}
  labels:
    steps:
      validate: {uses: validate, with: {dataset: labels}}
models:
  credit-risk: {stages: [dev, production]}
`);
  await it.register('credit-risk', it.read('applications', first).id);
  const steps = async (name: string) =>
    (await it.lineage.affected(name)).uses.map(({ pipeline, step }) => `${pipeline}/${step ?? ''}`);
  expect(await steps('applications')).toEqual(['train/split', 'train/parts', 'labels/validate']);
  expect(await steps('credit-risk@1')).toEqual(['train/test']);
});

test('a file is the dataset that lies there, what commands read, and the program of a run', async () => {
  const it = await world();
  const found = await it.lineage.affected('data/labels.csv').catch((error: unknown) => error);
  expect(found).toMatchObject({ code: 'not-found' }); // neither a file nor read by anything
  writeFileSync(path.join(it.store.root, 'data/labels.csv'), 'y\n1\n');
  const labels = await it.lineage.affected('data/labels.csv');
  expect(labels.uses.map(({ step, place }) => [step, place.line])).toEqual([[undefined, 7], ['fetch', 11]]); // prettier-ignore
  const program = it.newRun('by hand');
  it.tracking.setTags(program, { 'mlflow.source.name': path.join(it.store.root, 'train.py') });
  writeFileSync(path.join(it.store.root, 'train.py'), '');
  const up = await it.lineage.graph({ node: 'r-1' });
  expect(arrows(up)).toEqual(['file:train.py code run:1']);
  expect(node(up, 'run:1')?.places).toEqual([{ what: 'code', place: { file: 'train.py' } }]);
  const affected = await it.lineage.affected('train.py');
  expect([affected.runCount, affected.next]).toEqual([
    1,
    [{ kind: 'program', source: path.join(it.store.root, 'train.py') }],
  ]);
});

test('data whose file nobody has seen here, of runs that were imported, is that of its dataset', async () => {
  const it = await world(yaml.replace('data/applications', './data/applications'));
  const run = it.read('applications', first);
  await it.register('credit-risk', run.id);
  const affected = await it.lineage.affected('data/applications.csv');
  expect([affected.runCount, affected.versionCount]).toEqual([1, 1]);
  expect(affected.uses.map(({ step }) => step)).toEqual(['validate', 'split']);
  writeFileSync(path.join(it.store.root, 'data/labels.csv'), 'y\n1\n');
  expect((await it.lineage.affected('data/labels.csv')).runCount).toBe(0);
});

test('a modelyard.yaml that cannot be read takes the places away, not the lineage', async () => {
  const it = await world('name: [');
  const run = it.read('applications', first);
  await it.register('credit-risk', run.id);
  const graph = await it.lineage.graph({ node: 'applications' });
  expect(shown(graph)).toEqual(['dataset:applications', 'data:applications@aaa', 'run:1', 'version:credit-risk@1']);
  expect(graph.nodes.flatMap(({ places }) => places)).toEqual([]);
  expect((await it.lineage.affected('applications')).uses).toEqual([]);
});
