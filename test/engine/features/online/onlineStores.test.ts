import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalOnline } from '../../../../engine/features/online/localOnline';
import {
  onlineTarget,
  type OnlineStore,
  type OnlineTarget,
  type PackedEvent,
  type PackedRow,
} from '../../../../engine/features/online/onlineStore';
import { RedisOnline } from '../../../../engine/features/online/redisOnline';
import { openTestStore } from '../../../support/store';
import { noRedis, startRedis } from './redisServer';
import { day, loans, recorded, spending } from './views';

interface Opened {
  readonly store: OnlineStore;
  readonly target: OnlineTarget;
  readonly windows: OnlineTarget;
}

async function local(): Promise<Opened> {
  const workspace = await openTestStore();
  return {
    store: new LocalOnline(workspace.db),
    target: onlineTarget(recorded(workspace, 'loans', loans)),
    windows: onlineTarget(recorded(workspace, 'spending', spending)),
  };
}

async function redis(): Promise<Opened> {
  const { url } = await startRedis();
  const store = new RedisOnline({ config: { kind: 'redis', url, prefix: 'test' }, env: {} });
  onTestFinished(() => store.close());
  return { ...(await local()), store };
}

const never = new AbortController().signal;
const now = Date.now() * 1000;
const row = (key: string, event: number, value: number, created = event): PackedRow => ({
  ...{ key, event, created },
  packed: JSON.stringify([value, 'ß→"\n']),
  place: 0,
});
const event = (key: string, at: number, id: string, created = at): PackedEvent => ({
  ...row(key, at, at, created),
  id,
});

