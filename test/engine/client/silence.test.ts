import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { LinkOptions } from '../../../engine/client/link';
import { Link } from '../../../engine/client/link';
import { createWire } from '../../../engine/client/wire';
import { failureOf } from '../../support/stubEngine';
import { until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();
const never = new Promise<never>(() => undefined);

/** A link to a server that answers only what it is told to; `wire` is its end. */
async function linked(answers: Record<string, () => unknown>, options: Partial<LinkOptions> = {}) {
  const endpoint = path.join(make(), 'engine.sock');
  const server = net.createServer();
  const accepted = new Promise<MessageConnection>(resolve => {
    server.once('connection', socket => {
      const wire = createWire(socket);
      wire.onRequest(method => answers[method]?.() ?? never);
      wire.listen();
      onTestFinished(() => void socket.destroy());
      resolve(wire);
    });
  });
  await new Promise<void>(resolve => server.listen(endpoint, resolve));
  onTestFinished(() => void server.close());
  const socket = net.connect(endpoint);
  const link = new Link(socket, { pid: 4711, ...options });
  onTestFinished(() => link.close());
  return { link, wire: await accepted };
}
const silent = {
  code: 'engine.unreachable',
  message: 'The engine (process 4711) does not answer.',
  data: { pid: 4711, silent: true },
};

describe('a call that is cancelled', () => {
  test('a read is given up at once, whatever the engine does', async () => {
    const { link } = await linked({});
    const abort = new AbortController();
    const call = failureOf(link.call('runs/search', {}, { signal: abort.signal }));
    abort.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
    expect(link.isOpen).toBe(true);
  });

  test('of a write the result is taken that a living engine gives, also late', async () => {
    let end: (value: unknown) => void = () => undefined;
    const { link } = await linked(
      { 'engine/status': () => ({}), 'pipelines/run': () => new Promise(resolve => (end = resolve)) },
      { cancelPatience: { life: 50, end: 60_000 } },
    );
    const abort = new AbortController();
    const call = link.call('pipelines/run', { pipeline: 'train' }, { signal: abort.signal });
    abort.abort();
    setTimeout(() => end({ status: 'cancelled' }), 300);
    expect(await call).toEqual({ status: 'cancelled' });
  });

  test('a living engine that never ends it: cancelled all the same', async () => {
    const { link } = await linked({ 'engine/status': () => ({}) }, { cancelPatience: { life: 50, end: 200 } });
    const abort = new AbortController();
    const call = failureOf(link.call('pipelines/run', { pipeline: 'train' }, { signal: abort.signal }));
    abort.abort();
    expect(await call).toMatchObject({
      code: 'cancelled',
      message: 'Cancelled; the engine is still ending what it had begun.',
    });
  });

  test('an engine that says nothing at all is named', async () => {
    const { link } = await linked({}, { cancelPatience: { life: 50, end: 60_000 } });
    const abort = new AbortController();
    const call = failureOf(link.call('pipelines/run', { pipeline: 'train' }, { signal: abort.signal }));
    abort.abort();
    expect(await call).toMatchObject(silent);
  });
});

describe('an engine that says nothing', () => {
  test('reads fail and name it, a write goes on; what they answer later harms nobody', async () => {
    const late: ((value: unknown) => void)[] = [];
    const hang = () => new Promise(resolve => late.push(resolve));
    const answers = { 'engine/status': hang, 'runs/search': hang, 'pipelines/run': hang };
    const { link } = await linked(answers, { silence: 200 });
    const said: boolean[] = [];
    link.onSilence(isSilent => void (said.at(-1) !== isSilent && said.push(isSilent)));
    const write = link.call('pipelines/run', { pipeline: 'train' }, {});
    expect(await failureOf(link.call('runs/search', {}, {}))).toMatchObject(silent);
    expect(await failureOf(link.call('runs/search', {}, {}))).toMatchObject(silent); // it is known by now
    for (const answer of late) answer({ status: 'succeeded' });
    expect(await write).toEqual({ status: 'succeeded' });
    await until(() => said.length === 2);
    expect(said).toEqual([true, false]);
  });

  test('one that lives may take as long as it likes', async () => {
    let end: (value: unknown) => void = () => undefined;
    const answers = { 'engine/status': () => ({}), 'runs/search': () => new Promise(resolve => (end = resolve)) };
    const { link } = await linked(answers, { silence: 100 });
    const call = link.call('runs/search', {}, {});
    setTimeout(() => end({ runs: [] }), 500);
    expect(await call).toEqual({ runs: [] });
  });

  test('one that checks the database for us is not called silent', async () => {
    let end: (value: unknown) => void = () => undefined;
    const { link } = await linked({ 'db/check': () => new Promise(resolve => (end = resolve)) }, { silence: 100 });
    const said: boolean[] = [];
    link.onSilence(isSilent => void said.push(isSilent));
    const call = link.call('db/check', {}, {});
    setTimeout(() => end({ ok: true }), 500);
    expect(await call).toEqual({ ok: true });
    expect(said.filter(Boolean)).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('a real engine that is stopped', () => {
  test('is noticed, reads fail, a cancelled run fails; when it goes on, so does everything', async () => {
    const client = await connect(make('name: a\npipelines:\n  p: {steps: {s: {run: sleep 60}}}\n'), { silence: 2000 });
    const { pid } = client.welcome;
    const states: string[] = [];
    client.onState(state => void states.push(state));
    const abort = new AbortController();
    let isRunning = false;
    const run = failureOf(
      client.call('pipelines/run', { pipeline: 'p' }, { signal: abort.signal, onProgress: () => (isRunning = true) }),
    );
    await until(() => isRunning);
    process.kill(pid, 'SIGSTOP');
    expect(await failureOf(client.call('models/list', {}))).toMatchObject({
      code: 'engine.unreachable',
      message: `The engine (process ${pid}) does not answer.`,
    });
    expect(client.state).toBe('silent');
    abort.abort();
    expect(await run).toMatchObject({ code: 'engine.unreachable', data: { pid } });
    process.kill(pid, 'SIGCONT');
    await until(() => client.state === 'connected');
    expect(states.slice(-2)).toEqual(['silent', 'connected']);
    expect(await client.call('models/list', {})).toEqual([]);
    const ended = async () => (await client.call('pipelines/list', {}))[0]?.last?.status;
    for (let status = await ended(); status !== 'cancelled'; status = await ended()) expect(status).toBe('running');
  });

  test('whoever comes later is told its process', async () => {
    const folder = make();
    const { pid } = (await connect(folder)).welcome;
    process.kill(pid, 'SIGSTOP');
    expect(await failureOf(connect(folder, { patience: 300 }))).toMatchObject({
      code: 'engine.unreachable',
      message: `The engine (process ${pid}) does not answer.`,
      data: { pid },
    });
  });

  test('a call that waits for the next engine can be cancelled', async () => {
    const folder = make();
    const client = await connect(folder);
    const other = await connect(folder);
    const lost = new Promise<void>(resolve => void client.onState(state => state === 'reconnecting' && resolve()));
    process.kill(other.welcome.pid, 'SIGKILL');
    await lost;
    const abort = new AbortController();
    const call = failureOf(client.call('models/list', {}, { signal: abort.signal }));
    abort.abort();
    expect(await call).toMatchObject({ code: 'cancelled' });
  });
});
