import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { engineRecordPath, liveEngineRecord } from '../../../engine/client/engineRecord';
import { modelyard, start } from '../../support/commandLine';
import { isAlive } from '../../support/isAlive';
import { until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();

interface Serving {
  readonly child: ChildProcess;
  readonly text: string;
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** What it has said on stderr so far. */
  readonly said: () => string;
  /** The exit code, once it has ended. */
  readonly exit: Promise<number | null>;
}

async function serving(args: readonly string[], folder: string): Promise<Serving> {
  const child = await start(['serve', ...args], folder);
  let [text, said] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exit = new Promise<number | null>(resolve => child.once('close', resolve));
  await until(() => /http:\/\/127\.0\.0\.1:\d+\n/.test(text), 20_000);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
  const token = /MLFLOW_TRACKING_TOKEN=(\S+)/.exec(text)?.[1] ?? '';
  return { child, text, url, port: Number(new URL(url).port), token, said: () => said, exit };
}

async function status({ url, token }: { url: string; token: string }): Promise<number | undefined> {
  const answer = await fetch(`${url}/api/2.0/mlflow/experiments/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: '{"max_results": 10}',
  }).catch(() => undefined);
  return answer?.status;
}

describe('the owner of the folder', () => {
  test('answers with its token, not without; one line has the address; SIGTERM ends it with 0', async () => {
    const folder = make();
    const server = await serving([], folder);
    const { child, text, url } = server;
    expect(text.split('\n').filter(line => line.includes('http://127.0.0.1'))).toHaveLength(1);
    expect(await status(server)).toBe(200);
    expect(await status({ url, token: '' })).toBe(401);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(liveEngineRecord(folder)?.pid).toBe(child.pid);
    child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    expect(server.said()).toBe('');
    expect(existsSync(engineRecordPath(folder))).toBe(false);
  });

  test.each([['SIGINT'], ['SIGHUP']] as const)('%s ends it with 0', async signal => {
    const { child, exit } = await serving([], make());
    child.kill(signal);
    expect(await exit).toBe(0);
  });

  test('the token of the environment, which no list of processes shows', async () => {
    vi.stubEnv('MLFLOW_TRACKING_TOKEN', 'token-of-the-environment');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { url, token } = await serving([], make());
    expect(token).toBe('token-of-the-environment');
    expect(await status({ url, token })).toBe(200);
    expect(await status({ url, token: 'another-token' })).toBe(401);
  });

  test('a token that the next engine would refuse is refused at once', async () => {
    for (const token of ['short', 'with a blank', 'häßliche-Zeichen']) {
      const child = await start(['serve', '--token', token], make());
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const exit = await new Promise(resolve => child.once('close', resolve));
      expect([exit, said]).toEqual([
        2,
        expect.stringContaining('A token has 8 to 200 printable characters, no spaces.'),
      ]);
    }
  });

  test('--token, --no-token, --port', async () => {
    const own = await serving(['--token', 'my-own-token'], make());
    expect(await status({ url: own.url, token: 'my-own-token' })).toBe(200);
    const open = await serving(['--no-token'], make());
    expect(await status({ url: open.url, token: '' })).toBe(200);
    const taken = await modelyard(['serve', '--port', String(own.port)], make());
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain(`error: Port ${own.port} is in use.`);
  });

  test('other commands use its engine', async () => {
    const folder = make('name: a\npipelines:\n  say: {steps: {hello: {run: echo hello}}}\n');
    const { child } = await serving([], folder);
    const { stdout } = await modelyard(['run', '--json'], folder);
    expect(JSON.parse(stdout).pipelineRun.status).toBe('succeeded');
    expect(liveEngineRecord(folder)?.pid).toBe(child.pid);
  });

  test('its engine is stopped: it says so and ends with 0', async () => {
    const folder = make();
    const server = await serving([], folder);
    expect(await modelyard(['stop'], folder)).toMatchObject({ code: 0, stdout: 'The engine has ended.\n' });
    expect(await server.exit).toBe(0);
    expect(server.said()).toBe('The engine has been stopped: nothing is served any more.\n');
    expect(await status(server)).toBeUndefined();
  });

  test('its engine is replaced: the next one listens at the same address with the same token', async () => {
    const folder = make();
    const server = await serving([], folder);
    const client = await connect(folder);
    await client.call('engine/stop', { now: true });
    await until(() => client.state === 'idle');
    await client.call('engine/status', {}); // starts another
    expect(client.welcome.pid).not.toBe(server.child.pid);
    await until(() => server.said().includes('again'));
    expect(server.said()).toBe(`Another engine has taken over. Modelyard is ready at ${server.url} again.\n`);
    expect(await status(server)).toBe(200);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
  });
});

describe('another engine owns the folder', () => {
  test('that one listens, and goes on when this ends', async () => {
    const folder = make();
    const client = await connect(folder);
    const server = await serving(['--token', 'my-own-token'], folder);
    expect(server.token).toBe('my-own-token');
    expect(await status(server)).toBe(200);
    expect((await client.call('engine/status', {})).http?.url).toBe(server.url);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    expect(server.said()).toBe('');
    expect(await status(server)).toBe(200);
  });

  test('it is killed, again and again: the next one listens at the same address with the same token', async () => {
    const folder = make();
    const client = await connect(folder);
    const server = await serving([], folder);
    for (const times of [1, 2]) {
      const { pid } = client.welcome;
      process.kill(pid, 'SIGKILL');
      await until(() => server.said().split('again').length === times + 1, 30_000);
      expect(await status(server)).toBe(200);
      await until(() => client.welcome.pid !== pid);
    }
    server.child.kill('SIGTERM'); // or it starts one more while the folder is being removed
    expect(await server.exit).toBe(0);
  });

  test('it is killed and its port is taken: that is said, and the exit code is 1', async () => {
    const folder = make();
    const client = await connect(folder);
    const server = await serving([], folder);
    server.child.kill('SIGSTOP'); // it shall not come first
    const { pid } = client.welcome;
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    const other = net.createServer().on('error', () => undefined); // its threads may still be ending
    onTestFinished(() => void other.close());
    await until(() => other.listening || void other.listen(server.port, '127.0.0.1'));
    server.child.kill('SIGCONT');
    expect(await server.exit).toBe(1);
    expect(server.said()).toBe(
      `error: Another engine has taken over, but nothing is served at ${server.url} any more: Port ${server.port} is in use.\n` +
        '  fix: Free the port, then start `modelyard serve` again.\n',
    );
  });

  test('one that works with another file takes its place: that is said, and the exit code is 1', async () => {
    const folder = make();
    writeFileSync(path.join(folder, 'other.yaml'), 'name: other\n');
    const client = await connect(folder);
    const server = await serving([], folder);
    server.child.kill('SIGSTOP');
    await client.call('engine/stop', { now: true });
    await until(() => client.state === 'idle');
    client.dispose();
    await connect(folder, { configFile: 'other.yaml' });
    server.child.kill('SIGCONT');
    expect(await server.exit).toBe(1);
    expect(server.said()).toContain(`nothing is served at ${server.url} any more`);
    expect(server.said()).toContain('works with other.yaml, not modelyard.yaml');
  });

  test('it is stopped for good: that is said, and the exit code is 0', async () => {
    const folder = make();
    const client = await connect(folder);
    const server = await serving([], folder);
    await client.call('engine/stop', {});
    expect(await server.exit).toBe(0);
    expect(server.said()).toBe('The engine has been stopped: nothing is served any more.\n');
    expect(liveEngineRecord(folder)).toBeUndefined();
  });
});
