import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  stages,
  fixtureSql,
  databaseWithFiles,
  openWithModels,
  version,
  rewrite,
  addVersion,
  addModel,
  registryOnly,
} from '../../support/registries';
import { temporaryFolder } from '../../support/store';
import { copyOf, databaseOf, openTestTransfer, outside } from '../../support/transfer';

describe('what is damaged or odd', () => {
  test('a version, a model, an alias, a link that leads out: said, and the rest comes', async () => {
    const t = await openWithModels();
    const store = copyOf('registry-2.9');
    const models = path.join(store, 'models');
    rewrite(store, 'credit-risk/version-1', () => '{{{');
    rewrite(store, 'copied', () => '');
    writeFileSync(path.join(models, 'credit-risk/aliases/wild'), 'two');
    symlinkSync(outside(), path.join(models, 'stray'));
    symlinkSync(outside(), path.join(models, 'elsewhere/version-2'));
    addVersion(store, 'elsewhere', 3, 'None', 'creation_timestamp: soon\n');
    mkdirSync(path.join(models, 'elsewhere/version-4'));
    const report = await t.import(store);
    expect(report).toMatchObject({
      runs: { imported: 2 },
      models: { imported: 3, broken: 2, incomplete: 1 },
      versions: { imported: 3, broken: 4, incomplete: 1 },
    });
    const said = report.problems.map(({ message }) => message).join('\n');
    for (const part of [
      'version-1/meta.yaml',
      'copied/meta.yaml',
      'aliases/wild',
      'models/stray: it is a link',
      'version-2: it is a link',
      'version-3/meta.yaml',
      'version-4/meta.yaml',
    ])
      expect(said).toContain(part);
    expect((await t.registry.get('credit-risk')).versions.map(one => one.version)).toEqual([3, 2]);
    expect(await t.create('elsewhere')).toMatchObject({ version: 5 });
  });

  test('a registry that is a link to elsewhere is not read', async () => {
    const t = await openWithModels();
    const store = copyOf('registry-2.9');
    const elsewhere = copyOf('registry-3.17');
    rmSync(path.join(store, 'models'), { recursive: true });
    symlinkSync(path.join(elsewhere, 'models'), path.join(store, 'models'));
    const report = await t.import(store);
    expect(report).toMatchObject({ runs: { imported: 2, broken: 0 }, models: { imported: 0, broken: 1 } });
    expect(t.registry.models.all()).toEqual([]);
  });

  test('names, tags and aliases that the rules refuse', async () => {
    const t = await openWithModels();
    const long = 'x'.repeat(600);
    const change = `INSERT INTO registered_models VALUES ('a/b', 1, 1, NULL), ('${long}', 1, 1, NULL), ('ünï cödé 🚀', 1, 1, NULL);
      INSERT INTO model_versions (name, version, creation_time, current_stage, source, status)
        VALUES ('a/b', 1, 1, 'None', 's3://x', 'READY'), ('ünï cödé 🚀', 1, 1, 'None', 's3://k:secret@x', 'READY'),
          ('ünï cödé 🚀', 2, 1, 'None', 's3://x', 'WHAT'), ('ünï cödé 🚀', 0, 1, 'None', 's3://x', 'READY');
      INSERT INTO registered_model_tags VALUES ('bad$key', 'v', 'ünï cödé 🚀'), ('good', '1', 'ünï cödé 🚀');
      INSERT INTO model_version_tags VALUES ('../up', 'v', 'ünï cödé 🚀', 1), ('ok', '', 'ünï cödé 🚀', 1);
      INSERT INTO registered_model_aliases VALUES ('latest', 1, 'ünï cödé 🚀'), ('of none', 1, 'ünï cödé 🚀'), ('far', 77, 'ünï cödé 🚀');`;
    const report = await t.import(await databaseWithFiles('registry-2.9', change));
    expect(report).toMatchObject({
      models: { imported: 5, broken: 2, incomplete: 1 },
      versions: { imported: 6, broken: 3, incomplete: 2 },
    });
    expect(await t.registry.get('ünï cödé 🚀')).toMatchObject({
      tags: { good: '1' },
      aliases: {},
      versions: [{ tags: { ok: '' } }],
    });
    const said = report.problems.map(({ message }) => message).join('\n');
    expect(said).not.toContain('secret');
    for (const { message } of report.problems) expect(message.length).toBeLessThan(600);
  });

  test('a copy of itself, and one that leads nowhere', async () => {
    const t = await openWithModels();
    const store = registryOnly();
    addModel(store, 'loop');
    addVersion(store, 'loop', 1, 'None', 'storage_location: models:/loop/2\n');
    addVersion(store, 'loop', 2, 'None', 'storage_location: models:/loop/1\n');
    addVersion(store, 'loop', 3, 'None', 'storage_location: models:/../7\n');
    addVersion(store, 'loop', 4, 'None', 'storage_location: runs:/../../etc\n');
    expect(await t.import({ source: store, kind: 'mlruns' })).toMatchObject({
      versions: { imported: 4, incomplete: 4 },
    });
    expect(version(t, 'loop', 1).storage).toBe('s3://b/1');
  });

  test('columns of the database that hold something else cost their row, no more', async () => {
    const t = await openWithModels();
    const file = await databaseWithFiles(
      'registry-2.9',
      `UPDATE registered_models SET creation_time = 'x' WHERE name = 'empty';
      UPDATE model_versions SET version = 2.5 WHERE name = 'copied';`,
    );
    const report = await t.import(file);
    expect(report).toMatchObject({ models: { imported: 3, broken: 1 }, versions: { imported: 4, broken: 1 } });
    expect(report.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Model "copied", version \?: .*mlflow\.db: Column version/),
      expect.stringMatching(/^Model "empty": .*mlflow\.db: Column creation_time/),
      expect.stringMatching(/^Model elsewhere/),
    ]);
  });

  test('numbers that are too large, or there twice', async () => {
    const t = await openWithModels();
    const file = await databaseOf(
      `${fixtureSql('mlflow-first')}
       CREATE TABLE registered_models (name, creation_time);
       CREATE TABLE model_versions (name, version, creation_time, source);
       INSERT INTO registered_models VALUES ('m', 1), ('m', 1);
       INSERT INTO model_versions VALUES ('m', 1, 5, 's3://x'), ('m', 2, 5, 's3://x'), ('m', 2, 5, 's3://y'),
         ('m', 9007199254740991, 5, 's3://x');`,
      path.join(temporaryFolder(), 'mlflow.db'),
    );
    const report = await t.import(file);
    expect(report).toMatchObject({ models: { imported: 1 }, versions: { imported: 2, broken: 2 } });
    expect(report.problems).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('version 2: it is in the source more than once') }),
    );
    expect((await t.registry.get('m')).versions.map(one => [one.version, one.source])).toEqual([
      [2, 's3://x'],
      [1, 's3://x'],
    ]);
  });

  test('a database of before there was a registry', async () => {
    const t = await openWithModels();
    expect(
      await t.import(await databaseOf(fixtureSql('mlflow-first'), path.join(temporaryFolder(), 'mlflow.db'))),
    ).toMatchObject({
      models: { imported: 0, broken: 0 },
    });
  });
});

