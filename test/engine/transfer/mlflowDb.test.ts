import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Database as OtherSqlite } from 'node-sqlite3-wasm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runId } from '../../../engine/ids';
import { temporaryFolder } from '../../support/store';
import type { TestTransfer } from '../../support/transfer';
import { databaseOf, openTestTransfer, transferFixtures } from '../../support/transfer';

const sql = (name: string): string => readFileSync(path.join(transferFixtures, `${name}.sql`), 'utf8');
const database = (name: string, folder = temporaryFolder(), change = ''): Promise<string> =>
  databaseOf(`${sql(name)}${change}`, path.join(folder, 'mlflow.db'));
const named = (t: TestTransfer, name: string) =>
  t.tracking.searchRecords({ lifecycle: 'all' }).records.find(record => record.name === name)!;
const uri = (text: string): string => /'([^']*\/artifacts)', 1, NULL\)/.exec(text)![1]!;

describe.each(['mlflow-3.17', 'mlflow-2.9'])('%s', fixture => {
  test('runs with params, tags, histories, datasets and states', async () => {
    const t = await openTestTransfer();
    const report = await t.import(await database(fixture));
    expect(report).toMatchObject({ kind: 'mlflow-db', runs: { imported: 5, broken: 0 }, experiments: 2, points: 12 });
    const parent = named(t, 'parent');
    expect(parent).toMatchObject({ status: 'FINISHED', user: 'ada', lifecycle: 'active' });
    expect(parent.params).toEqual({ lr: '0.1', 'model/depth': '3', text: 'a\nb  c ü', constructor: 'x' });
    expect(parent.inputs).toMatchObject([{ dataset: 'rows', context: 'training' }]);
    expect(named(t, 'child').parentRunId).toBe(parent.id);
    expect(named(t, 'deleted')).toMatchObject({ status: 'FAILED', lifecycle: 'deleted' });
    expect(named(t, 'in gone').lifecycle).toBe('deleted');
    expect(t.tracking.experimentByName('gone').lifecycle).toBe('deleted');
    expect(t.tracking.experimentByName('credit').tags).toEqual({ team: 'risk' });
    const odd = t.tracking.history(parent.id, 'odd').points;
    expect(odd.map(({ step, value }) => [step, value])).toEqual([
      [1, Number.NaN],
      [2, Number.MAX_VALUE], // as MLflow keeps infinities
      [9007199254740993n, -Number.MAX_VALUE],
      [-7, -1.5e-300],
    ]);
  });

  test('a second import finds everything here', async () => {
    const t = await openTestTransfer();
    const file = await database(fixture);
    await t.import(file);
    expect((await t.import(file)).runs).toMatchObject({ imported: 0, unchanged: 5 });
  });
});

test('the first schema of MLflow: no steps, names in tags, no datasets; a run without a status is broken', async () => {
  const t = await openTestTransfer();
  const report = await t.import(await database('mlflow-first'));
  expect(report.problems).toMatchObject([
    { message: expect.stringMatching(/"" is not a status/), run: 'fedcba9876543210fedcba9876543210' },
  ]);
  const run = t.tracking.record(runId('0123456789abcdef0123456789abcdef'));
  expect(run).toMatchObject({ name: 'from a tag', params: { lr: '0.1' }, startedAt: 1530000000000 });
  expect(t.tracking.history(run.id, 'loss').points).toEqual([
    { value: 0.5, step: 0, time: 1530000000100 },
    { value: 0.25, step: 0, time: 1530000000200 },
  ]);
});

test('experiments of several workspaces of MLflow do not get mixed up', async () => {
  const t = await openTestTransfer();
  const change = `INSERT INTO experiments VALUES (9, 'credit', '', 'active', 1, 2, 'team-b');
    UPDATE runs SET experiment_id = 9 WHERE name = 'child';`;
  await t.import(await database('mlflow-3.17', undefined, change));
  expect(t.tracking.experimentByName('team-b/credit')).toMatchObject({ runs: 1, createdAt: 1, updatedAt: 2 });
  expect(t.tracking.experimentByName('credit').runs).toBe(1);
});

