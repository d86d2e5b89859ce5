import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Endpoint } from '../../../engine/protocol/serving';
import { bundles } from '../../support/bundles';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';
import { until } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const config = `name: faults
datasets:
  people: {path: people.csv}
models:
  m: {stages: [dev, live]}
infrastructure:
  terraform: true
  models:
    m: {image: "registry.example.com/m:1", namespace: ml}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3, stratify: good}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [id, city]}}
      train: {uses: train, needs: prepare, with: {learner: logistic}}
      evaluate: {uses: evaluate, needs: train, with: {importance: 0, dependence: 0, bootstrap: 0, worst_slices: 0}}
      register: {uses: register, needs: evaluate, with: {model: m}}
`;
const files = () => at.write({ 'modelyard.yaml': config, 'people.csv': peopleCsv() });
const row = JSON.stringify({ dataframe_records: [{ age: 40, income: 3000 }] });
const headersOf = ({ token }: Pick<Endpoint, 'token'>) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${token}`,
});
const ask = (endpoint: Pick<Endpoint, 'url' | 'token'>, body = row) =>
  fetch(`${endpoint.url}/invocations`, { method: 'POST', body, headers: headersOf(endpoint) });
const stateOf = async ({ id }: Endpoint) => (await at.client.call('serving/list', {})).find(one => one.id === id)!;
/** The processes below one that serve models. */
const servers = (parent: number): readonly number[] =>
  execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap(line => {
      const [, pid, ppid, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return Number(ppid) === parent && args.includes('model.js') ? [Number(pid)] : [];
    });

test('a served process that is killed is started again; who asks meanwhile is told to come again', async () => {
  files();
  expect((await at.run('train')).pipelineRun.status).toBe('succeeded');
  await at.client.call('models/promote', { name: 'm', version: 1, to: 'live' });
  const endpoint = await at.client.call('serving/start', { model: 'm', at: 'live' });
  expect((await ask(endpoint)).status).toBe(200);
  await until(async () => (await stateOf(endpoint)).requests === 1 || undefined);
  const [pid = 0] = servers(at.client.welcome.pid);
  process.kill(pid, 'SIGKILL');
  const statuses = new Set<number>();
  await until(async () => {
    const answer = await ask(endpoint).catch(() => undefined);
    if (answer) statuses.add(answer.status);
    return answer?.status === 200 || undefined;
  });
  expect(statuses).toEqual(new Set([503, 200]));
  await until(async () => {
    const { problem, requests } = await stateOf(endpoint);
    return problem === undefined && requests >= 2;
  });
  expect(await stateOf(endpoint)).toMatchObject({ url: endpoint.url, version: 1, restarts: 1 });
  expect(servers(at.client.welcome.pid)).not.toContain(pid);
  await at.client.call('serving/stop', { id: endpoint.id });
  expect(servers(at.client.welcome.pid)).toEqual([]);
});

test('many connections, one that is slow, one that sends too much, and a port that is taken', async () => {
  files();
  const endpoint = await at.client.call('serving/start', { model: 'm', at: '1' });
  const { port } = new URL(endpoint.url);
  await expect(at.client.call('serving/start', { model: 'm', at: '1', port: Number(port) })).rejects.toMatchObject({
    code: 'step.failed',
    message: expect.stringContaining(`Port ${port} is in use`),
  });

  const slow = connect(Number(port), '127.0.0.1');
  slow.on('error', () => undefined);
  const head = Object.entries({ host: `127.0.0.1:${port}`, ...headersOf(endpoint), 'content-length': '1000' });
  slow.write(
    `POST /invocations HTTP/1.1\r\n${head.map(([key, value]) => `${key}: ${value}`).join('\r\n')}\r\n\r\n{"data`,
  );

  const agent = new Agent({ keepAlive: true, maxSockets: 1000 });
  const one = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        `${endpoint.url}/invocations`,
        { method: 'POST', agent, headers: headersOf(endpoint) },
        response => {
          response.resume().on('end', () => resolve(response.statusCode));
        },
      );
      sent.on('error', reject);
      sent.end(row);
    });
  const statuses = await Promise.all(Array.from({ length: 1000 }, one));
  expect(statuses.filter(status => status !== 200)).toEqual([]);
  agent.destroy();

  const large = await ask(endpoint, `{"dataframe_records": [${'"'.padEnd(65 * 1024 * 1024, 'x')}"]}`);
  expect([large.status, await large.text()]).toEqual([400, expect.stringContaining('at most 64 MB')]);
  expect((await ask(endpoint)).status).toBe(200);
  slow.destroy();
  await at.client.call('serving/stop', { id: endpoint.id });
});

test('a damaged version does not answer; who answered before goes on', async () => {
  files();
  expect((await at.run('train', '--fresh')).pipelineRun.status).toBe('succeeded');
  const endpoint = await at.client.call('serving/start', { model: 'm', at: 'live' });
  const folder = path.join(at.folder, 'whole');
  await at.client.call('serving/export', { model: 'm', at: '2', folder });
  const file = path.join(folder, 'modelyard', 'model.json');
  writeFileSync(file, readFileSync(file).subarray(0, 100));
  const served = await at.text('serve-folder', folder);
  expect([served.code, served.stdout]).toEqual([1, '']);
  expect(served.stderr).toMatch(/model\.json|cannot|damaged/);
  expect((await ask(endpoint)).status).toBe(200);
  await at.client.call('serving/stop', { id: endpoint.id });
});

