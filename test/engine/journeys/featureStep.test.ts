import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { journey } from '../../support/journey';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

const config = (expression: string): string => `name: purchases
tracking: {system_metrics: false}
datasets:
  purchases: {path: purchases.csv}
  asked: {path: asked.csv}
  training: {path: made/training.csv}
entities:
  person: {key: id, type: integer}
features:
  purchases:
    entity: person
    source: purchases
    event_time: bought_at
    created_time: known_at
    ttl: 9000d
    columns: [amount]
    compute: {scaled: ${expression}}
feature_services:
  likes: {features: [purchases]}
pipelines:
  train:
    steps:
      features: {uses: features, with: {service: likes, entities: asked, event_time: at, as: training}}
      split: {uses: split, needs: features, with: {test: 0.3, stratify: good, seed: 1}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [id, at]}}
      train: {uses: train, needs: prepare, with: {learner: logistic}}
      evaluate: {uses: evaluate, needs: train, with: {importance: 0, dependence: 0, bootstrap: 0, worst_slices: 0}}
      register: {uses: register, needs: evaluate, with: {model: m}}
models:
  m: {stages: [dev]}
`;

const people = Array.from({ length: 120 }, (_, i) => i + 1);
/** What was known of a person when it was asked about; of every tenth nothing. */
const amount = (id: number): number => (id % 7) * 100;
const purchases = people
  .filter(id => id % 10 !== 0)
  .flatMap(id => [
    `${id},2024-01-10T00:00:00Z,2024-01-11T00:00:00Z,1`,
    `${id},2024-02-10T00:00:00Z,2024-02-11T00:00:00Z,${amount(id)}`,
    `${id},2024-02-20T00:00:00Z,2024-06-01T00:00:00Z,77777`,
    `${id},2024-04-01T00:00:00Z,2024-04-01T00:00:00Z,99999`,
  ]);
const rows = people.map(id => `${id},2024-03-01T00:00:00Z,${amount(id) > 250 ? 'yes' : 'no'}`);
const files = {
  'purchases.csv': `id,bought_at,known_at,amount\n${purchases.join('\n')}\n`,
  'asked.csv': `id,at,good\n${rows.join('\n')}\n`,
};
/** The training set as it must be, written down from the rule. */
const training = (scale: number): string =>
  `id,at,good,amount,scaled\n${people
    .map((id, i) => `${rows[i]},${id % 10 === 0 ? ',' : `${amount(id)},${amount(id) * scale}`}`)
    .join('\n')}\n`;
const madeFile = () => path.join(at.folder, 'made', 'training.csv');
const made = (): string => readFileSync(madeFile(), 'utf8');
const statuses = (run: Awaited<ReturnType<typeof at.run>>): string =>
  run.pipelineRun.steps.map(({ name, status }) => `${name} ${status}`).join(', ');

/** It joins them to the rows that ask, and the model that is trained on them says which. */
async function joins(): Promise<void> {
  at.write({ 'modelyard.yaml': config('amount * 2'), ...files });
  const there = await at.client.call('datasets/validate', {});
  expect(there.map(({ version }) => version.name)).toEqual(['purchases', 'asked']);
  const first = await at.run('train');
  expect(first.pipelineRun.status, JSON.stringify(first.error)).toBe('succeeded');
  expect(made()).toBe(training(2));
  expect(first.step('features').message).toBe('120 rows × 2 features, 10.0 % missing');

  const { runId } = first.step('train');
  const use = {
    service: 'likes',
    definition: expect.stringMatching(/^[0-9a-f]{64}$/),
    features: [
      { column: 'amount', reference: 'purchases@v1:amount' },
      { column: 'scaled', reference: 'purchases@v1:scaled' },
    ],
    keys: ['id'],
    request: [],
  };
  expect(parse(await at.artifact(runId!, 'model/MLmodel'))).toMatchObject({ metadata: { modelyard_features: use } });
  expect(JSON.parse(await at.artifact(runId!, 'feature_set.json'))).toEqual(use);
  expect(await at.artifact(runId!, 'training_sets/training.csv')).toBe(training(2));
  const versions = await at.client.call('datasets/versions', { name: 'training' });
  expect(versions.versions).toHaveLength(1);
}

