import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  MLMODEL,
  stages,
  databaseWithFiles,
  openWithModels,
  version,
  modelFile,
  rewrite,
  addVersion,
  runFolder,
} from '../../support/registries';
import type { TestTransfer } from '../../support/transfer';
import { copyOf } from '../../support/transfer';

const sources: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['registry-3.17', () => copyOf('registry-3.17')],
  ['registry-2.9', () => copyOf('registry-2.9')],
  ['registry-3.17.sql', () => databaseWithFiles('registry-3.17')],
  ['registry-2.9.sql', () => databaseWithFiles('registry-2.9')],
];
const isNew = (name: string): boolean => name.includes('3.17');

const runNamed = (t: TestTransfer, name: string) =>
  t.tracking.searchRecords({ lifecycle: 'all' }).records.find(record => record.name === name)!;
const nothing = { imported: 0, updated: 0, conflicting: 0, broken: 0 };

describe.each(sources)('%s', (name, source) => {
  const models = isNew(name) ? 6 : 4;
  const versions = isNew(name) ? 7 : 5;

  test('models, versions, stages, aliases, tags, descriptions, times, files and history are here; again, nothing changes', async () => {
    const t = await openWithModels();
    const file = await source();
    const report = await t.import(file);
    expect(report).toMatchObject({
      runs: { imported: 2, broken: 0, incomplete: 0 },
      models: { ...nothing, imported: models, unchanged: 0, incomplete: 0 },
      versions: { ...nothing, imported: versions, unchanged: 0, incomplete: 1 },
      notes: [],
    });
    expect(report.problems).toMatchObject([
      {
        message: expect.stringMatching(
          /^Model elsewhere, version 1: its files are not here; .*s3:\/\/bucket\/models\/7/,
        ),
      },
    ]);
    const credit = await t.registry.get('credit-risk');
    expect(credit).toMatchObject({
      description: 'Who pays back.',
      tags: { team: 'risk', constructor: 'x' },
      aliases: { champion: 2, challenger: 3 },
      holders: { production: 2, staging: 3 },
    });
    expect(credit.createdAt).toBeGreaterThan(1_700_000_000_000);
    expect(credit.updatedAt).toBeGreaterThan(credit.createdAt);
    const [third, second, first, ...rest] = credit.versions;
    expect(rest).toEqual([]);
    expect(first).toMatchObject({
      ...{ version: 1, stage: 'archived', description: 'the first', tags: { 'a/b': '1' }, metrics: { auc: 0.75 } },
      runId: runNamed(t, 'first').id,
      artifactPath: 'model',
      source: expect.stringContaining('/artifacts/model'),
    });
    expect(first!.updatedAt).toBeGreaterThan(first!.createdAt);
    expect(second).toMatchObject({
      version: 2,
      stage: 'production',
      artifactPath: 'deep/model',
      metrics: { auc: 0.8 },
    });
    expect(version(t, 'credit-risk', 2).runLink).toBe('https://ci.example.org/7');
    expect(third).toMatchObject({ version: 3, stage: 'staging', artifactPath: 'model' });
    expect(version(t, 'elsewhere', 1)).toMatchObject({
      source: 's3://bucket/models/7',
      storage: 's3://bucket/models/7',
    });
    expect((await t.registry.get('empty')).description).toBe('no versions');
    await expect(t.registry.get('gone')).rejects.toMatchObject({ code: 'not-found' });
    expect(t.store.check()).toMatchObject({ ok: true, missingObjects: 0 });

    // the files are found among those of the run, and may not be replaced there
    for (const [model, number] of [
      ['credit-risk', 1],
      ['credit-risk', 2],
      ['credit-risk', 3],
      ['copied', 1],
    ] as const)
      expect(await modelFile(t, model, number)).toBe(MLMODEL);
    expect(version(t, 'copied', 1)).toMatchObject({ source: 'models:/credit-risk/2', artifactPath: 'deep/model' });
    expect(t.registry.partOf(runNamed(t, 'second').id, 'deep/model/MLmodel')).toMatch(
      /^version \d of (credit-risk|copied)$/,
    );

    // the history tells of the import; the number of a deleted version is not given again
    expect(credit.history.map(({ version: number, from, to, reason }) => [number, from, to, reason])).toEqual([
      [
        3,
        null,
        'staging',
        expect.stringMatching(/^imported from a (folder|database) of MLflow, where it was in Staging$/),
      ],
      [2, null, 'production', expect.stringMatching(/in Production$/)],
      [1, null, 'archived', expect.stringMatching(/in Archived$/)],
    ]);
    expect(await t.create('credit-risk')).toMatchObject({ version: 5 });

    // a second import changes nothing
    const before = await t.registry.list();
    t.changed.length = 0;
    expect(await t.import(file)).toMatchObject({
      models: { ...nothing, unchanged: models },
      versions: { ...nothing, unchanged: versions },
      notes: [],
    });
    expect(await t.registry.list()).toEqual(before);
    expect(t.changed).toEqual([]);
  });
});

