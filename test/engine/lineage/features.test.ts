import { expect, test } from 'vitest';
import { FeatureStore } from '../../../engine/features/store';
import { TrainingSetStore } from '../../../engine/features/offline/trainingSetStore';
import { digest } from '../../../engine/ids';
import type { FeatureViewDefinition } from '../../../engine/protocol/features';
import type { Endpoint } from '../../../engine/protocol/serving';
import type { LineageWorld } from '../../support/lineage';
import { arrows, node, openLineageWorld } from '../../support/lineage';

const yaml = `name: credit
datasets:
  statements: {path: data/statements.csv}
  clients: {path: data/clients.csv}
  asked: {path: data/asked.csv}
  training: {path: data/training.csv}
features:
  statements: {entity: client, source: statements, event_time: at, columns: [bill]}
  clients: {entity: client, source: clients, columns: [credit_limit]}
  use:
    uses: ["statements:bill", "clients:credit_limit"]
    compute: {use: "bill / credit_limit"}
feature_services:
  default-risk: {features: [use, "statements:bill"]}
pipelines:
  train:
    steps:
      features: {uses: features, with: {service: default-risk, entities: asked, as: training}}
      split: {uses: split, needs: features}
  other:
    steps:
      split: {uses: split, with: {dataset: clients}}
      online: {uses: materialise}
      limits: {uses: check-features, with: {views: clients}}
models:
  credit-risk: {stages: [dev, production]}
`;
const batch = (dataset: string, feature: string): FeatureViewDefinition => ({
  ...{ kind: 'batch', push: false, timezone: 'UTC', entities: [{ entity: 'client', key: 'client', type: 'integer' }] },
  source: { dataset, path: `data/${dataset}.csv`, format: 'csv', missing: [] },
  features: [{ name: feature, type: 'number', from: { kind: 'column', column: feature } }],
});
const [asked, old, wrong, clients] = ['1', '2', '3', '4'].map(sign => digest(sign.repeat(64)));
const sets = [digest('5'.repeat(64)), digest('6'.repeat(64))] as const;
/** Names for digests, to be read. */
const readable = (text: string): string =>
  text.replace(
    /@([1-6])\1{63}/g,
    (_, sign: string) => ['', '@asked', '@old', '@wrong', '@c', '@t1', '@t2'][Number(sign)] ?? '',
  );

const endpoint: Endpoint = {
  ...{ id: 7, model: 'credit-risk', at: 'production', version: 2, url: 'http://127.0.0.1:5001', token: 'secret' },
  ...{ startedAt: 0, requests: 0, errors: 0 },
};

/** Two runs that joined and trained: the first from old statements, the second from wrong ones. */
async function world(): Promise<LineageWorld> {
  const it = await openLineageWorld(yaml);
  const views = new FeatureStore(it.store.db);
  views.record('statements', { definition: batch('statements', 'bill'), hash: 'a' }, 1);
  views.record('clients', { definition: batch('clients', 'credit_limit'), hash: 'b' }, 2);
  const use: FeatureViewDefinition = {
    ...{ kind: 'on-demand', request: {}, uses: ['statements@v1:bill', 'clients@v1:credit_limit'] },
    features: [{ name: 'use', type: 'number', from: { kind: 'expression', expression: 'bill / credit_limit' } }],
  };
  views.record('use', { definition: use, hash: 'c' }, 3);
  for (const [at, statements] of [old, wrong].entries()) {
    const made = sets[at] ?? sets[0];
    const run = it.newRun('train');
    it.tracking.logInputs(run, [
      { dataset: 'asked', digest: asked ?? '', context: 'entities' },
      { dataset: 'statements', digest: statements ?? '', context: 'features' },
      { dataset: 'clients', digest: clients ?? '', context: 'features' },
      { dataset: 'training', digest: made, context: 'training' },
    ]);
    it.tracking.logArtifact(run, 'training_sets/training.csv', { digest: made, size: 3 });
    joined(it, made);
    await it.register('credit-risk', run);
    it.featureModels.push({
      ...{ model: 'credit-risk', version: at + 1, service: 'default-risk', endpoints: [] },
      features: ['use@v1:use', 'statements@v1:bill'],
    });
  }
  await it.registry.promote({ name: 'credit-risk', version: 2, to: 'production', reason: 'r' });
  it.endpoints.push(endpoint);
  return it;
}

function joined(it: LineageWorld, made: string, dataset?: null): void {
  new TrainingSetStore(it.store.db).put({
    ...{ digest: made, path: 'data/training.csv', service: 'default-risk', definition: 'd', columns: [], rows: 30 },
    ...(dataset === undefined && { dataset: 'training' }),
    ...{ views: ['statements@v1', 'use@v1', 'clients@v1'], entities: 'asked', entitiesDigest: asked ?? '' },
    ...{ mode: 'known', createdAt: 1 },
  });
}

