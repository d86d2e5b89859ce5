import { beforeEach, describe, expect, test } from 'vitest';
import { digest, runId } from '../../../engine/ids';
import type { GateReport } from '../../../engine/protocol/gates';
import type { ModelVersion } from '../../../engine/protocol/registry';
import { compareVersions } from '../../../engine/registry/versionDiff/compareVersions';
import { openTestRegistry } from '../../support/registry';
import type { TestRegistry } from '../../support/registry';

describe('search, descriptions and tags over the own door', () => {
  let parts: TestRegistry;
  beforeEach(async () => {
    parts = await openTestRegistry();
    for (const name of ['credit', 'credit', 'churn']) await parts.register(name);
    await parts.registry.tag('credit', { team: 'risk' });
    await parts.registry.tag('credit', { reviewed: 'yes', by: 'bea' }, 2);
  });

  test('models and versions are found by the grammar of MLflow, page by page', () => {
    const { search } = parts.registry;
    const names = (found: ReturnType<typeof search>) => found.models.map(({ name }) => name);
    const find = search.bind(parts.registry);
    expect(names(find({ kind: 'models', filter: "tags.team = 'risk' AND name LIKE 'c%'" }))).toEqual(['credit']);
    const first = find({ kind: 'models', limit: 1, orderBy: ['name DESC'] });
    expect(names(first)).toEqual(['credit']);
    const next = find({ kind: 'models', limit: 1, orderBy: ['name DESC'], pageToken: first.nextPageToken! });
    expect([names(next), next.nextPageToken]).toEqual([['churn'], undefined]);
    const found = find({ kind: 'versions', filter: "tags.reviewed = 'yes'" });
    expect(found.versions.map(({ model, version }) => [model, version])).toEqual([['credit', 2]]);
    expect(found.models).toEqual([]);
    expect(() => find({ kind: 'models', filter: 'colour = 1' })).toThrow('Invalid attribute key');
  });

  test('a model and a version are described, tags are set and taken away', async () => {
    const { registry } = parts;
    expect(await registry.describe('credit', 'Scores **loans**.')).toMatchObject({ description: 'Scores **loans**.' });
    const { versions } = await registry.describe('credit', 'with *income*', 1);
    expect(versions.map(({ version, description }) => [version, description])).toEqual([
      [2, ''],
      [1, 'with *income*'],
    ]);
    const tagged = await registry.tag('credit', { reviewed: null, by: 'carl' }, 2);
    expect(tagged.versions[0]!.tags).toEqual({ by: 'carl' });
    expect((await registry.tag('credit', { team: null })).tags).toEqual({});
    await expect(registry.describe('credit', '', 9)).rejects.toMatchObject({ code: 'not-found' });
    await expect(registry.tag('none', { a: 'b' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('versions side by side: a cell for each, empty where there is nothing, in the order asked for', () => {
  const data = digest('d'.repeat(64));
  const version = (number: number, datasets: ModelVersion['lineage']['datasets']): ModelVersion => ({
    ...{ model: 'm', version: number, runId: runId('a'.repeat(32)), artifactPath: 'model', source: '', stage: 'dev' },
    ...{ createdAt: 0, updatedAt: 0, createdBy: 'ana', description: '', metrics: {}, tags: {}, lineage: { datasets } },
  });
  const report = (stage: string): GateReport => ({ model: 'm', stage, verdict: 'passed', judgedAt: 1, results: [] });
  const compared = compareVersions(
    'm',
    [
      {
        version: version(3, [{ name: 'loans', digest: data }]),
        metrics: { auc: 0.8 },
        intervals: { auc: [0.7, 0.9] },
        params: { C: '1', learner: 'logistic' },
        reports: [report('production')],
      },
      {
        version: version(1, []),
        metrics: { rmse: 2 },
        intervals: {},
        params: { C: '1', learner: 'forest' },
        reports: [],
      },
    ],
    ['dev', 'staging', 'production'],
  );
  expect(compared.versions.map(one => one.version)).toEqual([3, 1]);
  expect(compared.metrics).toEqual([
    { name: 'auc', cells: [{ value: 0.8, interval: [0.7, 0.9] }, null] },
    { name: 'rmse', cells: [null, { value: 2 }] },
  ]);
  expect(compared.params).toEqual([
    { name: 'C', cells: ['1', '1'], isSame: true },
    { name: 'learner', cells: ['logistic', 'forest'], isSame: false },
  ]);
  expect(compared.data).toEqual([{ name: 'loans', cells: [data, null], isSame: false }]);
  expect(compared.gates).toEqual([{ stage: 'production', cells: [report('production'), null] }]);
});
