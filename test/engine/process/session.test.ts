import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CancellationTokenSource, ProgressType } from 'vscode-jsonrpc/node';
import { engineRecordPath } from '../../../engine/client/engineRecord';
import { methodKinds } from '../../../engine/client/methodKinds';
import { progressKey } from '../../../engine/client/wire';
import { ModelyardError } from '../../../engine/errors';
import type { ProgressReport } from '../../../engine/protocol/progress';
import { failureOf, greetedConnection, rawConnection, stubEngine } from '../../support/stubEngine';
import { methodNames, validParams } from '../../support/validParams';
import { until, version, workspaces } from '../../support/workspaces';

const { make, connect } = workspaces();
const closed = (socket: NodeJS.EventEmitter) => new Promise(resolve => socket.once('close', resolve));

describe('a stranger', () => {
  test('is refused and cut off with a wrong token', async () => {
    const stub = await stubEngine(make());
    const { socket, wire } = await rawConnection(stub.workspace);
    const end = closed(socket);
    const error = await failureOf(
      wire.sendRequest('engine/hello', { token: 'x'.repeat(48), client: 'test', version, trusted: true }),
    );
    expect(error).toMatchObject({ code: 'engine.refused', message: 'The token is not that of this engine.' });
    await end;
  });

  test('may call nothing before hello', async () => {
    const stub = await stubEngine(make());
    const { socket, wire } = await rawConnection(stub.workspace);
    const end = closed(socket);
    const error = await failureOf(wire.sendRequest('runs/search', {}));
    expect(error).toMatchObject({
      code: 'engine.refused',
      message: 'Say engine/hello with the token of this engine first.',
    });
    await end;
    expect(stub.calls).toEqual([]);
  });

  test('is cut off when it sends much', async () => {
    const stub = await stubEngine(make());
    const { socket } = await rawConnection(stub.workspace);
    const end = closed(socket);
    socket.on('error', () => undefined);
    socket.write(`Content-Length: 1000000000\r\n\r\n${'x'.repeat(200_000)}`);
    await end;
  });

  test.each(['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'Content-Length: 3\r\n\r\n{"x', '\0\0\0\0\r\n\r\n'])(
    'is cut off when it speaks otherwise: %j',
    async words => {
      const stub = await stubEngine(make());
      const { socket } = await rawConnection(stub.workspace);
      const end = closed(socket);
      socket.on('error', () => undefined);
      socket.write(words);
      await end;
      const other = await greetedConnection(stub);
      await other.sendRequest('engine/status', {}); // the engine is well
    },
  );

  test('cannot read the token: the record is for this user alone', async () => {
    const stub = await stubEngine(make());
    expect(statSync(engineRecordPath(stub.workspace)).mode & 0o777).toBe(0o600);
  });
});

describe('hello', () => {
  test.each([
    ['client', 'somebody'],
    ['trusted', 'yes'],
    ['version', 7],
    ['configFile', ''],
  ])('names %s when it is rubbish', async (key, value) => {
    const stub = await stubEngine(make());
    const { wire } = await rawConnection(stub.workspace);
    const hello = { token: stub.token, client: 'test', version, trusted: true, [key]: value };
    expect(await failureOf(wire.sendRequest('engine/hello', hello))).toMatchObject({
      code: 'params.invalid',
      data: { method: 'engine/hello', key },
    });
  });

  test('is said once', async () => {
    const stub = await stubEngine(make());
    const wire = await greetedConnection(stub);
    const again = wire.sendRequest('engine/hello', { token: stub.token, client: 'test', version, trusted: true });
    expect(await failureOf(again)).toMatchObject({ code: 'conflict' });
  });
});

describe('an untrusted window', () => {
  test.each(methodNames.filter(name => name !== 'engine/stop'))('%s: reads, changes nothing', async method => {
    const stub = await stubEngine(make());
    const wire = await greetedConnection(stub, { trusted: false });
    const call = wire.sendRequest(method, validParams[method]);
    if (methodKinds[method] === 'read') await call;
    else {
      expect(await failureOf(call)).toMatchObject({
        code: 'untrusted',
        message: `${method} is not allowed in a restricted window.`,
      });
      expect(stub.calls).toEqual([]);
    }
  });
  test.skipIf(process.platform === 'win32')('has no program started by a plan, whatever the folder names', async () => {
    const run = 'run: "true", deps: [], outs: [out]';
    const folder = make(
      `name: x\npipelines: {p: {steps: {a: {${run}, environment: {venv: env, python: ./python.sh}}}}}\n`,
    );
    writeFileSync(path.join(folder, 'python.sh'), '#!/bin/sh\ntouch started\necho Python 3.11.7\n', { mode: 0o755 });
    const client = await connect(folder, { trusted: false });
    expect((await client.call('pipelines/plan', { pipeline: 'p' })).steps).toMatchObject([{ decision: 'runs' }]);
    expect(existsSync(path.join(folder, 'started'))).toBe(false);
    const trusting = await connect(folder);
    await trusting.call('pipelines/plan', { pipeline: 'p' });
    expect(existsSync(path.join(folder, 'started'))).toBe(true);
  });

  test('nor does a command line that only looks have left jobs stopped, of which a folder may tell anything', async () => {
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = make('name: x\n');
    const work = path.join(folder, '.modelyard/work/run');
    mkdirSync(work, { recursive: true });
    const note = { id: 'modelyard_x', ray: { address, token: { env: 'PATH' } } };
    writeFileSync(path.join(work, 'ray-job.json'), JSON.stringify(note));
    const client = await connect(folder, { client: 'cli' });
    await client.call('runs/search', {});
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(asked).toEqual([]);
    await client.call('db/collect', { remove: false });
    await expect.poll(() => asked).toEqual(['/api/jobs/modelyard_x/stop']);
  });

  test('cannot stop the engine', async () => {
    const stub = await stubEngine(make());
    const wire = await greetedConnection(stub, { trusted: false });
    expect(await failureOf(wire.sendRequest('engine/stop', { now: true }))).toMatchObject({ code: 'untrusted' });
    await wire.sendRequest('engine/status', {});
  });
});

describe('calls', () => {
  test('an unknown method is said to be none', async () => {
    const stub = await stubEngine(make());
    const wire = await greetedConnection(stub);
    for (const method of ['runs/everything', 'toString', '__proto__', 'constructor'])
      expect(await failureOf(wire.sendRequest(method, {}))).toMatchObject({ code: 'params.invalid' });
  });

  test('a cancelled call aborts its signal and answers cancelled', async () => {
    const signals: AbortSignal[] = [];
    const stub = await stubEngine(make(), {
      behaviour: { 'pipelines.run': (_: unknown, __: unknown, signal: AbortSignal) => waitForAbort(signals, signal) },
    });
    const wire = await greetedConnection(stub);
    const source = new CancellationTokenSource();
    const call = wire.sendRequest('pipelines/run', { pipeline: 'train' }, source.token);
    await until(() => signals.length === 1);
    source.cancel();
    expect(await failureOf(call)).toMatchObject({ code: 'cancelled' });
    expect(signals[0]?.aborted).toBe(true);
  });

  test.each([
    ['cli', true],
    ['test', true],
    ['extension', false],
  ] as const)('a run of a %s that goes away is cancelled: %s', async (client, cancelled) => {
    const signals: AbortSignal[] = [];
    let end = (): void => undefined;
    const ended = new Promise<void>(resolve => (end = resolve));
    const stub = await stubEngine(make(), {
      behaviour: {
        'pipelines.run': (_: unknown, __: unknown, signal: AbortSignal) =>
          Promise.race([ended, waitForAbort(signals, signal)]),
      },
    });
    const wire = await greetedConnection(stub, { client });
    wire.sendRequest('pipelines/run', { pipeline: 'train' }).catch(() => undefined);
    await until(() => signals.length === 1);
    wire.end();
    await until(() => stub.engine.lifetime.clientCount === 0);
    expect(signals[0]?.aborted).toBe(cancelled);
    expect(stub.engine.lifetime.isBusy).toBe(!cancelled);
    end(); // an engine that is to end waits for what runs
  });

  test('progress comes to the caller only, in order', async () => {
    const stub = await stubEngine(make(), {
      behaviour: {
        'pipelines.run': (_: unknown, progress: (report: ProgressReport) => void) => {
          for (const fraction of [0.1, 0.5, 1]) progress({ message: 'on', fraction });
          return Promise.resolve({});
        },
      },
    });
    const [wire, other] = [await greetedConnection(stub), await greetedConnection(stub)];
    const heard: number[] = [];
    const overheard: unknown[] = [];
    other.onUnhandledProgress(report => void overheard.push(report));
    wire.onProgress(new ProgressType<ProgressReport>(), 7, report => void heard.push(report.fraction ?? -1));
    await wire.sendRequest('pipelines/run', { pipeline: 'train', [progressKey]: 7 });
    await other.sendRequest('engine/status', {});
    expect(heard).toEqual([0.1, 0.5, 1]);
    expect(overheard).toEqual([]);
    expect(
      stub.calls.filter(({ room, name }) => `${room}.${name}` === 'pipelines.run').map(({ args }) => args[0]),
    ).toEqual([{ pipeline: 'train' }]);
  });

  test('an expected failure keeps code, place and fix; a defect is internal', async () => {
    const stub = await stubEngine(make(), {
      behaviour: {
        'config.outline': () => {
          throw new ModelyardError('config.invalid', 'No.', { place: { file: 'm.yaml', line: 2 }, fix: 'Yes.' });
        },
        'registry.list': () => {
          throw new TypeError('x is not a function');
        },
      },
    });
    const wire = await greetedConnection(stub);
    expect((await failureOf(wire.sendRequest('config/outline', {}))).toWire()).toEqual({
      code: 'config.invalid',
      message: 'No.',
      place: { file: 'm.yaml', line: 2 },
      fix: 'Yes.',
    });
    expect(await failureOf(wire.sendRequest('models/list', {}))).toMatchObject({ code: 'internal' });
  });
});

test('a client that hears nothing does not keep the engine from ending', async () => {
  const stub = await stubEngine(make());
  const { socket, wire } = await rawConnection(stub.workspace);
  await wire.sendRequest('engine/hello', { token: stub.token, client: 'test', version, trusted: true });
  socket.pause();
  for (let i = 0; i < 40; i++) stub.emit('model/changed', { name: 'x'.repeat(100_000) });
  await stub.engine.stop();
});

test('an event reaches every client that has said hello', async () => {
  const stub = await stubEngine(make());
  const wires = [await greetedConnection(stub), await greetedConnection(stub)];
  const { wire: stranger } = await rawConnection(stub.workspace);
  const heard: unknown[] = [];
  const overheard: unknown[] = [];
  for (const wire of wires) wire.onNotification('model/changed', payload => void heard.push(payload));
  stranger.onNotification('model/changed', payload => void overheard.push(payload));
  stub.emit('model/changed', { name: 'credit-risk' });
  await until(() => heard.length === 2);
  expect(heard).toEqual([{ name: 'credit-risk' }, { name: 'credit-risk' }]);
  expect(overheard).toEqual([]);
});

describe('another version', () => {
  test('a newer client replaces an engine that does nothing', async () => {
    const stub = await stubEngine(make());
    const error = await failureOf(greetedConnection(stub, { version: '99.0.0' }));
    expect(error).toMatchObject({ code: 'engine.version', data: { engine: version, stopping: true } });
    await stub.engine.ended;
  });
  test('but not one that works', async () => {
    const stub = await stubEngine(make());
    const work = stub.engine.busy();
    const error = await failureOf(greetedConnection(stub, { version: '99.0.0' }));
    expect(error).toMatchObject({
      code: 'engine.version',
      message: `The engine that runs in this folder is Modelyard ${version}; this is 99.0.0.`,
      data: { stopping: false },
    });
    work.release();
    await greetedConnection(stub);
  });
  test('an older client is told', async () => {
    const stub = await stubEngine(make());
    const error = await failureOf(greetedConnection(stub, { version: '0.0.1' }));
    expect(error).toMatchObject({ code: 'engine.version', data: { stopping: false } });
  });
});

test.skipIf(process.platform === 'win32')('root meets the engine of another user: it owns the folder', async () => {
  const user = vi.spyOn(process, 'getuid').mockReturnValue(54_321);
  const stub = await stubEngine(make());
  user.mockRestore();
  const client = await connect(stub.workspace);
  expect(client.welcome.pid).toBe(process.pid);
  await expect(stubEngine(stub.workspace)).rejects.toThrow('Somebody owns the folder.');
});

describe('another config file', () => {
  test('is a conflict while others use the engine', async () => {
    const stub = await stubEngine(make());
    await greetedConnection(stub);
    const error = await failureOf(greetedConnection(stub, { configFile: 'other.yaml' }));
    expect(error).toMatchObject({
      code: 'conflict',
      message: 'The engine of this folder works with modelyard.yaml, not other.yaml.',
    });
  });
  test('replaces an engine that nobody uses', async () => {
    const stub = await stubEngine(make());
    const error = await failureOf(greetedConnection(stub, { configFile: 'other.yaml' }));
    expect(error.data).toMatchObject({ stopping: true });
    await stub.engine.ended;
  });
});

test('a database that cannot be opened is every client’s error, and the engine ends', async () => {
  const broken = new ModelyardError('store.corrupt', 'The database is damaged.', { fix: 'Restore a copy.' });
  const stub = await stubEngine(make(), { compose: () => Promise.reject(broken) });
  expect(await failureOf(greetedConnection(stub))).toMatchObject({ code: 'store.corrupt', fix: 'Restore a copy.' });
  await stub.engine.ended;
});

function waitForAbort(signals: AbortSignal[], signal: AbortSignal): Promise<never> {
  signals.push(signal);
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new ModelyardError('cancelled', 'Cancelled.'))),
  );
}
