import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importChild } from '../../../engine/process/wiring/importChild';
import type { ReaderChannel } from '../../../engine/transfer/child/conversation';
import { temporaryFolder } from '../../support/store';
import { until } from '../../support/workspaces';

/** A process that does what the text says, in the place of the one that reads a source. */
function child(text: string, signal = new AbortController().signal): ReaderChannel {
  const folder = temporaryFolder();
  const file = path.join(folder, 'import.js');
  writeFileSync(file, text);
  const channel = importChild(file, folder, signal);
  onTestFinished(() => channel.close());
  return channel;
}

test('what it says comes in order, bytes and 64-bit integers whole', async () => {
  const { messages, post } = child(`process.on('message', m => {
    process.send({ type: 'first', values: new Float64Array([NaN, 1]), steps: new BigInt64Array([9007199254740993n]) });
    process.send({ type: 'second', m }, () => process.exit(0));
  });`);
  post({ type: 'next' });
  expect((await messages.next()).value).toEqual({
    type: 'first',
    values: new Float64Array([Number.NaN, 1]),
    steps: new BigInt64Array([9007199254740993n]),
  });
  expect((await messages.next()).value).toEqual({ type: 'second', m: { type: 'next' } });
  await expect(messages.next()).rejects.toMatchObject({ code: 'step.failed' });
});

test('one that dies: how, and its last words', async () => {
  const { messages } = child(`console.error('out of luck'); process.exit(3);`);
  await expect(messages.next()).rejects.toMatchObject({
    code: 'step.failed',
    message: expect.stringContaining('exit code 3'),
    cause: expect.objectContaining({ message: 'out of luck' }),
  });
});

test('cancelled: whoever waits hears so at once, and the process ends though it does not listen', async () => {
  const controller = new AbortController();
  const channel = child(
    `process.on('SIGTERM', () => undefined); process.send({ pid: process.pid }); setInterval(() => undefined, 1000);`,
    controller.signal,
  );
  const { value } = await channel.messages.next();
  const pid = Number(Reflect.get(Object(value), 'pid'));
  const waiting = channel.messages.next();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await channel.close();
  await until(() => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
});

test('one that is not there', async () => {
  const channel = importChild(
    path.join(temporaryFolder(), 'nowhere.js'),
    temporaryFolder(),
    new AbortController().signal,
  );
  await expect(channel.messages.next()).rejects.toMatchObject({ code: 'step.failed' });
  await channel.close();
});