describe('MLflow 3', () => {
  test.each(sources.filter(([name]) => isNew(name)))(
    '%s: a logged model is found in the folder of its run that its files came to; prompts come',
    async (_, source) => {
      const t = await openWithModels();
      await t.import(await source());
      const logged = version(t, 'logged', 1);
      expect(logged).toMatchObject({ source: expect.stringMatching(/^models:\/m-/), runId: runNamed(t, 'second').id });
      expect(await modelFile(t, 'logged', 1)).toBe(MLMODEL);
      const { models } = t.registry.models.search({ limit: 9, filter: "tags.`mlflow.prompt.is_prompt` = 'true'" });
      expect(models).toMatchObject([{ name: 'greeting', tags: { tone: 'warm' } }]);
      expect(version(t, 'greeting', 1).tags['mlflow.prompt.text']).toBe('Hello {{name}}');
      expect((await t.registry.list()).map(model => model.name)).not.toContain('greeting');
    },
  );

  test('models of several workspaces do not get mixed up', async () => {
    const t = await openWithModels();
    const change = `INSERT INTO registered_models VALUES ('copied', 5, 6, 'of team b', 'team-b');
      INSERT INTO registered_model_tags VALUES ('team', 'b', 'copied', 'team-b');
      INSERT INTO model_versions (name, version, creation_time, current_stage, source, status, workspace)
        VALUES ('copied', 1, 7, 'None', 'models:/credit-risk/2', 'READY', 'team-b');`;
    await t.import(await databaseWithFiles('registry-3.17', change));
    expect(await t.registry.get('team-b.copied')).toMatchObject({
      description: 'of team b',
      tags: { team: 'b' },
      createdAt: 5,
    });
    expect(version(t, 'team-b.copied', 1).storage).toBe('models:/credit-risk/2'); // of another workspace: not that one
    expect(await t.registry.get('copied')).toMatchObject({ description: '', tags: {} });
  });
});

describe('stages', () => {
  test('no version enters a stage with gates unjudged: it begins in the first one, and a note says how to promote it', async () => {
    const t = await openWithModels();
    t.models['credit-risk'] = {
      stages,
      gates: { production: [{ metric: 'auc', severity: 'error', at_least: 0.7 }] },
    };
    const report = await t.import(copyOf('registry-3.17'));
    expect(report.notes).toEqual([
      'Version 2 of credit-risk was in Production, whose gates have not judged it: it begins in none. ' +
        '`modelyard promote credit-risk 2 --to production` has them judge.',
    ]);
    expect((await t.registry.get('credit-risk')).holders).toEqual({ staging: 3, none: 2 });
  });

  test('a stage that the model does not have', async () => {
    const t = await openWithModels();
    t.models['credit-risk'] = { stages: ['dev', 'live'], gates: {} };
    const { notes } = await t.import(copyOf('registry-3.17'));
    expect(notes).toEqual([
      expect.stringMatching(/^Version 2 of credit-risk was in Production, a stage that the model does not have here/),
      expect.stringMatching(/^Version 3 of credit-risk was in Staging/),
    ]);
    expect((await t.registry.get('credit-risk')).versions.map(({ stage }) => stage)).toEqual([
      'dev',
      'dev',
      'archived',
    ]);
  });

  test('whoever holds a stage here keeps it', async () => {
    const t = await openWithModels();
    const store = copyOf('registry-3.17');
    await t.import(store);
    rewrite(store, 'credit-risk/version-2', text => text.replace('Production', 'Archived'));
    addVersion(store, 'credit-risk', 5, 'Production');
    const report = await t.import(store);
    expect(report).toMatchObject({ models: { updated: 1 }, versions: { imported: 1, unchanged: 7 } });
    expect(report.notes).toEqual([
      expect.stringMatching(/^Version 5 of credit-risk was in Production, which version 2 holds here/),
    ]);
    expect((await t.registry.get('credit-risk')).holders['production']).toBe(2);
  });

  test('while modelyard.yaml cannot be read, models wait', async () => {
    const t = await openWithModels();
    const store = copyOf('registry-2.9');
    t.config.isBroken = true;
    const report = await t.import(store);
    expect(report).toMatchObject({
      runs: { imported: 2 },
      models: { imported: 0, broken: 4 },
      versions: { broken: 5 },
    });
    expect(report.problems[0]).toMatchObject({ message: expect.stringContaining('modelyard.yaml:1:1: broken') });
    t.config.isBroken = false;
    expect((await t.import(store)).versions).toMatchObject({ imported: 5 });
  });
});

