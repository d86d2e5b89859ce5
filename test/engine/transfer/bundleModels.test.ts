import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { bundleOf, changed, entriesOf } from '../../support/bundleFiles';
import { databaseWithFiles, modelFile, MLMODEL, openWithModels, version } from '../../support/registries';
import { temporaryFolder } from '../../support/store';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, openTestTransfer } from '../../support/transfer';

const signal = new AbortController().signal;
const bundle = (): string => path.join(temporaryFolder(), 'runs.tar.gz');
const exportTo = (t: TestTransfer, file: string, more = {}) =>
  t.transfer.export({ to: { kind: 'bundle', file }, ...more }, () => undefined, signal);
/** What a model has, but for what is of this workspace. */
const content = async (t: TestTransfer, name: string) => {
  const { description, createdAt, tags, aliases, stages, holders, versions, history } = await t.registry.get(name);
  return { description, createdAt, tags, aliases, stages, holders, versions, moves: history.length };
};

test('models go with their runs, and are the same in another workspace; again, nothing changes', async () => {
  const t = await openWithModels();
  await t.import(await databaseWithFiles('registry-3.17'));
  const evaluation = t.store.objects.put(Buffer.from('{"kept": 1}'));
  t.tracking.logArtifactBytes(version(t, 'credit-risk', 3).runId!, 'mine/MLmodel', Buffer.from(MLMODEL));
  const lineage = { pipeline: 'train', datasets: [{ name: 'rows', digest: evaluation }], evaluationDigest: evaluation };
  await t.registry.register({
    ...{ model: 'credit-risk', runId: version(t, 'credit-risk', 3).runId!, artifactPath: 'mine', description: 'ours' },
    ...{ metrics: { auc: 0.9 }, lineage },
  });
  const file = bundle();
  const report = await exportTo(t, file);
  expect(report).toMatchObject({ models: { exported: 6 }, versions: { exported: 8 }, notes: [], problems: [] });

  const other = await openWithModels();
  const came = await other.import(file);
  expect(came).toMatchObject({
    kind: 'bundle',
    models: { imported: 6 },
    versions: { imported: 8, incomplete: 1 },
    notes: [],
  });
  for (const name of ['credit-risk', 'copied', 'logged', 'empty'])
    expect(await content(other, name)).toEqual(await content(t, name));
  expect(version(other, 'credit-risk', 5)).toMatchObject({ artifactPath: 'mine', metrics: { auc: 0.9 }, lineage });
  expect(Buffer.from(other.store.objects.read(evaluation)).toString()).toBe('{"kept": 1}');
  for (const [name, number] of [
    ['credit-risk', 2],
    ['copied', 1],
    ['logged', 1],
  ] as const)
    expect(await modelFile(other, name, number)).toBe(MLMODEL);
  expect(version(other, 'greeting', 1).tags['mlflow.prompt.text']).toBe('Hello {{name}}');
  expect(await other.import(file)).toMatchObject({ models: { unchanged: 6 }, versions: { unchanged: 8 } });
  expect(await t.import(file)).toMatchObject({ models: { unchanged: 6 }, versions: { unchanged: 8 } });
  expect(other.store.check()).toMatchObject({ ok: true, missingObjects: 0 });
});

test('of chosen runs only their versions go, and what was left out is said', async () => {
  const t = await openWithModels();
  await t.import(copyOf('registry-2.9'));
  const file = bundle();
  const report = await exportTo(t, file, { filter: "attributes.run_name = 'first'" });
  expect(report).toMatchObject({
    runs: { exported: 1 },
    models: { exported: 1 },
    versions: { exported: 2 },
    notes: ['Version 2 of credit-risk was left out: its run is not exported.'],
  });
  const other = await openWithModels();
  await other.import(file);
  expect(await other.registry.get('credit-risk')).toMatchObject({
    aliases: { challenger: 3 },
    versions: [{ version: 3 }, { version: 1 }],
  });
  expect(await other.create('credit-risk')).toMatchObject({ version: 5 });
  const all = bundle();
  await exportTo(t, all);
  expect(await other.import(all)).toMatchObject({
    models: { imported: 3, updated: 1 },
    versions: { imported: 3, unchanged: 2 },
  });
  expect((await other.registry.get('credit-risk')).aliases).toEqual({ challenger: 3, champion: 2 });
});