test('from what serves through the training set and its views to the versions of their data', async () => {
  const it = await world();
  const graph = await it.lineage.graph({ node: 'http://127.0.0.1:5001', down: false });
  expect(arrows(graph).map(readable)).toEqual([
    'data:asked@asked joined data:training@t2',
    'data:asked@asked read run:2',
    'data:clients@c joined data:training@t2',
    'data:clients@c read run:2',
    'data:clients@c read view:clients@v1',
    'data:statements@old read view:statements@v1',
    'data:statements@wrong joined data:training@t2',
    'data:statements@wrong read run:2',
    'data:statements@wrong read view:statements@v1',
    'data:training@t2 read run:2',
    'dataset:clients read view:clients@v1',
    'dataset:statements read view:statements@v1',
    'run:2 made version:credit-risk@2',
    'service:default-risk joined data:training@t2',
    'version:credit-risk@2 served endpoint:7',
    'view:clients@v1 joined data:training@t2',
    'view:clients@v1 read run:2',
    'view:clients@v1 used view:use@v1',
    'view:statements@v1 joined data:training@t2',
    'view:statements@v1 listed service:default-risk',
    'view:statements@v1 read run:2',
    'view:statements@v1 used view:use@v1',
    'view:use@v1 joined data:training@t2',
    'view:use@v1 listed service:default-risk',
    'view:use@v1 read run:2',
  ]);
  expect(node(graph, 'endpoint:7')).toStrictEqual({
    ...{ kind: 'endpoint', id: 'endpoint:7', model: 'credit-risk', version: 2, at: 'production', distance: 0 },
    ...{
      url: 'http://127.0.0.1:5001',
      places: [{ what: 'config', place: expect.objectContaining({ line: 26, key: 'models.credit-risk' }) }],
    },
  });
});

test('a view is found by its name and version, stands at its line and says its alerts', async () => {
  const it = await world();
  it.store.db.exec(`INSERT INTO feature_alert (view_version_id, kind, message, value, bound, since, ended_at) VALUES
    (1, 'age', 'over', 1, 1, 1, 2), (1, 'age', 'first', 1, 1, 3, NULL), (1, 'nulls', 'second', 1, 1, 4, NULL)`);
  const roots = [
    'statements@v1',
    'view:statements',
    'view:statements@v1',
    'use',
    'default-risk',
    'service:default-risk',
  ];
  const ids = await Promise.all(roots.map(async name => (await it.lineage.graph({ node: name })).root));
  expect(ids).toEqual([
    ...['view:statements@v1', 'view:statements@v1', 'view:statements@v1', 'view:use@v1'],
    ...['service:default-risk', 'service:default-risk'],
  ]);
  expect((await it.lineage.graph({ node: 'statements' })).root).toBe('dataset:statements');
  expect((await it.lineage.graph({ node: 'endpoint:credit-risk@production' })).root).toBe('endpoint:7');
  const graph = await it.lineage.graph({ node: 'view:use', down: false });
  expect(node(graph, 'view:statements@v1')).toMatchObject({
    ...{ computed: 'batch', features: 1, source: 'statements', alertCount: 2, alerts: ['second', 'first'] },
    places: [{ what: 'config', place: { file: 'modelyard.yaml', line: 8, key: 'features.statements' } }],
  });
  expect(node(graph, 'view:use@v1')).toMatchObject({ computed: 'on-demand', alertCount: 0, alerts: [] });
  const service = node(await it.lineage.graph({ node: 'default-risk' }), 'service:default-risk');
  expect(service?.places).toMatchObject([{ place: { line: 14, key: 'feature_services.default-risk' } }]);
  await expect(it.lineage.graph({ node: 'statements@v2' })).rejects.toMatchObject({ code: 'not-found' });
});

test('if a dataset is wrong, so are its views, their training sets, runs, versions and what serves them', async () => {
  const it = await world();
  const found = await it.lineage.affected('dataset:statements');
  expect(found.views.map(({ id }) => id)).toEqual(['view:statements@v1', 'view:use@v1']);
  expect(found.data.map(({ id }) => readable(id)).toSorted()).toEqual(['data:training@t1', 'data:training@t2']);
  expect(found.runs.map(({ number }) => number)).toEqual([2, 1]);
  expect(found.versions.map(({ version, isLive }) => [version, isLive])).toEqual([[2, true], [1, false]]); // prettier-ignore
  expect(found.endpoints.map(({ url, at }) => [url, at])).toEqual([['http://127.0.0.1:5001', 'production']]);
  expect(found.uses.map(({ pipeline, step }) => [pipeline, step])).toEqual([
    ['train', 'features'],
    ['train', 'split'],
    ['other', 'online'],
  ]);
  expect(found.viewCount).toBe(2);
  expect((await it.lineage.affected('data/statements.csv').catch(error => error)).code).toBe('not-found');
});

