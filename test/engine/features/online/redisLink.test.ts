import { expect, it, onTestFinished } from 'vitest';
import { onlineTarget, type PackedRow } from '../../../../engine/features/online/onlineStore';
import { RedisOnline } from '../../../../engine/features/online/redisOnline';
import { openTestStore } from '../../../support/store';
import { noRedis, startRedis } from './redisServer';
import { loans, recorded } from './views';

const never = new AbortController().signal;
const now = Date.now() * 1000;
const row = (value: number): PackedRow => ({
  ...{ key: '1', event: now + value, created: now },
  packed: JSON.stringify([value, 'A']),
  place: 0,
});

it('does not wait without end for a Redis that hangs, and goes on when it does', async context => {
  if (noRedis !== undefined) context.skip(noRedis);
  const server = await startRedis();
  const open = (): RedisOnline => {
    const config = { kind: 'redis', url: server.url, prefix: 'test' } as const;
    const store = new RedisOnline({ config, env: {}, patience: 200 });
    onTestFinished(() => store.close());
    return store;
  };
  const target = onlineTarget(recorded(await openTestStore(), 'loans', loans));
  const store = open();
  await store.putLatest(target, [row(1)], never);
  server.stop();
  const away = {
    code: 'remote.unreachable',
    message: `Redis at 127.0.0.1:${server.port} does not answer: nothing came within 0.2 s.`,
  };
  await expect(store.putLatest(target, [row(2)], never)).rejects.toMatchObject(away);
  await expect(
    store.push([{ target, latest: [row(3)], events: [] }], { counted: () => undefined }),
  ).rejects.toMatchObject(away);
  await expect(store.latest(target, ['1'])).rejects.toMatchObject(away);
  await expect(open().latest(target, ['1'])).rejects.toMatchObject(away); // not even a connection
  server.goOn();
  await store.putLatest(target, [row(4)], never);
  expect((await store.latest(target, ['1']))[0]?.values[0]).toBe(4);
});

it('says what a Redis that is full has answered', async context => {
  if (noRedis !== undefined) context.skip(noRedis);
  const server = await startRedis(['--maxmemory', '100kb', '--maxmemory-policy', 'noeviction']);
  const store = new RedisOnline({ config: { kind: 'redis', url: server.url, prefix: 'test' }, env: {} });
  onTestFinished(() => store.close());
  const target = onlineTarget(recorded(await openTestStore(), 'loans', loans));
  await expect(
    store.push([{ target, latest: [row(1)], events: [] }], { counted: () => undefined }),
  ).rejects.toMatchObject({
    code: 'remote.refused',
    message: expect.stringMatching(/^Redis at 127\.0\.0\.1:\d+ said no: OOM /),
    fix: expect.stringContaining('memory'),
  });
});