test('an exported model is served by itself, as in its container, and nowhere else to others', async () => {
  files();
  const folder = path.join(at.folder, 'out/model');
  const made = await at.cli('export', 'model', 'm@live', folder);
  expect([made.code, made.json]).toEqual([0, { model: 'm', version: 1 }]);
  expect((await at.cli('export', 'model', 'm@live', folder)).code).toBe(1);
  expect((await at.cli('export', 'model', 'm@live', folder, '--force')).code).toBe(0);
  at.write({ 'mine/notes.txt': 'keep' });
  expect((await at.cli('export', 'model', 'm@live', path.join(at.folder, 'mine'), '--force')).code).toBe(1);
  expect(readFileSync(path.join(at.folder, 'mine/notes.txt'), 'utf8')).toBe('keep');

  const beyond = await at.text('serve-folder', folder, '--host', '0.0.0.0');
  expect([beyond.code, beyond.stderr]).toEqual([2, expect.stringContaining('127.0.0.1 only')]);

  const cli = path.join(await bundles(), 'cli.js');
  const token = 'a-token-of-the-cluster';
  const container = {
    MODELYARD_IN_CONTAINER: '1',
    MODELYARD_SERVING_TOKEN: token,
    MODELYARD_ALLOWED_HOSTS: 'm,m.ml.svc',
  };
  const child = spawn(process.execPath, [cli, 'serve-folder', folder, '--host', '0.0.0.0', '--json'], {
    cwd: at.folder,
    env: { ...process.env, ...container },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise(resolve => child.once('exit', resolve));
  const said = await new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data))));
  expect(said).not.toContain(token);
  const { port } = new URL(JSON.parse(said).url);
  const status = (host: string, given = token, where = '/invocations') =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host, 'content-type': 'application/json', authorization: `Bearer ${given}` };
      const sent = request({ port, path: where, method: where === '/ping' ? 'GET' : 'POST', headers }, response => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject);
      sent.end(where === '/ping' ? undefined : row);
    });
  expect([await status('m'), await status('m.ml.svc:80'), await status('m', 'wrong-token-of-me')]).toEqual([
    200, 200, 401,
  ]);
  expect([await status('evil.example'), await status('m', '', '/ping')]).toEqual([403, 200]);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('files of the infrastructure are written, judged, and told in check', async () => {
  files();
  expect((await at.cli('infra', 'check', '--no-tools')).code).toBe(1);
  expect((await at.cli('infra', 'generate', '--write')).code).toBe(0);
  expect((await at.cli('infra', 'generate', '--check')).code).toBe(0);
  const outcomes = async () => {
    const { json } = await at.cli('check', '--only', 'infrastructure');
    const report: { groups: { verdicts: { id: string; outcome: string }[] }[] } = JSON.parse(JSON.stringify(json));
    return report.groups.flatMap(({ verdicts }) => verdicts.map(({ id, outcome }) => `${outcome} ${id}`));
  };
  expect((await outcomes()).filter(one => !one.startsWith('passed'))).toEqual(['unknown infrastructure/m/tested']);
  await at.cli('test-serving', 'm', '1', '--seconds', '1', '--connections', '2');
  const file = path.join(at.folder, 'deploy/m/kubernetes.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('runAsNonRoot: true', 'runAsNonRoot: false'));
  expect((await outcomes()).filter(one => !one.startsWith('passed'))).toEqual([
    'failed infrastructure/files/deploy/m/kubernetes.yaml/current',
    'failed infrastructure/files/deploy/m/kubernetes.yaml/valid',
  ]);
  const told = await at.text('infra', 'check', '--no-tools');
  expect(told.code).toBe(1);
  expect(told.stdout).toContain('may run as root');
  const shown = await at.diagnostics();
  expect(shown.some(([marked, message]) => marked === 'm' && message.includes('changed by hand'))).toBe(true);
});

test('an engine that is killed takes its servers with it', async () => {
  files();
  const other = path.join(path.dirname(at.folder), 'other');
  cpSync(at.folder, other, {
    recursive: true,
    filter: name => !/engine\.(json|sock|log)|\.lock$|sockets?$/.test(name),
  });
  const cli = path.join(await bundles(), 'cli.js');
  const child = spawn(process.execPath, [cli, 'serve-model', 'm@1', '--json'], {
    cwd: other,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const said = await new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data))));
  const endpoint: Endpoint = JSON.parse(said);
  expect((await ask(endpoint)).status).toBe(200);
  const record = JSON.parse(readFileSync(path.join(other, '.modelyard', 'engine.json'), 'utf8'));
  const [pid = 0] = servers(record.pid);
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  child.kill('SIGKILL');
  process.kill(record.pid, 'SIGKILL');
  await until(() => !existsSync(`/proc/${pid}`) || undefined);
  await expect(ask(endpoint)).rejects.toThrow();
  rmSync(other, { recursive: true });
});
