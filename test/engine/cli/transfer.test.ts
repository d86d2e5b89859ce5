import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { ExportReport, ImportReport } from '../../../engine/protocol/transfer';
import { bundles } from '../../support/bundles';
import { serve } from '../../support/httpServer';
import { openTestApi } from '../../support/mlflowApi';
import { transferFixtures } from '../../support/transfer';
import { childrenOf } from '../../support/journey';
import { until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();
let cli = '';
beforeAll(async () => {
  cli = path.join(await bundles(), 'cli.js');
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
const modelyard = (args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Outcome> =>
  new Promise(resolve => {
    execFile(process.execPath, [cli, ...args], { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
const folder = (): string => make('name: small\n');
const store = (): string => {
  const copy = path.join(make(), 'mlruns');
  cpSync(path.join(transferFixtures, 'mlruns-3.17'), copy, { recursive: true });
  return copy;
};

describe('modelyard import', () => {
  test('0 when everything is here; what came of it, for people and as JSON; nothing is left running or lying about', async () => {
    const cwd = folder();
    const source = store();
    const first = await modelyard(['import', source], cwd);
    expect(first).toEqual({
      code: 0,
      stderr: '',
      stdout: '✓ 5 runs imported (12 points, 3 artifacts, 2 new experiments)\n',
    });
    const again = await modelyard(['import', path.relative(cwd, source), '--json'], cwd);
    expect(again.code).toBe(0);
    const report: ImportReport = JSON.parse(again.stdout);
    expect(report).toMatchObject({ kind: 'mlruns', runs: { imported: 0, unchanged: 5 } });
    expect(readdirSync(path.join(cwd, '.modelyard/work'))).toEqual([]);
    const client = await connect(cwd);
    const { runs } = await client.call('runs/search', { lifecycle: 'all' });
    expect(runs).toHaveLength(5);
    if (process.platform === 'linux') await until(() => childrenOf(client.welcome.pid).length === 0);
  });

  test('registered models come along, and each way to look at them has them', async () => {
    const cwd = folder();
    const source = path.join(transferFixtures, 'registry-3.17');
    const { code, stdout } = await modelyard(['import', source], cwd);
    expect(code).toBe(1); // the files of one version are in a bucket
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '! 2 runs imported (2 points, 4 artifacts, 1 new experiment)',
      '  6 registered models imported',
      '  7 model versions imported',
      '  1 model version without their files or some of their tags',
    ]);
    expect(stdout).toContain(
      '✗ Model elsewhere, version 1: its files are not here; they are said to be at s3://bucket/models/7.',
    );
    const models = await modelyard(['models', 'credit-risk'], cwd);
    expect(models).toMatchObject({ code: 0, stdout: expect.stringContaining('imported from a folder of MLflow') });
    const client = await connect(cwd);
    const listed = await client.call('models/list', {});
    expect(listed.map(({ name, versions }) => [name, versions.length])).toEqual([
      ['copied', 1],
      ['credit-risk', 3],
      ['elsewhere', 1],
      ['empty', 0],
      ['logged', 1],
    ]);
  });

  test('1 when something was left out, with file, line and why', async () => {
    const cwd = folder();
    const source = store();
    const metric = path.join(
      source,
      readdirSync(source, { recursive: true, encoding: 'utf8' }).find(name => name.endsWith('metrics/m'))!,
    );
    appendFileSync(metric, 'rubbish\n');
    const { code, stdout } = await modelyard(['import', source], cwd);
    expect(code).toBe(1);
    expect(stdout).toContain('! 4 runs imported');
    expect(stdout).toContain('1 run left out: they cannot be read');
    expect(stdout).toContain(`✗ ${metric}:2: "rubbish" is not a time, a value and a step.`);
    const { code: asJson, stdout: json } = await modelyard(['import', source, '--json'], cwd);
    expect(asJson).toBe(1);
    expect(JSON.parse(json)).toMatchObject({ problems: [{ place: { file: metric, line: 2 } }] });
  });

  test('2 when it is used wrongly', async () => {
    const cwd = folder();
    expect(await modelyard(['import'], cwd)).toMatchObject({ code: 2 });
    expect(await modelyard(['import', 'nowhere'], cwd)).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no file or folder') });
    expect(await modelyard(['import', 'x', '--as', 'excel'], cwd)).toMatchObject({ code: 2 });
    const { code, stdout } = await modelyard(['import', 'nowhere', '--json'], cwd);
    expect([code, JSON.parse(stdout).error.code]).toEqual([2, 'not-found']);
    expect(await modelyard(['import', store()], make())).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no modelyard.yaml') });
  }); // prettier-ignore

  test('a source that is nothing of the kind: 1', async () => {
    const cwd = folder();
    writeFileSync(path.join(cwd, 'x.txt'), 'hello');
    expect(await modelyard(['import', 'x.txt'], cwd)).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing that runs can be imported from') });
  }); // prettier-ignore

  test('into one experiment, artifacts from a further folder', async () => {
    const cwd = folder();
    const source = store();
    const { code } = await modelyard(['import', source, '--experiment', 'all of them', '--artifacts', cwd], cwd);
    expect(code).toBe(0);
    const client = await connect(cwd);
    const experiments = await client.call('experiments/list', {});
    expect(experiments.filter(({ runs }) => runs > 0).map(({ name }) => name)).toEqual(['all of them']);
  });
});

describe('modelyard export', () => {
  test('a bundle goes to another folder and back', async () => {
    const [here, there] = [folder(), folder()];
    await modelyard(['import', store()], here);
    const out = await modelyard(['export', 'bundle', 'runs.tar.gz', '--deleted'], here);
    expect(out).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ 5 runs exported to .*runs\.tar\.gz \(12 points, 3 artifacts\)\n$/) });
    expect(await modelyard(['import', path.join(here, 'runs.tar.gz')], there)).toMatchObject({ code: 0, stdout: expect.stringContaining('5 runs imported') });
    expect(await modelyard(['export', 'bundle', 'runs.tar.gz'], here)).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') });
    expect(await modelyard(['export', 'bundle', 'runs.tar.gz', '--force', '--json'], here)).toMatchObject({ code: 0 });
    expect(await modelyard(['export', 'bundle', 'x/y.tar.gz'], here)).toMatchObject({ code: 2 });
    expect(await modelyard(['export', 'bundle', 'z.tar.gz', '--filter', 'what'], here)).toMatchObject({ code: 2 });
    expect(await modelyard(['export', 'bundle', 'z.tar.gz', '--experiment', 'none'], here)).toMatchObject({ code: 2 });
    expect(existsSync(path.join(here, 'z.tar.gz'))).toBe(false);
  }); // prettier-ignore

  test('a table', async () => {
    const cwd = folder();
    await modelyard(['import', store()], cwd);
    expect(await modelyard(['export', 'csv', 'runs.csv', '--experiment', 'credit'], cwd)).toMatchObject({ code: 0 });
    const [head, ...rows] = readFileSync(path.join(cwd, 'runs.csv'), 'utf8')
      .trim()
      .split(/\n(?=[0-9a-f]{32},)/);
    expect(head).toMatch(
      /^run_id,experiment_id,experiment_name,status,.*metrics\.loss,.*params\.lr,.*tags\.mlflow\.runName/,
    );
    expect(rows).toHaveLength(2);
  });

  test('a server: the token comes from the environment and is said nowhere', async () => {
    const cwd = folder();
    await modelyard(['import', store()], cwd);
    const api = await openTestApi();
    const url = await serve(call => api.handler(call));
    const token = 'a-very-secret-token';
    const { code, stdout, stderr } = await modelyard(['export', 'mlflow', url, '--json'], cwd, {
      MODELYARD_EXPORT_TOKEN: token,
    });
    const report: ExportReport = JSON.parse(stdout);
    expect([code, report.runs]).toEqual([0, { exported: 3, unchanged: 0, broken: 0 }]);
    expect(api.tracking.searchRecords({}).records).toHaveLength(3);
    const again = await modelyard(['export', 'mlflow', `${url}/`, '--token-env', 'MY_TOKEN'], cwd, { MY_TOKEN: token });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('3 runs there already') });
    const failed = await modelyard(['export', 'mlflow', 'http://127.0.0.1:1', '--token-env', 'MY_TOKEN'], cwd, {
      MY_TOKEN: token,
    });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be reached') });
    const log = readFileSync(path.join(cwd, '.modelyard/engine.log'), 'utf8');
    expect([stdout, stderr, failed.stderr, log].join('\n')).not.toContain(token);
  });

  test('a secret on the command line is refused', async () => {
    const cwd = folder();
    const { code, stderr } = await modelyard(['export', 'mlflow', 'http://ada:secret@host'], cwd);
    expect([code, stderr]).toEqual([2, expect.stringContaining('without a secret')]);
    expect(stderr).not.toContain('ada:secret');
    expect(await modelyard(['export', 'mlflow', 'http://host', '--token-env', 'NOT_SET'], cwd)).toMatchObject({
      code: 2,
    });
  });
});

test('others are answered while runs come in', async () => {
  const cwd = folder();
  const source = path.join(make(), 'runs.csv');
  const rows = Array.from({ length: 4000 }, (_, run) => `${String(run).padStart(32, '0')},${run / 10},${run % 7}\n`);
  writeFileSync(source, `run_id,metrics.auc,params.depth\n${rows.join('')}`);
  const client = await connect(cwd);
  const other = await connect(cwd);
  let isDone = false;
  const report = client.call('transfer/import', { source }).finally(() => (isDone = true));
  const counts: number[] = [];
  while (!isDone) {
    const experiments = await other.call('experiments/list', {});
    counts.push(experiments.find(({ name }) => name === 'runs')?.runs ?? 0);
  }
  expect((await report).runs.imported).toBe(4000);
  // whoever asked in between has been answered several times, on the way from none to all
  expect(new Set(counts).size).toBeGreaterThan(4);
});

test('a cancelled call ends the process that reads, and removes its folder', async () => {
  const cwd = folder();
  const source = path.join(make(), 'mlruns');
  const experiment = path.join(source, '1');
  mkdirSync(experiment, { recursive: true });
  writeFileSync(path.join(experiment, 'meta.yaml'), "experiment_id: '1'\nlifecycle_stage: active\nname: many\n");
  for (let run = 0; run < 1000; run++) {
    const id = String(run).padStart(32, '0');
    mkdirSync(path.join(experiment, id, 'params'), { recursive: true });
    writeFileSync(
      path.join(experiment, id, 'meta.yaml'),
      `run_id: '${id}'\nrun_name: run ${run}\nstatus: 3\nstart_time: ${1000 + run}\n`,
    );
    for (let param = 0; param < 2; param++)
      writeFileSync(path.join(experiment, id, `params/p${param}`), 'x'.repeat(50));
  }
  const client = await connect(cwd);
  const controller = new AbortController();
  const call = client.call('transfer/import', { source }, {
    signal: controller.signal,
    onProgress: ({ fraction = 0 }) => fraction > 0 && controller.abort(),
  }); // prettier-ignore
  await expect(call).rejects.toMatchObject({
    code: 'cancelled',
    message: expect.stringContaining('of 1000 runs were imported'),
  });
  expect(readdirSync(path.join(cwd, '.modelyard/work'))).toEqual([]);
  if (process.platform === 'linux') await until(() => childrenOf(client.welcome.pid).length === 0);
  expect((await client.call('transfer/import', { source })).runs).toMatchObject({ broken: 0, conflicting: 0 });
  const { experiments } = { experiments: await client.call('experiments/list', {}) };
  expect(experiments.find(({ name }) => name === 'many')?.runs).toBe(1000);
});