test('a registry without experiments; many versions come in parts, and each once', async () => {
  const t = await openWithModels();
  t.models['many'] = { stages, gates: {} };
  const store = registryOnly();
  const folder = addModel(store, 'many');
  for (let number = 1; number <= 260; number++)
    addVersion(store, 'many', number, number % 130 === 0 ? 'Production' : 'None');
  mkdirSync(path.join(folder, 'aliases'));
  writeFileSync(path.join(folder, 'aliases/champion'), '260');
  const report = await t.import(store);
  expect(report).toMatchObject({
    kind: 'mlruns',
    models: { imported: 1, updated: 0 },
    versions: { imported: 260 },
    notes: [],
  });
  expect(await t.registry.get('many')).toMatchObject({ aliases: { champion: 260 }, holders: { production: 260 } });
  expect(await t.import(store)).toMatchObject({ models: { unchanged: 1 }, versions: { unchanged: 260 } });
});

describe('1,000 models with 3 versions each', () => {
  const store = (): Promise<string> =>
    databaseOf(
      `${fixtureSql('mlflow-first')}
       CREATE TABLE registered_models (name, creation_time, last_updated_time, description);
       CREATE TABLE model_versions (name, version, creation_time, current_stage, source, run_id, status);
       CREATE TABLE model_version_tags (name, version, key, value);
       WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
         INSERT INTO registered_models SELECT 'model-' || i, 1700000000000 + i, NULL, 'about' FROM n;
       INSERT INTO model_versions SELECT name, value, creation_time + value, 'None', 'runs:/0123456789abcdef0123456789abcdef/m',
         '0123456789abcdef0123456789abcdef', 'READY' FROM registered_models, json_each('[1,2,3]');
       INSERT INTO model_version_tags SELECT name, version, 'a', 'b' FROM model_versions;`,
      path.join(temporaryFolder(), 'mlflow.db'),
    );

  test('come in, and can be cancelled and gone on with', async () => {
    const controller = new AbortController();
    const t = await openTestTransfer({
      onMessage: message => {
        if (message.type === 'batch' && t.changed.length > 0) controller.abort();
      },
    });
    const file = await store();
    await expect(t.import({ source: file }, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    const begun = t.registry.models.all().length;
    expect(begun).toBeGreaterThan(0);
    expect(begun).toBeLessThan(1_000);
    const report = await t.import(file);
    expect(report).toMatchObject({
      models: { imported: 1_000 - begun, unchanged: begun },
      versions: { imported: 3 * (1_000 - begun) },
    });
    const { versions } = t.registry.versions.search({ limit: 4_000 });
    expect(versions.length).toBe(3_000);
  });
});
