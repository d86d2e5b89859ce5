import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { EngineClient } from '../../../engine/client/engineClient';
import { endpointOf, realWorkspace } from '../../../engine/client/endpoint';
import { engineRecordPath, liveEngineRecord } from '../../../engine/client/engineRecord';
import { ModelyardError } from '../../../engine/errors';
import { bundles } from '../../support/bundles';
import { isAlive } from '../../support/isAlive';
import { until, version, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();
const status = (client: EngineClient) => client.call('engine/status', {});
const failure = async (call: Promise<unknown>): Promise<ModelyardError> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ModelyardError) return error;
  throw new Error(`Not a ModelyardError: ${String(error)}`);
};

describe('one engine for a folder', () => {
  test('two windows and a command line at once share one, and none sees a lock', async () => {
    const folder = make('name: shared\n');
    const cli = path.join(await bundles(), 'cli.js');
    const runsOf = () => promisify(execFile)(process.execPath, [cli, 'runs', '--json', '--workspace', folder]);
    const [one, two, ...lists] = await Promise.all([connect(folder), connect(folder), runsOf(), runsOf()]);
    expect(two.welcome.pid).toBe(one.welcome.pid);
    for (const { stdout } of lists) expect(JSON.parse(stdout)).toEqual({ runs: [] });
    expect((await status(one)).clients).toEqual([
      { client: 'test', trusted: true },
      { client: 'test', trusted: true },
    ]);
  });

  test('ten that start at once: one engine, no error', async () => {
    const folder = make();
    const clients = await Promise.all(Array.from({ length: 10 }, () => connect(folder)));
    expect(new Set(clients.map(client => client.welcome.pid)).size).toBe(1);
    const checks = await Promise.all(clients.map(client => client.call('db/check', {})));
    expect(checks.map(check => check.ok)).toEqual(Array(10).fill(true));
    expect(readFileSync(path.join(folder, '.modelyard', 'engine.log'), 'utf8')).not.toMatch(/lock|busy|store\./i);
  });

  test('a folder reached by another path has the same endpoint', async () => {
    const folder = make();
    mkdirSync(path.join(folder, 'sub'));
    const one = await connect(folder);
    const two = await connect(path.join(folder, 'sub', '..'));
    expect(two.welcome.pid).toBe(one.welcome.pid);
  });

  test('what is under way when a client closes its connection is cancelled, and what is asked later', async () => {
    const client = await connect(make());
    const asked = client.call('db/check', {});
    client.dispose();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.call('db/check', {})).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('ends the grace time after its last client', async () => {
    const folder = make();
    const client = await connect(folder);
    const { pid } = client.welcome;
    const left = Date.now();
    client.dispose();
    await until(() => !isAlive(pid));
    expect(Date.now() - left).toBeGreaterThan(2500);
    expect(existsSync(engineRecordPath(folder))).toBe(false);
  });
});

describe('after SIGKILL of the engine', () => {
  test('clients have another within 2 s by themselves, one for all', async () => {
    const folder = make();
    const asked = performance.now();
    const clients = [await connect(folder), await connect(folder)];
    const start = performance.now() - asked; // on this machine, as busy as it is now
    const old = clients[0]!.welcome.pid;
    const states: string[] = [];
    clients[0]!.onState(state => void states.push(state));
    const reconnected = Promise.all(clients.map(client => new Promise(resolve => client.onDidReconnect(resolve))));
    const killed = performance.now();
    process.kill(old, 'SIGKILL');
    await reconnected;
    expect(performance.now() - killed).toBeLessThan(Math.max(2000, 3 * start));
    expect(states).toEqual(['reconnecting', 'connected']);
    expect(clients[0]!.welcome.pid).not.toBe(old);
    expect(clients[1]!.welcome.pid).toBe(clients[0]!.welcome.pid);
    expect(await clients[0]!.call('db/check', {})).toMatchObject({ ok: true });
  });

  test('a call that is made meanwhile waits; a read under way is asked again; a write fails and says so', async () => {
    const client = await connect(make());
    process.kill(client.welcome.pid, 'SIGSTOP');
    const read = client.call('experiments/list', {});
    const write = failure(client.call('datasets/validate', {}));
    process.kill(client.welcome.pid, 'SIGKILL');
    expect(await write).toMatchObject({
      code: 'engine.unreachable',
      message: 'The engine ended while it worked on datasets/validate.',
    });
    expect(await client.call('models/list', {})).toEqual([]);
    expect(await read).toEqual(expect.any(Array));
  });

  test('what ran has failed, with the reason, also when its run was deleted meanwhile', async () => {
    const client = await connect(make('name: a\npipelines: {p: {steps: {s: {run: sleep 60}}}}\n'));
    const running = failure(client.call('pipelines/run', { pipeline: 'p' }));
    const started = async () => (await client.call('runs/search', {})).runs[0];
    await until(async () => (await started()) !== undefined);
    const run = (await started())!;
    await client.call('runs/delete', { runId: run.id });
    process.kill(client.welcome.pid, 'SIGKILL');
    expect(await running).toMatchObject({ code: 'engine.unreachable' });
    await client.call('runs/restore', { runId: run.id });
    expect(await client.call('runs/get', { run: run.id })).toMatchObject({
      status: 'FAILED',
      tags: { 'modelyard.failure': 'The engine ended while this run was under way.' },
    });
    const [kept] = await client.call('pipelines/runs', { pipeline: 'p' });
    expect(kept).toMatchObject({ status: 'failed', error: { message: 'The engine was ended while this ran.' } });
  });

  test('two windows and command lines at work: every call settles, nothing is locked, the next engine serves all', async () => {
    const folder = make('name: a\npipelines:\n  p: {steps: {s: {run: "echo begun > begun; sleep 60"}}}\n');
    const cli = path.join(await bundles(), 'cli.js');
    const line = (...args: string[]) => promisify(execFile)(process.execPath, [cli, ...args, '--workspace', folder]);
    const windows = [await connect(folder, { client: 'extension' }), await connect(folder, { client: 'extension' })];
    const run = line('run', '--json').catch((error: unknown) => error);
    await until(() => existsSync(path.join(folder, 'begun')), 30_000);
    const { pid } = windows[0]!.welcome;
    process.kill(pid, 'SIGSTOP'); // so that all of this is under way when it dies
    const reads = windows.flatMap(client => [
      client.call('pipelines/list', {}),
      client.call('runs/search', {}),
      client.call('models/list', {}),
    ]);
    const writes = windows.map(client => failure(client.call('engine/listen', {})));
    const list = line('runs', '--json');
    await new Promise(resolve => setTimeout(resolve, 200));
    process.kill(pid, 'SIGKILL');
    for (const write of writes)
      expect(await write).toMatchObject({
        code: 'engine.unreachable',
        message: 'The engine ended while it worked on engine/listen.',
      });
    expect(await Promise.all(reads)).toHaveLength(6);
    expect(await run).toMatchObject({ code: 1, stdout: expect.stringContaining('engine.unreachable') });
    expect(JSON.parse((await list).stdout).runs).toMatchObject([{ status: 'FAILED' }]);
    expect(new Set(windows.map(client => client.welcome.pid)).size).toBe(1);
    const [summary] = await windows[1]!.call('pipelines/list', {});
    expect(summary?.last).toMatchObject({ status: 'failed', steps: [{ status: 'failed' }] });
    expect(await windows[0]!.call('db/check', {})).toMatchObject({ ok: true, missingObjects: 0 });
    expect(readFileSync(path.join(folder, '.modelyard', 'engine.log'), 'utf8')).not.toMatch(/lock|busy/i);
  });

  test('events come from the next engine as well', async () => {
    const folder = make('name: a\n');
    const client = await connect(folder);
    let changes = 0;
    client.on('config/changed', () => void changes++);
    const reconnected = new Promise(resolve => client.onDidReconnect(resolve));
    process.kill(client.welcome.pid, 'SIGKILL');
    await reconnected;
    writeFileSync(path.join(folder, 'modelyard.yaml'), 'name: b\n');
    await until(() => changes > 0);
  });
});

describe('an engine that is asked to end', () => {
  test('SIGTERM: ends with 0, the record and the write protection are gone', async () => {
    const folder = make();
    const client = await connect(folder);
    const { pid } = client.welcome;
    client.dispose();
    process.kill(pid, 'SIGTERM');
    await until(() => !isAlive(pid));
    expect(existsSync(engineRecordPath(folder))).toBe(false);
    expect(readFileSync(path.join(folder, '.modelyard', 'engine.log'), 'utf8')).toContain('Ended.');
  });

  test('stop: clients stay away until the next call', async () => {
    const client = await connect(make());
    const { pid } = client.welcome;
    await client.call('engine/stop', {});
    await until(() => client.state === 'idle');
    await until(() => !isAlive(pid));
    expect(await client.call('runs/search', {})).toEqual({ runs: [] });
    expect(client.welcome.pid).not.toBe(pid);
    expect(client.state).toBe('connected');
  });

  test('a client that comes while it ends gets the next one', async () => {
    const folder = make();
    const first = await connect(folder);
    const { pid } = first.welcome;
    process.kill(pid, 'SIGTERM');
    const second = await connect(folder);
    expect(await second.call('db/check', {})).toMatchObject({ ok: true });
    expect(second.welcome.pid).not.toBe(pid);
  });

  test('a newer client replaces it', async () => {
    const folder = make();
    const old = await connect(folder);
    const { pid } = old.welcome;
    const error = await failure(connect(folder, { version: '99.0.0' })); // our bundle is not that new: it tries, then says so
    expect(error.code).toBe('engine.version');
    await until(() => !isAlive(pid));
  });
});

describe('when there is no engine to be had', () => {
  test('a folder that does not exist', async () => {
    expect(await failure(connect('/no/such/folder'))).toMatchObject({
      code: 'not-found',
      message: 'There is no folder /no/such/folder.',
    });
  });

  test('a file instead of a folder', async () => {
    const file = path.join(make('name: a\n'), 'modelyard.yaml');
    expect(await failure(connect(file))).toMatchObject({ code: 'not-found', message: `There is no folder ${file}.` });
  });

  test('a file where .modelyard should be', async () => {
    const folder = make();
    writeFileSync(path.join(folder, '.modelyard'), '');
    expect(await failure(connect(folder))).toMatchObject({
      code: 'store.readonly',
      message: `The folder ${folder} cannot be written.`,
    });
  });

  test('none runs, and none may be started', async () => {
    const connecting = EngineClient.connect({ workspace: make(), client: 'test', version, trusted: true });
    expect(await failure(connecting)).toMatchObject({ code: 'engine.unreachable' });
  });

  test('an engine that fails at once: its last words are told', async () => {
    const folder = make();
    const engineFile = path.join(folder, 'broken.js');
    writeFileSync(engineFile, 'throw new Error("no such luck")');
    const error = await failure(connect(folder, { engineFile }));
    expect(error.code).toBe('engine.unreachable');
    expect(error.message).toContain('It ended with code 1');
  });

  test('an engine that never answers: patience ends', async () => {
    const folder = make();
    const engineFile = path.join(folder, 'dumb.js');
    writeFileSync(engineFile, 'setTimeout(() => undefined, 3000)');
    const error = await failure(connect(folder, { engineFile, patience: 500 }));
    expect(error).toMatchObject({ code: 'engine.unreachable', message: expect.stringContaining('does not answer') });
  });

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written', async () => {
    const folder = make();
    chmodSync(folder, 0o555);
    expect(await failure(connect(folder))).toMatchObject({ code: 'store.readonly' });
    chmodSync(folder, 0o755);
  });

  test('a file that is no database: its error reaches the client', async () => {
    const folder = make();
    mkdirSync(path.join(folder, '.modelyard'));
    writeFileSync(path.join(folder, '.modelyard', 'modelyard.db'), 'This is a letter, not a database. '.repeat(100));
    expect(await failure(connect(folder))).toMatchObject({ code: 'store.foreign' });
  });

  test('a record that a killed engine left is not believed', async () => {
    const folder = make();
    mkdirSync(path.join(folder, '.modelyard'));
    const stale = {
      pid: 2 ** 22 + 1,
      version,
      token: 'x'.repeat(48),
      endpoint: endpointOf(realWorkspace(folder)),
      startedAt: 0,
    };
    writeFileSync(engineRecordPath(folder), JSON.stringify(stale));
    const client = await connect(folder);
    expect(client.welcome.pid).not.toBe(stale.pid);
  });

  test('nor one that is cut off', async () => {
    const folder = make();
    mkdirSync(path.join(folder, '.modelyard'));
    writeFileSync(engineRecordPath(folder), '{"pid": 1, "tok');
    await connect(folder);
    expect(liveEngineRecord(folder)).toBeDefined();
  });
});