test('a version of a deleted run stays, unless deleted runs go as well', async () => {
  const t = await openWithModels();
  await t.import(copyOf('registry-2.9'));
  t.tracking.deleteRun(version(t, 'credit-risk', 2).runId!);
  expect((await exportTo(t, bundle())).notes).toEqual([
    'copied was left out: the runs of its versions are not exported.',
    'Version 2 of credit-risk was left out: its run is not exported.',
  ]);
  expect(await exportTo(t, bundle(), { deleted: true })).toMatchObject({ models: { exported: 4 }, notes: [] });
});

test('the files of a logged model go as artifacts of its run; back home nothing of the version changes', async () => {
  const t = await openWithModels();
  const run = t.newRun();
  const { id } = t.tracking.models.create({ experimentId: t.tracking.record(run).experimentId, sourceRun: run });
  await t.tracking.models.folder(id).put('deep/MLmodel', Readable.from([Buffer.from(MLMODEL)]));
  const storage = `mlflow-artifacts:/0/models/${id}/artifacts`;
  t.registry.models.create({ name: 'logged', description: '', tags: {} });
  await t.create('logged', { source: `models:/${id}`, storage, run });
  await t.create('logged', { source: 'models:/m-1', storage: 'mlflow-artifacts:/0/models/m-1/artifacts' });
  const file = bundle();
  const report = await exportTo(t, file);
  expect(report).toMatchObject({ versions: { exported: 2 }, artifacts: { files: 1 } });
  expect(report.notes).toEqual([
    'Version 2 of logged goes without its files: they are those of a logged model that is not exported.',
  ]);
  const other = await openWithModels();
  expect((await other.import(file)).versions).toMatchObject({ imported: 2, incomplete: 1 });
  expect(other.tracking.artifact(run, `${id}/deep/MLmodel`).size).toBe(MLMODEL.length);
  expect(version(other, 'logged', 1)).toMatchObject({ runId: run, artifactPath: id, source: `models:/${id}` });
  const again = bundle();
  await exportTo(other, again);
  for (const from of [file, again]) expect((await t.import(from)).versions).toMatchObject({ unchanged: 2, updated: 0 });
  expect(version(t, 'logged', 1)).toMatchObject({ storage, artifactPath: '' });
});

test.each([
  ['a place that leads out', (text: string) => text.replace('"path":"model"', '"path":"../model"')],
  ['a number that is none', (text: string) => text.replace('"version":1,', '"version":0,')],
  ['a status that is none', (text: string) => text.replaceAll('"status":"READY"', '"status":"GREAT"')],
])('a bundle with %s is refused as a whole', async (_, change) => {
  const t = await openWithModels();
  await t.import(copyOf('registry-2.9'));
  const file = bundle();
  await exportTo(t, file);
  const other = await openWithModels();
  await expect(other.import(bundleOf(changed(entriesOf(file), /^runs/, change)))).rejects.toMatchObject({
    code: 'data.unreadable',
    message: expect.stringContaining('does not say what it should'),
  });
  expect(other.registry.models.all()).toEqual([]);
});

describe('gates of the workspace that a bundle comes to', () => {
  test('judge before a version is in their stage', async () => {
    const t = await openWithModels();
    await t.import(copyOf('registry-2.9'));
    const file = bundle();
    await exportTo(t, file);
    const other = await openWithModels();
    other.models['credit-risk'] = {
      stages: ['dev', 'staging', 'production'],
      gates: { production: [{ metric: 'auc', severity: 'error', at_least: 0.7 }] },
    };
    const { notes } = await other.import(file);
    expect(notes).toEqual([
      expect.stringMatching(/^Version 2 of credit-risk was in production, whose gates have not judged it/),
    ]);
    expect((await other.registry.get('credit-risk')).holders).toEqual({ dev: 2, staging: 3 });
  });
});

test.skipIf(spawnSync('tar', ['--version']).status !== 0)(
  'without models a bundle is of the format that older ones read',
  async () => {
    const formats: number[] = [];
    for (const fixture of ['mlruns-2.9', 'registry-2.9']) {
      const t = await openTestTransfer();
      await t.import(copyOf(fixture));
      const file = bundle();
      await exportTo(t, file);
      const folder = temporaryFolder();
      execFileSync('tar', ['xzf', file, '-C', folder]);
      formats.push(JSON.parse(readFileSync(path.join(folder, 'bundle.json'), 'utf8')).version);
    }
    expect(formats).toEqual([1, 2]);
  },
);
