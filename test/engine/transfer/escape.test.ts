import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runId } from '../../../engine/ids';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, databaseOf, openTestTransfer, transferFixtures } from '../../support/transfer';
import { temporaryFolder } from '../../support/store';

const SECRET = 'the secret that must stay where it is';

/** A file elsewhere, as `.ssh/id_rsa` would be. */
function secret(): string {
  const file = path.join(temporaryFolder(), 'id_rsa');
  writeFileSync(file, SECRET);
  return file;
}

/** Nothing that was imported, nor any object, has the secret. */
function notLeaked(t: TestTransfer): void {
  const { folder } = t.store.objects;
  for (const name of existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []) {
    const file = path.join(folder, name);
    if (name.length > 10 && existsSync(file)) expect(readFileSync(file).includes(SECRET), name).toBe(false);
  }
  const { records } = t.tracking.searchRecords({ lifecycle: 'all' });
  expect(
    JSON.stringify(records.map(({ params, tags, inputs, name }) => ({ params, tags, inputs, name }))),
  ).not.toContain(SECRET);
}

const runOf = (store: string): string =>
  path.dirname(
    path.join(
      store,
      readdirSync(store, { recursive: true, encoding: 'utf8' }).find(name => name.endsWith('artifacts/d.json'))!,
      '..',
    ),
  );
