import { expect, it } from 'vitest';
import type { BatchView } from '../../../../../engine/protocol/featurePlans';
import type { PackedEvent, PackedRow } from '../../../../../engine/features/online/onlineStore';
import { computePushed } from '../../../../../engine/process/features/online/pushedRows';
import { materialiseView } from '../../../../../engine/process/features/online/materialiseView';
import type { Cell } from '../../../../../engine/protocol/data';
import { batchView, column, computed, dataset, errorOf, never, newFolder, quiet } from '../world';

const day = 86_400_000;
const rows: readonly Readonly<Record<string, Cell>>[] = [
  {
    id: 1,
    at: '2024-03-31 01:30:00',
    known: '2024-04-01T00:00:00.123Z',
    amount: 1.5,
    tag: 'ä',
    paid: true,
    tx: 'a',
  },
  { id: '2', at: '2024-03-31 02:30:00', known: '2024-04-01', amount: null, tag: null, paid: false, tx: 'b' },
  { id: 1, at: '2024-03-30T12:00:00+05:30', known: '2024-04-02', amount: 0, tag: 'x"\n', paid: null, tx: 'c' },
  { id: 1, at: '2024-03-29', known: '2024-04-03', amount: 7, tag: 'late', paid: true, tx: 'a' },
  { id: 3, at: '2024-03-31', known: '2024-04-01', amount: -1, tag: 'not kept', paid: true, tx: 'd' },
];
const features = [
  column('amount'),
  column('tag', 'string'),
  computed('half', 'amount / 2'),
  computed('is_paid', 'paid', 'boolean'),
  { name: 'sum_7d', type: 'number', from: { kind: 'window', aggregate: 'sum', of: 'half', over: 7 * day } },
  { name: 'paid_7d', type: 'integer', from: { kind: 'window', aggregate: 'count', over: 7 * day, where: 'is_paid' } },
] as const;

const view = (folder: string, identity?: string): BatchView =>
  batchView([dataset(folder, 'loans.jsonl', rows.map(row => `${JSON.stringify(row)}\n`).join(''))], {
    source: { dataset: 'loans', path: 'loans.jsonl', format: 'jsonl', missing: [] },
    ...{
      created_time: 'known',
      timezone: 'Europe/Berlin',
      where: "tag <> 'not kept' or tag is null",
      features,
      push: true,
    },
    ...(identity !== undefined && { identity }),
  });

it.each([undefined, 'tx'])(
  'makes of rows that are pushed what it makes of those of a source (identity %s)',
  async identity => {
    const of = view(newFolder(), identity);
    const latest: PackedRow[] = [];
    const events: PackedEvent[] = [];
    const send = async (
      sent: { kind: 'latest'; rows: readonly PackedRow[] } | { kind: 'events'; rows: readonly PackedEvent[] },
    ) => {
      if (sent.kind === 'latest') latest.push(...sent.rows);
      else events.push(...sent.rows);
    };
    const to = Date.UTC(2024, 4, 1) * 1000;
    await materialiseView({ view: of, to, oldestEvent: to - 60 * day * 1000 }, { send, progress: quiet }, never);

    const pushed = (await computePushed(of, rows)).filter(({ isLeftOut }) => !isLeftOut);
    const computed = ({ key, event, created, packed, id }: PackedEvent) => ({
      ...{ key, event, created, values: JSON.parse(packed).slice(0, -1) },
      ...(identity !== undefined && { identity: id }),
    });
    expect(pushed.map(({ windows }) => windows)).toEqual(events.map(computed));
    expect(events).toHaveLength(4);
    for (const { place, ...row } of latest) {
      expect(place).toBe(0);
      expect(pushed.map(one => one.latest)).toContainEqual(row);
    }
    expect(latest.map(({ key }) => key)).toEqual(['1', '2']);
    // the clocks of Berlin jumped from 02:00 to 03:00: 02:30 is 03:30 in summer time
    expect(pushed[1]?.event).toBe(Date.UTC(2024, 2, 31, 1, 30) * 1000);
    expect(pushed[0]?.created).toBe(Date.UTC(2024, 3, 1, 0, 0, 0, 123) * 1000);
    expect(pushed[0]?.latest?.packed).toBe('[1.5,0.75,true,"ä"]');
    expect(new Set(events.map(({ id }) => id)).size).toBe(identity === undefined ? 4 : 3);
  },
);

it('says in which row a value is of another type, and misses keys and times that there are not', async () => {
  const of = view(newFolder());
  const error = await errorOf(computePushed(of, [rows[0]!, { ...rows[0]!, amount: 'much' }]));
  expect(error.message).toBe('rows pushed to loans, line 2: `amount` is "much", where a number is expected.');
  const [odd] = await computePushed(of, [{ ...rows[0]!, id: 'one', at: null }]);
  expect([odd?.key, odd?.event]).toEqual([undefined, undefined]);
});

it('computes rows of a view that has no source', async () => {
  const of = batchView([], { features: [column('amount'), computed('double', 'amount * 2')], push: true });
  const [made] = await computePushed(of, [{ id: 5, at: '2024-01-01T00:00:00Z', amount: 2 }]);
  expect(made?.latest).toMatchObject({ key: '5', packed: '[2,4]' });
});