/** A server looks up what a row lacks; what it brings itself is taken as it is. */
async function serves(): Promise<void> {
  await at.client.call('features/materialise', {});
  const { url, token = '', id } = await at.client.call('serving/start', { model: 'm', at: '1' });
  const post = (row: object) =>
    fetch(`${url}/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ dataframe_records: [row] }),
    });
  const [looked, given, unknown, keyless] = await Promise.all(
    [{ id: 5 }, { amount: 99999, scaled: 199998 }, { id: 10 }, { other: 1 }].map(post),
  );
  expect(await looked?.json()).toEqual(await given?.json());
  const absent = (response: Response | undefined) => response?.headers.get('x-modelyard-absent-features');
  expect([looked, given, unknown].map(absent)).toEqual(['0', null, '2']);
  expect(unknown?.status).toBe(200);
  expect(keyless?.status).toBe(400);
  expect(await keyless?.json()).toMatchObject({ message: expect.stringContaining('no id to look it up with') });
  await at.client.call('serving/stop', { id });
  const [view] = (await at.client.call('features/list', {})).views;
  expect(view?.consumers).toEqual({
    services: ['likes'],
    models: [{ model: 'm', version: 1, stage: 'dev' }],
    endpoints: [],
  });
}

/** From the data through the view and the training set to what serves, and from there back. */
async function traces(): Promise<void> {
  const { id, url } = await at.client.call('serving/start', { model: 'm', at: '1', token: null });
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const set = `data:training@${sha(training(2))}`;
  const [source, asked] = [`data:purchases@${sha(files['purchases.csv'])}`, `data:asked@${sha(files['asked.csv'])}`];
  const affected = await at.cli('affected', 'dataset:purchases');
  expect(affected).toMatchObject({
    code: 0,
    json: {
      ...{ views: [{ id: 'view:purchases@v1' }], data: [{ id: set, rows: 120 }], runCount: 1, liveCount: 1 },
      ...{ versions: [{ id: 'version:m@1' }], endpoints: [{ model: 'm', version: 1, url }] },
      uses: ['features', 'split'].map(step => ({ pipeline: 'train', step })),
    },
  });
  const graph = await at.client.call('lineage/graph', { node: url, down: false, steps: true });
  const edges = graph.edges.map(({ from, to, relation }) => `${from} ${relation} ${to}`);
  expect(edges).toEqual(
    expect.arrayContaining([
      `${source} read view:purchases@v1`,
      `view:purchases@v1 joined ${set}`,
      `service:likes joined ${set}`,
      `${asked} joined ${set}`,
      `step:features@1 made ${set}`,
      `${set} read run:1`,
      'run:1 made version:m@1',
      `version:m@1 served endpoint:${id}`,
    ]),
  );
  await at.client.call('serving/stop', { id });
}

/** What was joined is taken from an earlier run, and put back where it is gone. */
async function restores(): Promise<void> {
  const [, ...later] = ['features', 'split', 'prepare', 'train', 'evaluate'];
  const cached = ['features', ...later].map(name => `${name} cached`).join(', ');
  expect(statuses(await at.run('train'))).toBe(`${cached}, register succeeded`);
  rmSync(madeFile());
  expect(statuses(await at.run('train'))).toBe(`${cached}, register succeeded`);
  expect(made()).toBe(training(2));
  writeFileSync(madeFile(), 'id\n1\n');
  expect(statuses(await at.run('train'))).toBe(`${cached}, register succeeded`);
  expect(made()).toBe(training(2));
}

/** Another expression is another version of the view, and all that follows is made anew. */
async function makesAnew(): Promise<void> {
  at.write({ 'modelyard.yaml': config('amount * 3') });
  const plan = await at.client.call('pipelines/plan', { pipeline: 'train' });
  expect(plan.steps[0]).toMatchObject({ decision: 'runs', reason: '`view purchases` v1 → v2' });
  const run = await at.run('train');
  expect(run.pipelineRun.steps.map(({ status }) => status)).not.toContain('cached');
  expect(made()).toBe(training(3));
}

/** A source that has changed is seen, and a join that fails leaves the file as it was. */
async function keeps(): Promise<void> {
  at.write({ 'purchases.csv': files['purchases.csv'].replace('amount', 'price') });
  const plan = await at.client.call('pipelines/plan', { pipeline: 'train' });
  expect(plan.steps[0]).toMatchObject({
    decision: 'runs',
    reason: expect.stringContaining('purchases.csv has changed'),
  });
  const before = made();
  const failure = await at.failure('features', 'train');
  expect(failure).toMatchObject({ code: 'data.column', place: { file: 'modelyard.yaml', line: 16 } });
  expect(made()).toBe(before);
  expect(existsSync(`${madeFile()}.tmp`)).toBe(false);
}

test('a step makes a training set of features, whole and anew when something of it has changed', async () => {
  await joins();
  await traces();
  await serves();
  await restores();
  await makesAnew();
  await keeps();
});