describe('artifacts are looked for where they may be now', () => {
  const text = sql('mlflow-3.17');
  const files = (folder: string): void => {
    mkdirSync(path.join(folder, 'a'), { recursive: true });
    writeFileSync(path.join(folder, 'a/b.txt'), 'hello');
  };
  const [experiment, run] = uri(text).split('/').slice(-3, -1) as [string, string];
  const read = async (t: TestTransfer): Promise<string> =>
    Buffer.from((await t.tracking.readArtifact(runId(run), 'a/b.txt')).bytes).toString();

  test.each(['mlruns', 'mlartifacts'])('in %s beside the database', async place => {
    const t = await openTestTransfer();
    const folder = temporaryFolder();
    files(path.join(folder, place, experiment, run, 'artifacts'));
    const report = await t.import(await database('mlflow-3.17', folder));
    expect(report).toMatchObject({ runs: { incomplete: 0 }, artifacts: { files: 1, bytes: 5 }, notes: [] });
    expect(await read(t)).toBe('hello');
  });

  test('where the database says, when that is a folder of the run beside it', async () => {
    const t = await openTestTransfer();
    const folder = temporaryFolder();
    const own = path.join(folder, 'store', experiment, run, 'artifacts');
    files(own);
    const change = `UPDATE runs SET artifact_uri = '${own}' WHERE run_uuid = '${run}';`;
    await t.import(await database('mlflow-3.17', folder, change));
    expect(await read(t)).toBe('hello');
  });

  test('relative to the database, as a server with --default-artifact-root has them', async () => {
    const t = await openTestTransfer();
    const folder = temporaryFolder();
    files(path.join(folder, 'art', experiment, run, 'artifacts'));
    const change = `UPDATE runs SET artifact_uri = './art/${experiment}/${run}/artifacts' WHERE run_uuid = '${run}';`;
    await t.import(await database('mlflow-3.17', folder, change));
    expect(await read(t)).toBe('hello');
  });

  test('elsewhere only when that folder is named', async () => {
    const t = await openTestTransfer();
    const elsewhere = temporaryFolder();
    files(path.join(elsewhere, experiment, run, 'artifacts'));
    const change = `UPDATE runs SET artifact_uri = '${path.join(elsewhere, experiment, run, 'artifacts')}' WHERE run_uuid = '${run}';`;
    const file = await database('mlflow-3.17', undefined, change);
    const report = await t.import(file);
    expect(report.runs).toMatchObject({ imported: 5, incomplete: 1 });
    expect(report.problems).toMatchObject([
      {
        message: expect.stringContaining('outside of what is imported'),
        fix: expect.stringContaining('--artifacts'),
        run,
      },
    ]);
    expect(t.tracking.artifacts(runId(run))).toEqual([]);
    const again = await t.import({ source: file, artifacts: [elsewhere] });
    expect(again.runs).toMatchObject({ updated: 1, unchanged: 4, incomplete: 0 });
    expect(await read(t)).toBe('hello');
  });

  test('in a bucket: said', async () => {
    const t = await openTestTransfer();
    const change = `UPDATE runs SET artifact_uri = 's3://key:secret@bucket/1/x/artifacts' WHERE run_uuid = '${run}';`;
    const { problems } = await t.import(await database('mlflow-3.17', undefined, change));
    expect(problems).toMatchObject([{ message: expect.stringContaining('s3://bucket/1/x/artifacts were left out') }]);
  });

  test('nowhere at all: a note', async () => {
    const t = await openTestTransfer();
    const { notes, runs } = await t.import(await database('mlflow-3.17'));
    expect(notes).toEqual([expect.stringContaining('No artifacts were found')]);
    expect(runs.incomplete).toBe(0);
  });
});