describe('models that are here already', () => {
  test('go on with what is missing; what is here stays', async () => {
    const t = await openWithModels();
    t.registry.models.create({ name: 'credit-risk', description: 'mine', tags: { team: 'ours' } });
    t.registry.models.create({ name: 'empty', description: '', tags: {} });
    const mine = await t.create('credit-risk');
    t.registry.models.setAlias('credit-risk', 'champion', mine.version);
    const report = await t.import(copyOf('registry-2.9'));
    expect(report).toMatchObject({ models: { imported: 2, updated: 2 }, versions: { imported: 4, conflicting: 1 } });
    expect(report.problems).toContainEqual(
      expect.objectContaining({
        message: 'Model credit-risk, version 1: another version has that number here; it was left as it is.',
      }),
    );
    expect(report.notes).toEqual(['credit-risk@champion stays version 1; in the source it is version 2.']);
    expect(await t.registry.get('credit-risk')).toMatchObject({
      description: 'mine',
      tags: { team: 'ours', constructor: 'x' },
      aliases: { champion: 1, challenger: 3 },
    });
    expect((await t.registry.get('empty')).description).toBe('no versions');
    expect(version(t, 'credit-risk', 1).source).toBe('s3://b/a');
  });

  test('a version, or a model, that was deleted here does not come back', async () => {
    const t = await openWithModels();
    const store = copyOf('registry-2.9');
    await t.import(store);
    t.registry.versions.delete('credit-risk', 2);
    t.registry.models.delete('copied');
    const report = await t.import(store);
    expect(report).toMatchObject({
      models: { imported: 0, conflicting: 1 },
      versions: { imported: 0, unchanged: 3, conflicting: 2 },
    });
    expect(report.problems.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'Model copied: it has been deleted here.',
        'Model credit-risk, version 2: it has been deleted here; it was left as it is.',
        expect.stringContaining('the alias champion names version 2, which did not come'),
      ]),
    );
    expect((await t.registry.get('credit-risk')).aliases).toEqual({ challenger: 3 });
  });

  test('a prompt is no model', async () => {
    const t = await openWithModels();
    t.registry.models.create({ name: 'empty', description: '', tags: { 'mlflow.prompt.is_prompt': 'true' } });
    const report = await t.import(copyOf('registry-2.9'));
    expect(report.models).toMatchObject({ imported: 3, conflicting: 1 });
    expect(report.problems).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('empty is a prompt here and a model in the source') }),
    );
  });

  test('what was missing comes with a later import: the run, then its files', async () => {
    const t = await openWithModels();
    const store = copyOf('registry-2.9');
    const run = path.basename(runFolder(store, 'second'));
    const meta = path.join(runFolder(store, 'second'), 'meta.yaml');
    const text = readFileSync(meta, 'utf8');
    writeFileSync(meta, text.replace('status: 3', 'status: 77'));
    const files = path.join(path.dirname(meta), 'artifacts', 'deep');
    const kept = readFileSync(path.join(files, 'model/MLmodel'));
    rmSync(files, { recursive: true });
    expect(await t.import(store)).toMatchObject({
      runs: { imported: 1, broken: 1 },
      versions: { imported: 5, incomplete: 3 },
    });
    expect(version(t, 'credit-risk', 2)).toMatchObject({ foreignRun: run, artifactPath: '' });
    writeFileSync(meta, text);
    expect(await t.import(store)).toMatchObject({ versions: { updated: 2, unchanged: 3, incomplete: 3 } });
    expect(version(t, 'credit-risk', 2)).toMatchObject({ runId: run });
    mkdirSync(path.join(files, 'model'), { recursive: true });
    writeFileSync(path.join(files, 'model/MLmodel'), kept);
    expect(await t.import(store)).toMatchObject({ versions: { incomplete: 1 } });
    expect(await modelFile(t, 'credit-risk', 2)).toBe(MLMODEL);
    expect(await modelFile(t, 'copied', 1)).toBe(MLMODEL);
  });
});
