import { beforeEach, describe, expect, test } from 'vitest';
import { plain } from '../../src/panels/plain';
import { CallError, Channel } from '../../webview/shared/channel';
import type { ToHost } from '../../webview/shared/protocol';

let sent: ToHost[] = [];
let channel: Channel;
const target = new EventTarget();
const api = {
  postMessage: (message: ToHost) => void sent.push(message),
  getState: () => undefined,
  setState: () => {},
};
const say = (data: unknown) => target.dispatchEvent(new MessageEvent('message', { data }));
const lastId = () => sent.flatMap(message => (message.type === 'call' ? [message.id] : [])).at(-1);

beforeEach(() => {
  channel?.close();
  sent = [];
  channel = new Channel(api, target as unknown as Window);
});

describe('a call of the page', () => {
  test('is answered by its own answer', async () => {
    const first = channel.call('runs/get', { run: '1' });
    const one = lastId();
    const second = channel.call('runs/get', { run: '2' });
    say({ type: 'result', id: lastId(), value: { name: 'second' } });
    say({ type: 'result', id: one, value: { name: 'first' } });
    expect((await first).name).toBe('first');
    expect((await second).name).toBe('second');
  });

  test('fails with the sentence and the way out', async () => {
    const call = channel.call('runs/get', { run: '1' });
    say({ type: 'error', id: lastId(), error: { code: 'not-found', message: 'No run 1.', fix: 'List the runs.' } });
    await expect(call).rejects.toThrow('No run 1. List the runs.');
    await expect(call).rejects.toBeInstanceOf(CallError);
  });

  test('ends with its signal, tells the host, and ignores a late answer', async () => {
    const abort = new AbortController();
    const call = channel.call('runs/get', { run: '1' }, abort.signal);
    abort.abort();
    await expect(call).rejects.toMatchObject({ wire: { code: 'cancelled' } });
    expect(sent.at(-1)).toEqual({ type: 'cancel', id: lastId() });
    say({ type: 'result', id: lastId(), value: 1 });
    await expect(channel.call('runs/get', { run: '1' }, abort.signal)).rejects.toMatchObject({
      wire: { code: 'cancelled' },
    });
  });

  test('ends when the channel is closed, and cannot be made afterwards', async () => {
    const call = channel.call('runs/get', { run: '1' });
    channel.close();
    await expect(call).rejects.toMatchObject({ wire: { code: 'cancelled' } });
    await expect(channel.call('runs/get', { run: '1' })).rejects.toThrow('Cancelled.');
  });

  test('ends when it cannot even be sent', async () => {
    const broken = new Channel(
      {
        ...api,
        postMessage: () => {
          throw new Error('DataCloneError');
        },
      },
      target as unknown as Window,
    );
    await expect(broken.call('runs/get', { run: '1' })).rejects.toThrow('DataCloneError');
    broken.close();
  });

  test('is not disturbed by messages of another shape', async () => {
    const call = channel.call('runs/get', { run: '1' });
    for (const data of [null, 7, 'x', {}, { type: 'result' }, { type: 'error', id: lastId() }, { type: 'nonsense' }])
      say(data);
    say({ type: 'result', id: 12_345, value: 'for nobody' });
    say({ type: 'result', id: lastId(), value: { name: 'mine' } });
    expect((await call).name).toBe('mine');
  });
});

describe('events', () => {
  test('reach their listeners until they stop', () => {
    const heard: unknown[] = [];
    const stop = channel.on('model/changed', payload => heard.push(payload));
    say({ type: 'event', event: 'model/changed', payload: { name: 'a' } });
    say({ type: 'event', event: 'dataset/changed', payload: { name: 'b' } });
    stop();
    say({ type: 'event', event: 'model/changed', payload: { name: 'c' } });
    expect(heard).toEqual([{ name: 'a' }]);
  });
});

test('what the host wishes to be shown reaches the page; a wish of another shape does not', () => {
  const heard: unknown[] = [];
  for (const type of ['showPart', 'showVersion', 'showRun', 'showAffected'] as const)
    channel.onSaid(type, message => heard.push(message));
  const wishes = [
    { type: 'showPart', part: 'evaluation', slice: 'age <= 25' },
    { type: 'showVersion', version: 4, stage: 'production' },
    { type: 'showRun', run: null },
    { type: 'showAffected' },
  ];
  for (const wish of wishes) say(wish);
  say({ type: 'showPart' });
  say({ type: 'showVersion', version: '4' });
  expect(heard).toEqual(wishes);
});

test('numbers that JSON lacks arrive as they were sent', async () => {
  const points = [{ value: NaN }, { value: -Infinity }, { value: Infinity }, { value: 0.5 }];
  const call = channel.call('runs/series', { runId: 'a' as never });
  say(JSON.parse(JSON.stringify({ type: 'result', id: lastId(), value: plain([{ key: 'loss', points }]) })));
  expect(await call).toEqual([{ key: 'loss', points }]);
});