describe.each([
  { kind: 'local', open: local, skip: undefined },
  { kind: 'redis', open: redis, skip: noRedis },
])('the online store $kind', ({ open, skip }) => {
  const it = (name: string, work: (opened: Opened) => Promise<void>): void => {
    test(name, async context => {
      if (skip !== undefined) context.skip(skip);
      await work(await open());
    });
  };

  it('keeps the newest row of a key by event, then by created time', async ({ store, target }) => {
    const put = (...rows: readonly PackedRow[]): Promise<number> => store.putLatest(target, rows, never);
    expect(await put(row('1', now, 1), row('2', now, 2))).toBe(2);
    expect(await put(row('1', now - 1, 10), row('2', now, 20, now + 5))).toBe(1);
    expect(await put(row('2', now, 30, now + 4))).toBe(0);
    expect(await put(row('2', now, 40, now + 5))).toBe(1); // the same times: the later one written
    const found = await store.latest(target, ['2', '3', '1']);
    expect(found).toEqual([
      { key: '2', event: now, created: now + 5, values: [40, 'ß→"\n'] },
      undefined,
      { key: '1', event: now, created: now, values: [1, 'ß→"\n'] },
    ]);
  });

  it('gives the row that was written after one that had been read', async ({ store, target }) => {
    await store.putLatest(target, [row('1', now, 1)], never);
    await store.latest(target, ['1']);
    await store.putLatest(target, [row('1', now + 1, 2)], never);
    expect((await store.latest(target, ['1']))[0]?.values[0]).toBe(2);
  });

  it('keeps keys of any characters and of any length apart', async ({ store, target }) => {
    const keys = ['é', 'e\u0301', '日本', '😀', '[1]', '*', 'a b', ' ', 'x'.repeat(5000), '"', '\n', '1', '01'];
    await store.putLatest(
      target,
      keys.map((key, index) => row(key, now, index)),
      never,
    );
    const found = await store.latest(target, keys);
    expect(found.map(one => one?.values[0])).toEqual(keys.map((_, index) => index));
  });

  it('keeps one version of an event and gives events in order', async ({ store, windows }) => {
    const [a, b, c] = [now - 3000, now - 2000, now - 1000];
    await store.putEvents(windows, [event('1', b, 'b'), event('1', a, 'a'), event('2', a, 'a')], never);
    await store.events(windows, ['1'], 0);
    // a correction moves an event; one known earlier does not undo it
    await store.putEvents(windows, [event('1', c, 'a', c + 10)], never);
    await store.putEvents(windows, [event('1', a, 'a', c + 9)], never);
    const [one, two, three] = await store.events(windows, ['1', '2', '3'], 0);
    expect(one?.map(({ id, event: at }) => `${id} ${at}`)).toEqual([`b ${b}`, `a ${c}`]);
    expect(two?.map(({ id }) => id)).toEqual(['a']);
    expect(three).toEqual([]);
    const later = await store.events(windows, ['1'], b);
    expect(later[0]?.map(({ id }) => id)).toEqual(['a']);
  });

  it('gives rows with the same times to the one with the later place', async ({ store, target, windows }) => {
    await store.putLatest(target, [{ ...row('1', now, 1), place: 8192 }], never);
    expect(await store.putLatest(target, [row('1', now, 2), { ...row('2', now, 2), place: 1 }], never)).toBe(1);
    expect(await store.putLatest(target, [{ ...row('1', now, 3), place: 8192 }], never)).toBe(1);
    expect((await store.latest(target, ['1', '2'])).map(found => found?.values[0])).toEqual([3, 2]);
    await store.putEvents(windows, [{ ...event('1', now - 5, 'a', now), place: 8192 }], never);
    await store.putEvents(windows, [event('1', now - 9, 'a', now)], never);
    expect((await store.events(windows, ['1'], 0))[0]?.map(one => one.event)).toEqual([now - 5]);
  });

  it('numbers events that are equal, and takes a push with an id once', async ({ store, windows }) => {
    const another = { ...event('1', now - 5, '~x.'), isAnother: true };
    await store.putEvents(windows, [event('1', now - 5, '~x.0'), event('1', now - 5, '~x.1')], never);
    const counts: unknown[] = [];
    const push = (id: string, count: number) =>
      store.push([{ target: windows, latest: [], events: Array(count).fill(another) }], {
        id,
        counted: taken => counts.push(...taken),
      });
    await push('a', 9);
    await push('b', 1);
    const ids = (await store.events(windows, ['1'], 0))[0]!.map(({ id }) => Number(id.slice(3))).sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 12 }, (_, at) => at));
    expect(counts).toEqual([
      { latest: 0, events: 9 },
      { latest: 0, events: 1 },
    ]);
  });

  it('keeps what takes an event out of all windows for as long as an earlier version could come', async ({
    store,
    windows,
  }) => {
    const old = now - 8 * day * 1000;
    const late = now - 3 * day * 1000;
    await store.putEvents(windows, [event('1', old, 'a', late), event('1', old, 'b', old + 1)], never);
    await store.prune?.(windows, now - windows.longest!, never);
    await store.putEvents(windows, [event('1', now - 5, 'a', late - 1), event('1', now - 5, 'b', old + 2)], never);
    expect((await store.events(windows, ['1'], now - windows.longest!))[0]?.map(({ id }) => id)).toEqual(['b']);
  });

  it('forgets events that no window has any more', async ({ store, windows }) => {
    const old = now - 8 * day * 1000;
    await store.putEvents(windows, [event('1', old, 'old'), event('1', now - 5, 'new')], never);
    await store.prune?.(windows, now - windows.longest!, never);
    await store.putEvents(windows, [event('1', now - 4, 'newer')], never);
    const [found] = await store.events(windows, ['1'], 0);
    expect(found?.map(({ id }) => id)).toEqual(['new', 'newer']);
  });

  it('forgets a version without touching another', async ({ store, target, windows }) => {
    await store.putLatest(target, [row('1', now, 1)], never);
    await store.putLatest(windows, [row('1', now, 2)], never);
    await store.putEvents(windows, [event('1', now, 'a')], never);
    await store.remove(windows);
    expect(await store.latest(windows, ['1'])).toEqual([undefined]);
    expect(await store.events(windows, ['1'], 0)).toEqual([[]]);
    expect((await store.latest(target, ['1']))[0]?.values[0]).toBe(1);
  });

  it('stops writing when it is cancelled', async ({ store, target }) => {
    const rows = Array.from({ length: 20_000 }, (_, index) => row(String(index), now, index));
    const controller = new AbortController();
    const writing = store.putLatest(target, rows, controller.signal);
    setTimeout(() => controller.abort(), 1);
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect(await store.latest(target, ['19999'])).toEqual([undefined]);
  });
});
