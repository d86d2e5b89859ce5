import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolderOfFile } from '../../support/store';
import { copySample, until, workspaces } from '../../support/workspaces';

/**
 * The lane of a real Ray head: MODELYARD_TEST_RAY names a Python with `ray[default]`. The head listens on 127.0.0.1 only,
 * asks for a token, and is ended by its process id. Skipped, and said so, where there is none.
 */
const python = process.env['MODELYARD_TEST_RAY'];
const probe = python === undefined ? undefined : spawnSync(python, ['-c', 'import ray.dashboard.optional_deps']);
const lacking = python === undefined ? 'MODELYARD_TEST_RAY is not set' : probe?.status === 0 ? '' : `${python} has no ray[default]`; // prettier-ignore
const { make, connect } = workspaces();
const token = 'a-token-of-the-test-that-is-long-enough';
let head: ChildProcess | undefined;
let address = '';

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const place = server.address();
      server.close(() => resolve(typeof place === 'object' && place !== null ? place.port : 0));
    });
  });

async function end(): Promise<void> {
  if (head === undefined || head.exitCode !== null || head.signalCode !== null) return;
  const gone = new Promise(resolve => head?.once('exit', resolve));
  head.kill('SIGTERM');
  await gone;
}

beforeAll(async () => {
  if (lacking !== '' || python === undefined) return;
  const [port, dashboard] = [await freePort(), await freePort()];
  address = `http://127.0.0.1:${dashboard}`;
  const args = ['-c', 'from ray.scripts.scripts import main; main()', 'start', '--head', '--block', '--node-ip-address', '127.0.0.1', '--port', String(port), '--dashboard-host', '127.0.0.1', '--dashboard-port', String(dashboard), '--num-cpus', '1', '--disable-usage-stats', '--temp-dir', temporaryFolderOfFile()]; // prettier-ignore
  // the driver of trials looks for a Python with `ray` on the PATH of the head
  const at = `${path.dirname(python)}${path.delimiter}${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PATH: at, RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN: token };
  process.env['MODELYARD_TEST_RAY_TOKEN'] = token;
  head = spawn(python, args, { env, stdio: 'ignore' });
  const headers = { authorization: `Bearer ${token}` };
  await until(async () => (await fetch(`${address}/api/version`, { headers }).catch(() => undefined))?.ok, 120_000);
}, 150_000);
afterAll(end, 60_000);

const configOf = (command: string, tokenName: string): string => `
name: rayed
datasets: {people: {path: people.csv}}
pipelines:
  train:
    executor: {ray: {address: "${address}", token: {env: ${tokenName}}}}
    steps:
      count: {run: "wc -l < people.csv > n.txt", outs: [n.txt]}
      tell: {needs: count, run: "${command}", outs: [told.txt]}
`;
const told = 'cat n.txt n.txt > told.txt; echo run=$MLFLOW_RUN_ID';
async function workspace(command: string, tokenName = 'MODELYARD_TEST_RAY_TOKEN') {
  const folder = make(configOf(command, tokenName));
  writeFileSync(path.join(folder, 'people.csv'), 'a,b\n1,2\n3,4\n');
  const client = await connect(folder);
  const logOf = async (step: string): Promise<string> => {
    const [run] = await client.call('pipelines/runs', { limit: 1 });
    return (await client.call('pipelines/log', { id: run!.id, step })).text;
  };
  return { folder, client, logOf };
}

describe.skipIf(lacking !== '')(`a real Ray head${lacking && ` [skipped: ${lacking}]`}`, { timeout: 180_000 }, () => {
  test('runs the commands of a pipeline, gives back log and outputs; the job continues the run of its step', async () => {
    const { folder, client, logOf } = await workspace(told);
    const run = await client.call('pipelines/run', { pipeline: 'train' });
    expect(run).toMatchObject({ status: 'succeeded' });
    expect(readFileSync(path.join(folder, 'told.txt'), 'utf8')).toMatch(/^\s*3\n\s*3\n$/);
    expect(await logOf('tell')).toContain(`run=${run.runId}`);
    expect(await logOf('tell')).not.toContain(token);
  });

  test('measures the trials of a study as this machine does', async () => {
    const tune = 'learner: logistic, metric: auc, trials: 8, parallel: 2, folds: 3, seed: 3, fresh: true';
    const steps = `
      split: {uses: split, with: {dataset: applications, test: 0.3, stratify: creditability, seed: 7}}
      prepare: {uses: prepare, needs: split, with: {label: creditability, positive: bad}}`;
    const where = `executor: {ray: {address: "${address}", token: {env: MODELYARD_TEST_RAY_TOKEN}, cpus: 0.5}}`;
    const folder = make();
    copySample(folder);
    writeFileSync(path.join(folder, 'modelyard.yaml'), `name: rayed
datasets: {applications: {path: data/german_credit.csv}}
pipelines:
  near:
    steps:${steps}
      tune: {uses: tune, needs: prepare, with: {${tune}}}
  far:
    steps:${steps}
      tune: {uses: tune, needs: prepare, with: {${tune}}, ${where}}
`); // prettier-ignore
    const client = await connect(folder);
    const studyOf = async (pipeline: string) => {
      expect(await client.call('pipelines/run', { pipeline })).toMatchObject({ status: 'succeeded' });
      const [study] = await client.call('studies/list', { pipeline, limit: 1 });
      const { trials } = await client.call('studies/get', { study: study!.id });
      return trials.map(({ number, state, params, values, reports }) => ({ number, state, params, values, reports }));
    };
    expect(await studyOf('far')).toEqual(await studyOf('near'));
  });

  test('refuses another token', async () => {
    process.env['MODELYARD_TEST_WRONG_TOKEN'] = 'another-token-that-is-long-enough';
    const { client } = await workspace(told, 'MODELYARD_TEST_WRONG_TOKEN');
    const run = await client.call('pipelines/run', { pipeline: 'train' });
    expect(run.error).toMatchObject({ code: 'remote.refused', place: { key: 'pipelines.train.steps.count' } });
  });

  test('cancelling stops the job there; then the head dies under another one', async () => {
    const { client, logOf } = await workspace('echo begun; sleep 300');
    const abort = new AbortController();
    const running = client.call('pipelines/run', { pipeline: 'train' }, { signal: abort.signal });
    const cancelled = running.catch((error: unknown) => error);
    await until(async () => (await logOf('tell').catch(() => '')).includes('begun\n'), 60_000);
    abort.abort();
    await cancelled;
    await until(async () => (await client.call('pipelines/runs', { limit: 1 }))[0]?.status === 'cancelled', 30_000);
    const jobs: unknown = await (await fetch(`${address}/api/jobs/`, { headers: { authorization: `Bearer ${token}` } })).json(); // prettier-ignore
    expect(jobs).not.toContainEqual(expect.objectContaining({ status: 'RUNNING' }));
    expect(jobs).toContainEqual(expect.objectContaining({ status: 'STOPPED' }));

    const second = client.call('pipelines/run', { pipeline: 'train' });
    await until(async () => (await client.call('pipelines/runs', { limit: 1 }))[0]?.status === 'running', 30_000);
    await until(async () => (await logOf('tell').catch(() => '')).includes('begun\n'), 60_000);
    await end();
    const run = await second;
    expect(run.error).toMatchObject({ code: 'remote.unreachable', message: expect.stringMatching(/has not answered for 60 s .*while step tell ran there/) }); // prettier-ignore
    expect(await logOf('tell')).toMatch(/begun\n[^]*has not answered for 60 s/);
    expect(run.steps.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });
});
