import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { modelyard } from '../../support/commandLine';
import { stubEngine, stubServices } from '../../support/stubEngine';
import { isAlive } from '../../support/isAlive';
import { until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();

describe('stop', () => {
  test('none runs: says so', async () => {
    const folder = make();
    expect(await modelyard(['stop'], folder)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No engine runs/),
    });
  });

  test('ends the engine and waits for its end', async () => {
    const folder = make();
    const client = await connect(folder);
    expect(await modelyard(['stop'], folder)).toEqual({ code: 0, stdout: 'The engine has ended.\n', stderr: '' });
    await until(() => !isAlive(client.welcome.pid), 5000);
  });

  test('does not wait for ever for what runs, and names it; --now ends it', async () => {
    const folder = make('name: a\npipelines:\n  sleep: {steps: {s: {run: sleep 60}}}\n');
    const client = await connect(folder);
    const { pid } = client.welcome;
    let isRunning = false;
    const run = client.call('pipelines/run', { pipeline: 'sleep' }, { onProgress: () => (isRunning = true) });
    run.catch(() => undefined);
    await until(() => isRunning);
    expect(await modelyard(['stop', '--timeout', '1'], folder)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: The engine (process ${pid}) still runs sleep; it ends when that is done.\n` +
        '  fix: `modelyard stop --now` cancels what runs; `--timeout` waits longer.\n',
    });
    expect(await modelyard(['stop', '--now'], folder)).toMatchObject({ code: 0, stdout: 'The engine has ended.\n' });
    await until(() => !isAlive(pid), 5000);
  });

  test.skipIf(process.platform === 'win32')('an engine that is frozen is named, not waited for', async () => {
    const folder = make();
    const { pid } = (await connect(folder)).welcome;
    process.kill(pid, 'SIGSTOP');
    const { code, stderr } = await modelyard(['stop', '--now'], folder);
    expect(code).toBe(1);
    expect(stderr).toContain(`error: The engine (process ${pid}) does not answer.\n`);
    expect(stderr).toContain(`end process ${pid}`);
    expect(isAlive(pid)).toBe(true);
  });

  test('one that does not end in time is named as well', async () => {
    const stub = await stubEngine(make());
    const work = stub.engine.busy();
    const json = await modelyard(['stop', '--timeout', '0', '--json'], stub.workspace);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout).error).toMatchObject({
      code: 'conflict',
      message: `The engine (process ${process.pid}) still works; it ends when that is done.`,
      data: { pid: process.pid },
    });
    const now = await modelyard(['stop', '--now', '--timeout', '0'], stub.workspace);
    expect(now.code).toBe(1);
    expect(now.stderr).toContain(`The engine (process ${process.pid}) was told to end, but has not.`);
    work.release();
    await stub.engine.ended;
  });

  test('one that works with another file', async () => {
    const folder = make();
    writeFileSync(path.join(folder, 'other.yaml'), 'name: other\n');
    const client = await connect(folder, { configFile: 'other.yaml' });
    expect(await modelyard(['stop'], folder)).toMatchObject({ code: 0, stdout: 'The engine has ended.\n' });
    await until(() => !isAlive(client.welcome.pid), 5000);
  });

  test('one of a newer version is not stopped without need, and the way out is said', async () => {
    const stub = await stubEngine(make(), { version: '99.0.0' });
    const { code, stderr } = await modelyard(['stop'], stub.workspace);
    expect(code).toBe(1);
    expect(stderr).toContain('The engine that runs in this folder is Modelyard 99.0.0');
    expect(stderr).toContain('modelyard stop --now');
  });

  test('one of an older version that does nothing ends', async () => {
    const stub = await stubEngine(make(), { version: '0.0.1' });
    expect(await modelyard(['stop'], stub.workspace)).toMatchObject({ code: 0, stdout: 'The engine has ended.\n' });
    await stub.engine.ended;
  });

  test('one of an older version whose database takes its time is waited for', async () => {
    const compose = async () => ({ ...stubServices([]), close: () => delay(1_000) });
    const stub = await stubEngine(make(), { version: '0.0.1', compose });
    expect(await modelyard(['stop'], stub.workspace)).toMatchObject({ code: 0, stdout: 'The engine has ended.\n' });
    await stub.engine.ended;
  });
});

test('an engine whose database does not close ends all the same', async () => {
  const stub = await stubEngine(make(), { closePatience: 100, compose: () => new Promise(() => undefined) });
  await stub.engine.stop();
  await stub.engine.ended;
});