describe('the database is only read', () => {
  const contents = (folder: string): readonly unknown[] =>
    readdirSync(folder).map(name => {
      const { mtimeMs, size } = statSync(path.join(folder, name));
      return [name, mtimeMs, size, readFileSync(path.join(folder, name)).toString('base64')];
    });

  test('nothing beside it changes', async () => {
    const t = await openTestTransfer();
    const file = await database('mlflow-3.17');
    const before = contents(path.dirname(file));
    await t.import(file);
    expect(contents(path.dirname(file))).toEqual(before);
  });

  const python = spawnSync('python3', ['-c', 'import sqlite3']).status === 0;

  test.runIf(python)('a log beside it counts: what a server has committed is there', async () => {
    const t = await openTestTransfer();
    const file = await database('mlflow-3.17');
    const server = spawn('python3', [
      '-c',
      `import sqlite3, sys
db = sqlite3.connect(${JSON.stringify(file)}, isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("UPDATE runs SET name = 'renamed' WHERE name = 'killed'")
print("ready", flush=True)
sys.stdin.read()`,
    ]);
    onTestFinished(() => void server.kill());
    await once(server.stdout, 'data');
    expect(readdirSync(path.dirname(file))).toContain('mlflow.db-wal');
    const before = contents(path.dirname(file));
    expect((await t.import(file)).runs.imported).toBe(5);
    expect(contents(path.dirname(file))).toEqual(before);
    expect(named(t, 'renamed').status).toBe('KILLED');
  });

  test('a journal beside it counts: a transaction under way is not there', async () => {
    const t = await openTestTransfer();
    const folder = temporaryFolder();
    const file = await database('mlflow-3.17', folder);
    const server = new OtherSqlite(file);
    onTestFinished(() => server.close());
    server.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2; BEGIN');
    server.exec("UPDATE runs SET name = 'half-way', source_name = hex(randomblob(200000))");
    expect(readdirSync(folder)).toContain('mlflow.db-journal');
    expect(readFileSync(file).includes('half-way'), 'pages are written already').toBe(true);
    await t.import(file);
    expect(t.tracking.searchRecords({ lifecycle: 'all' }).records.map(({ name }) => name)).not.toContain('half-way');
    expect(named(t, 'killed')).toBeDefined();
  });
});

describe('what is no tracking database of MLflow', () => {
  test.each<[string, (folder: string) => Promise<string> | string, RegExp]>([
    ['text', folder => (writeFileSync(path.join(folder, 'x.db'), 'hello, world, how are you'), path.join(folder, 'x.db')), /not a SQLite database/],
    ['another program', folder => databaseOf('CREATE TABLE t (x)', path.join(folder, 'x.db')), /it has no table experiments, runs/],
  ])('%s', async (_, make, why) => {
    const t = await openTestTransfer();
    const source = await make(temporaryFolder());
    await expect(t.import({ source, kind: 'mlflow-db' })).rejects.toMatchObject({ code: 'data.unreadable', message: expect.stringMatching(why) });
  }); // prettier-ignore

  test('a damaged one', async () => {
    const t = await openTestTransfer();
    const file = await database('mlflow-3.17');
    const bytes = readFileSync(file);
    bytes.fill(0x55, 4096);
    writeFileSync(file, bytes);
    await expect(t.import(file)).rejects.toMatchObject({
      code: 'data.unreadable',
      message: expect.not.stringContaining('copy.db'),
    });
    expect(readdirSync(path.join(t.workspace, '.modelyard/work'))).toEqual([]);
  });

  test("Modelyard's own: a bundle is the way", async () => {
    const t = await openTestTransfer();
    const other = await openTestTransfer();
    cpSync(other.store.path, path.join(t.workspace, 'own.db'));
    rmSync(`${other.store.path}-journal`, { force: true });
    await expect(t.import(path.join(t.workspace, 'own.db'))).rejects.toMatchObject({
      fix: expect.stringContaining('modelyard export bundle'),
    });
  });
});