const withMeta = (folder: string, change: (text: string) => string): void => {
  const file = path.join(folder, 'meta.yaml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
};
const replace = (name: string, target: string): void => {
  rmSync(name, { recursive: true, force: true });
  symlinkSync(target, name);
};

describe.skipIf(process.platform === 'win32')('mlruns: nothing outside of the folder is read', () => {
  test.each<[string, (run: string, secret: string, store: string) => void]>([
    ['an artifact that is a link', (run, file) => symlinkSync(file, path.join(run, 'artifacts/key'))],
    ['a folder of artifacts that is a link', (run, file) => symlinkSync(path.dirname(file), path.join(run, 'artifacts/keys'))],
    ['the artifacts are a link', (run, file) => replace(path.join(run, 'artifacts'), path.dirname(file))],
    ['an absolute artifact_uri', (run, file) => withMeta(run, text => text.replace(/artifact_uri: .*/, `artifact_uri: ${path.dirname(file)}`))],
    ['an artifact_uri of a file', (run, file) => withMeta(run, text => text.replace(/artifact_uri: .*/, `artifact_uri: file://${path.dirname(file)}`))],
    ['an artifact_uri with ..', (run, file) => withMeta(run, text =>
      text.replace(/artifact_uri: .*/, `artifact_uri: ${path.join(run, 'artifacts')}/../../../..${path.dirname(file)}`))],
    ['an mlflow-artifacts address with ..', (run, file) => withMeta(run, text =>
      text.replace(/artifact_uri: .*/, `artifact_uri: mlflow-artifacts:/../../../../../..${path.dirname(file)}`))],
    ['a param that is a link', (run, file) => replace(path.join(run, 'params/lr'), file)],
    ['a tag that is a link', (run, file) => replace(path.join(run, 'tags/mlflow.user'), file)],
    ['params are a link', (run, file) => replace(path.join(run, 'params'), path.dirname(file))],
    ['a metric that is a link', (run, file) => replace(path.join(run, 'metrics/loss'), file)],
    ['meta.yaml is a link', (run, file) => {
      writeFileSync(file, `${readFileSync(path.join(run, 'meta.yaml'), 'utf8').replace(/run_name: .*/, '')}run_name: ${SECRET}\n`);
      replace(path.join(run, 'meta.yaml'), file);
    }],
    ['datasets are a link', (run, file, store) => {
      const datasets = path.join(path.dirname(run), 'datasets');
      const elsewhere = path.join(path.dirname(file), 'datasets');
      renameSync(datasets, elsewhere);
      for (const name of readdirSync(elsewhere)) withMeta(path.join(elsewhere, name), text => text.replace(/name: .*/, `name: ${SECRET}`));
      symlinkSync(elsewhere, datasets);
      expect(store).not.toBe('');
    }],
    ['a run that is a link', (run, file) => {
      const elsewhere = path.join(path.dirname(file), path.basename(run));
      renameSync(run, elsewhere);
      withMeta(elsewhere, text => text.replace(/run_name: .*/, `run_name: ${SECRET}`));
      symlinkSync(elsewhere, run);
    }],
    ['an experiment that is a link', (run, file) => {
      const elsewhere = path.join(path.dirname(file), 'exp');
      renameSync(path.dirname(run), elsewhere);
      withMeta(path.join(elsewhere, path.basename(run)), text => text.replace(/run_name: .*/, `run_name: ${SECRET}`));
      symlinkSync(elsewhere, path.dirname(run));
    }],
    ['mlartifacts beside it is a link', (run, file, store) => {
      const [experiment, id] = [path.basename(path.dirname(run)), path.basename(run)];
      const elsewhere = path.join(path.dirname(file), experiment, id, 'artifacts');
      mkdirSync(elsewhere, { recursive: true });
      writeFileSync(path.join(elsewhere, 'key'), SECRET);
      rmSync(path.join(run, 'artifacts'), { recursive: true });
      symlinkSync(path.dirname(file), path.join(path.dirname(store), 'mlartifacts'));
      withMeta(run, text => text.replace(/artifact_uri: .*/, `artifact_uri: mlflow-artifacts:/${experiment}/${id}/artifacts`));
    }],
  ])('%s', async (what, attack) => {
    const t = await openTestTransfer();
    const store = copyOf('mlruns-3.17', 'mlruns');
    attack(runOf(store), secret(), store);
    const report = await t.import(store);
    notLeaked(t);
    // the other runs are kept; what was left out is said (an address that leads nowhere is only not followed)
    expect(report.runs.imported).toBeGreaterThanOrEqual(what === 'an experiment that is a link' ? 2 : 4);
    if (!/artifact_uri|address|mlartifacts/.test(what)) expect(report.problems.length).toBeGreaterThan(0);
  }); // prettier-ignore

  test('links that stay inside are followed, a circle of them is not', async () => {
    const t = await openTestTransfer();
    const store = copyOf('mlruns-3.17', 'mlruns');
    const run = runOf(store);
    symlinkSync(path.join(run, 'artifacts/d.json'), path.join(run, 'artifacts/link.json'));
    symlinkSync(path.join(run, 'artifacts'), path.join(run, 'artifacts/loop'));
    const report = await t.import(store);
    expect(report.runs).toMatchObject({ imported: 5, incomplete: 1 });
    expect(t.tracking.artifact(runId(path.basename(run)), 'link.json').size).toBe(12);
    expect(report.problems[0]!.message).toMatch(/leads back/);
  });

  test('a named pipe is not waited for', async () => {
    const t = await openTestTransfer();
    const store = copyOf('mlruns-3.17', 'mlruns');
    const run = runOf(store);
    execFileSync('mkfifo', [path.join(run, 'artifacts/pipe')]);
    rmSync(path.join(run, 'metrics/loss'));
    execFileSync('mkfifo', [path.join(run, 'metrics/loss')]);
    const report = await t.import(store);
    expect(report.runs).toMatchObject({ imported: 4, broken: 1 });
  });

  test('a folder that the person named is followed', async () => {
    const t = await openTestTransfer();
    const store = copyOf('mlruns-3.17', 'mlruns');
    const file = secret();
    const run = runOf(store);
    withMeta(run, text => text.replace(/artifact_uri: .*/, `artifact_uri: ${path.dirname(file)}`));
    await t.import({ source: store, artifacts: [path.dirname(file)] });
    expect(t.tracking.artifact(runId(path.basename(run)), 'id_rsa').size).toBe(SECRET.length);
  });
});

describe.skipIf(process.platform === 'win32')('mlflow.db', () => {
  test.each<[string, (folder: string, file: string, id: string) => string]>([
    ['another folder', (_, file) => path.dirname(file)],
    ['a folder beside it that is not the run’s', folder => path.join(folder, '.ssh')],
    ['a link with the run’s id', (folder, file, id) => {
      symlinkSync(path.dirname(file), path.join(folder, id));
      return path.join(folder, id);
    }],
    ['..', (folder, file) => `${folder}/mlruns/../..${file}`],
    ['an id in the path and a link within', (folder, _, id) => {
      mkdirSync(path.join(folder, id));
      symlinkSync(path.join(folder, '.ssh/key'), path.join(folder, id, 'key'));
      return path.join(folder, id);
    }],
  ])('artifact_uri: %s', async (_, attack) => {
    const t = await openTestTransfer();
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, '.ssh'));
    writeFileSync(path.join(folder, '.ssh/key'), SECRET);
    const sql = readFileSync(path.join(transferFixtures, 'mlflow-2.9.sql'), 'utf8');
    const id = /'([0-9a-f]{32})', 'parent'/.exec(sql)![1]!;
    const uri = attack(folder, secret(), id);
    const file = await databaseOf(`${sql}UPDATE runs SET artifact_uri = '${uri}' WHERE run_uuid = '${id}';`, path.join(folder, 'mlflow.db'));
    const report = await t.import(file);
    expect(report.runs.imported).toBe(5);
    notLeaked(t);
  }); // prettier-ignore
});

test('pickles are copied as bytes, whatever they would do', async () => {
  const t = await openTestTransfer();
  const store = copyOf('mlruns-3.17', 'mlruns');
  const mark = path.join(temporaryFolder(), 'ran');
  const pickle = `cposix\nsystem\n(S'touch ${mark}'\ntR.`;
  const run = runOf(store);
  writeFileSync(path.join(run, 'artifacts/model.pkl'), pickle);
  await t.import(store);
  const { bytes } = await t.tracking.readArtifact(runId(path.basename(run)), 'model.pkl');
  expect(Buffer.from(bytes).toString()).toBe(pickle);
  expect(existsSync(mark)).toBe(false);
});

test('names of artifacts that could not be named here are left out and said', async () => {
  const t = await openTestTransfer();
  const store = copyOf('mlruns-3.17', 'mlruns');
  writeFileSync(path.join(runOf(store), 'artifacts', 'a\\b'), 'x');
  const report = await t.import(store);
  expect(report.runs).toMatchObject({ imported: 5, incomplete: 1 });
  expect(report.problems[0]!.message).toMatch(/its name has a backslash/);
});