test('one version of the data is not to blame for what was joined from another', async () => {
  const it = await world();
  const found = await it.lineage.affected('statements@333333');
  expect(found.runs.map(({ number }) => number)).toEqual([2]);
  expect(found.versions.map(({ version }) => version)).toEqual([2]);
  expect(found.data.map(({ id }) => readable(id))).toEqual(['data:training@t2']);
  expect(found.views.map(({ id }) => id)).toEqual(['view:statements@v1']);
  expect(found.endpoints).toHaveLength(1);
  const rows = await it.lineage.affected('asked@1111');
  expect(rows.data.map(({ id }) => readable(id)).toSorted()).toEqual(['data:training@t1', 'data:training@t2']);
});

test('what only a server uses is in use, with what to do about that', async () => {
  const it = await world();
  it.endpoints.splice(0, 1, { ...endpoint, at: '1', version: 1 });
  const found = await it.lineage.affected('statements@2222');
  expect(found.versions[0]).toMatchObject({ version: 1, stage: 'dev', isLive: true, isOnlyServed: true });
  expect([found.liveCount, found.next[0]]).toEqual([
    1,
    { kind: 'endpoint', model: 'credit-risk', version: 1, url: 'http://127.0.0.1:5001' },
  ]);
});

test('a set that no run made comes from its views; a file that is no dataset stands for itself', async () => {
  const it = await world();
  const [byHand, loose] = [digest('7'.repeat(64)), digest('8'.repeat(64))];
  joined(it, byHand);
  joined(it, loose, null);
  const down = await it.lineage.graph({ node: 'view:clients', up: false, depth: 1 });
  const sevens = arrows(down).filter(arrow => /data:training@7|file:/.test(arrow));
  expect(sevens).toEqual([
    `view:clients@v1 joined data:training@${byHand}`,
    'view:clients@v1 joined file:data/training.csv',
  ]);
  expect(node(down, `data:training@${byHand}`)).toMatchObject({ dataset: 'training', rows: 30 });
  const affected = await it.lineage.affected('clients');
  expect(affected.data.map(({ id }) => id)).toContain(`data:training@${byHand}`);
  expect((await it.lineage.affected(`clients@4444`)).data.map(({ id }) => id)).not.toContain(`data:training@${byHand}`);
});

test('a model that was trained elsewhere says which features it takes', async () => {
  const it = await world();
  it.registry.models.ensure('other', '');
  await it.create('other');
  it.featureModels.push({
    ...{ model: 'other', version: 1, service: 'default-risk', features: ['statements@v1:bill', '?'], endpoints: [] },
  });
  expect(arrows(await it.lineage.graph({ node: 'other@1', down: false, depth: 1 }))).toEqual([
    'service:default-risk used version:other@1',
    'view:statements@v1 used version:other@1',
  ]);
  const found = await it.lineage.affected('service:default-risk');
  expect(found.versions.map(({ id }) => id)).toContain('version:other@1');
});

test('a thousand versions of models and a hundred of a view are counted, not drawn', async () => {
  const it = await world();
  const views = new FeatureStore(it.store.db);
  for (let n = 0; n < 100; n++)
    views.record('statements', { definition: batch('statements', `f${n}`), hash: `v${n}` }, n);
  it.store.db.exec(`
    WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 1002)
      INSERT INTO model_version (model_id, version, run_id, source, storage, stage, created_at, updated_at, created_by, metrics, lineage)
      SELECT 1, i, NULL, '', '', 'dev', i, i, 'ada', '{}', '{"datasets":[]}' FROM n`);
  for (let version = 3; version <= 1002; version++) it.featureModels.push({ ...it.featureModels[0]!, version });
  const graph = await it.lineage.graph({ node: 'dataset:statements' });
  expect(graph.nodes.length).toBeLessThan(60);
  const groups = graph.nodes.flatMap(one => (one.kind === 'group' ? [[one.of, one.count]] : []));
  expect(groups).toContainEqual(['view', 95]);
  expect(groups.filter(([of]) => of === 'version').map(([, count]) => count)).toContain(994);
  const found = await it.lineage.affected('dataset:statements');
  expect([found.viewCount, found.views.length, found.versionCount]).toEqual([102, 50, 1002]);
  expect(found.views[0]?.id).toBe('view:statements@v101');
});
