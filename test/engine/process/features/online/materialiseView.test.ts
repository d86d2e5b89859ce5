import { expect, it } from 'vitest';
import type { PackedEvent } from '../../../../../engine/features/online/onlineStore';
import { materialiseView } from '../../../../../engine/process/features/online/materialiseView';
import type { FeatureDefinition } from '../../../../../engine/protocol/features';
import { batchView, dataset, never, newFolder, quiet } from '../world';

const day = 86_400_000;
const to = Date.UTC(2024, 4, 1);
const count = {
  ...{ name: 'n', type: 'integer', from: { kind: 'window', aggregate: 'count', over: day } },
} satisfies FeatureDefinition;

/** By event when it is, in hours before `to`, as a store has it that lets the version win that was known last. */
async function stored(rows: string, { from, created = true }: { from?: number; created?: boolean } = {}) {
  const time = (hours: string): string => (hours === '' ? '' : new Date(to - Number(hours) * 3_600_000).toISOString());
  const lines = rows.split(' ').map(row => {
    const [tx = '', event = '', known = ''] = row.split(',');
    return `1,${tx},${time(event)},${time(known)}`;
  });
  const view = batchView([dataset(newFolder(), 'paid.csv', `id,tx,at,known\n${lines.join('\n')}\n`)], {
    ...{ identity: 'tx', features: [count], ...(created && { created_time: 'known' }) },
  });
  const events = new Map<string, PackedEvent>();
  const send = async (sent: { kind: 'latest' } | { kind: 'events'; rows: readonly PackedEvent[] }): Promise<void> => {
    if (sent.kind !== 'events') return;
    for (const event of sent.rows)
      if (event.created >= (events.get(event.id)?.created ?? -Infinity)) events.set(event.id, event);
  };
  const plan = {
    view,
    to: to * 1000,
    oldestEvent: (to - day) * 1000,
    ...(from !== undefined && { from: from * 1000 }),
  };
  await materialiseView(plan, { send, progress: quiet }, never);
  return Object.fromEntries([...events].map(([id, { event }]) => [id, (to - event / 1000) / 3_600_000]));
}

it('brings versions that take an event out of all windows, and no other old events', async () => {
  expect(await stored('a,3,3 b,30,30 c,5,5 a,30,2 c,-4,1')).toEqual({ a: 30, c: -4 });
  expect(await stored('a,30,2 a,3,3 b,50,25 b,40,40')).toEqual({ a: 30 });
  // an earlier version may still come
  expect(await stored('b,50,1')).toEqual({ b: 50 });
});

it('brings a version that takes an event back into the windows, whichever stands first', async () => {
  expect(await stored('a,30,2 a,3,1')).toEqual({ a: 3 });
  expect(await stored('a,3,1 a,30,2')).toEqual({ a: 3 });
});

it('brings only what became known by then, and with the next time what became known since', async () => {
  expect(await stored('a,3,3 a,30,-1')).toEqual({ a: 3 });
  expect(await stored('a,3,3 a,30,1 b,3,3', { from: to - 2 * 3_600_000 })).toEqual({ a: 30 });
});

it('lets the version win that stands last, where nothing says when they became known', async () => {
  expect(await stored('a,3, a,30,', { created: false })).toEqual({ a: 30 });
  expect(await stored('a,30, a,3,', { created: false })).toEqual({ a: 3 });
});
