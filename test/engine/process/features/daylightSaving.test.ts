import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { previewRows } from '../../../../engine/process/features/previewRows';
import type { FeatureDefinition } from '../../../../engine/protocol/features';
import type { DatasetSource } from '../../../../engine/protocol/jobs';
import { agreementWorld, differences } from './online/agreement';
import { batchView, column, dataset, newFolder, never, planOf, quiet } from './world';

const hour = 3_600_000;

/** What clocks somewhere show, without a zone, as files of each format have it. */
const formats = {
  csv: (folder: string, name: string, rows: readonly (readonly [string, number])[], time: string) =>
    dataset(folder, `${name}.csv`, `id,${time},n_${name}\n${rows.map(([at, n]) => `1,${at},${n}\n`).join('')}`),
  jsonl: (folder: string, name: string, rows: readonly (readonly [string, number])[], time: string) =>
    dataset(folder, `${name}.jsonl`, rows.map(([at, n]) => `${JSON.stringify({ id: 1, [time]: at, [`n_${name}`]: n })}\n`).join('')), // prettier-ignore
  parquet: (
    folder: string,
    name: string,
    rows: readonly (readonly [string, number])[],
    time: string,
  ): DatasetSource => {
    const integer = { type: 'INT64', repetition_type: 'REQUIRED' } as const;
    const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } as const;
    const buffer = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 3 },
        ...[
          { name: 'id', ...integer },
          { name: time, ...integer, logical_type },
          { name: `n_${name}`, ...integer },
        ],
      ],
      columnData: [
        { name: 'id', data: rows.map(() => 1n) },
        { name: time, data: rows.map(([at]) => BigInt(Date.parse(`${at.slice(0, 19)}Z`)) * 1000n + BigInt(at.slice(20).padEnd(6, '0'))) }, // prettier-ignore
        { name: `n_${name}`, data: rows.map(([, n]) => BigInt(n)) },
      ],
    });
    return dataset(folder, `${name}.parquet`, new Uint8Array(buffer));
  },
};

interface Joining {
  readonly format: keyof typeof formats;
  readonly sourceZone: string;
  readonly askedZone: string;
  /** ms of a window, of which the count is asked for too. */
  readonly over?: number;
}

/** For each time that is asked for the number of the row that is matched, and how many a window has. */
async function matched(
  source: readonly string[],
  asked: readonly string[],
  { format, sourceZone, askedZone, over = hour }: Joining,
) {
  const folder = newFolder();
  const write = formats[format];
  const window = { kind: 'window', aggregate: 'count', over } as const;
  const features: readonly FeatureDefinition[] = [
    { ...column('n'), from: { kind: 'column', column: 'n_source' } },
    { name: 'many', type: 'integer', from: window },
  ];
  const view = batchView(
    [
      write(
        folder,
        'source',
        source.map((at, n) => [at, n]),
        'at',
      ),
    ],
    { timezone: sourceZone, features },
  );
  const plan = planOf(
    write(
      folder,
      'asked',
      asked.map((at, n) => [at, n]),
      'time',
    ),
    [view],
  );
  const { preview } = await previewRows(
    { ...plan, timezone: askedZone, offset: 0, limit: 99, filter: 'all' },
    quiet,
    never,
  );
  return preview.map(({ cells }) => cells.map(({ value }) => value));
}

describe.each(['csv', 'jsonl', 'parquet'] as const)('clocks that are put forward and back, in %s:', format => {
  const berlin = { format, sourceZone: 'Europe/Berlin', askedZone: 'UTC' } as const;

  test('what a clock of a source shows twice is the first, what it passes over is as much later', async () => {
    // 02:30 was at 00:30 and at 01:30 of UTC in October; in March it was 03:30, which is 01:30
    const autumn = ['2024-10-27T00:29:59.999999', '2024-10-27T00:30:00', '2024-10-27T01:29:59', '2024-10-27T01:30:00'];
    expect(await matched(['2024-10-27T02:30:00'], autumn, berlin)).toEqual([[null, 0], [0, 1], [0, 1], [0, 0]]); // prettier-ignore
    const spring = ['2024-03-31T01:29:59.999999', '2024-03-31T01:30:00', '2024-03-31T02:29:59.999999', '2024-03-31T02:30:00']; // prettier-ignore
    expect(await matched(['2024-03-31T02:30:00'], spring, berlin)).toEqual([[null, 0], [0, 1], [0, 1], [0, 0]]); // prettier-ignore
  });

  test('so it is with rows that ask', async () => {
    const asked = { format, sourceZone: 'UTC', askedZone: 'Europe/Berlin' } as const;
    const autumn = ['2024-10-27T00:30:00', '2024-10-27T00:30:00.000001', '2024-10-27T01:59:59'];
    expect(await matched(autumn, ['2024-10-27T02:29:59.999999', '2024-10-27T02:30:00', '2024-10-27T02:59:59.999999', '2024-10-27T03:00:00'], asked)).toEqual([[null, 0], [0, 1], [1, 2], [2, 1]]); // prettier-ignore
    const spring = ['2024-03-31T00:59:59', '2024-03-31T01:15:00', '2024-03-31T01:30:00'];
    expect(await matched(spring, ['2024-03-31T01:59:59', '2024-03-31T02:15:00', '2024-03-31T02:30:00', '2024-03-31T03:15:00', '2024-03-31T03:30:00'], asked)).toEqual([[0, 1], [1, 2], [2, 3], [1, 2], [2, 3]]); // prettier-ignore
  });

  test('windows are of so many hours that pass, not of days on the clock', async () => {
    const day = { format, sourceZone: 'Europe/Berlin', askedZone: 'Europe/Berlin', over: 24 * hour } as const;
    const edges = async (event: string, ...asked: readonly string[]) =>
      (await matched([event], asked, day)).map(([, many]) => many);
    expect(await edges('2024-03-30T12:00:00', '2024-03-31T12:59:59.999999', '2024-03-31T13:00:00')).toEqual([1, 0]);
    expect(await edges('2024-10-26T12:00:00', '2024-10-27T10:59:59.999999', '2024-10-27T11:00:00')).toEqual([1, 0]);
    expect(await edges('2024-06-01T12:00:00', '2024-06-02T11:59:59.999999', '2024-06-02T12:00:00')).toEqual([1, 0]);
    // begins in an hour that there was not, ends in one that there was twice: the first of both
    expect(await edges('2024-03-31T02:30:00', '2024-04-01T03:29:59.999999', '2024-04-01T03:30:00')).toEqual([1, 0]);
    expect(await edges('2024-10-26T02:30:00', '2024-10-27T02:29:59.999999', '2024-10-27T02:30:00')).toEqual([1, 0]);
  });

  test('half an hour on Lord Howe Island, west of Greenwich, and days that there were not', async () => {
    const lordHowe = { format, sourceZone: 'Australia/Lord_Howe', askedZone: 'UTC' } as const;
    // 02:00 becomes 01:30 on 2024-04-07 (15:00 UTC the day before), and 02:30 on 2024-10-06 (15:30 UTC)
    expect(await matched(['2024-04-07T01:45:00'], ['2024-04-06T14:44:59', '2024-04-06T14:45:00'], lordHowe)).toEqual([[null, 0], [0, 1]]); // prettier-ignore
    expect(await matched(['2024-10-06T02:15:00'], ['2024-10-05T15:44:59', '2024-10-05T15:45:00'], lordHowe)).toEqual([[null, 0], [0, 1]]); // prettier-ignore
    const newYork = { format, sourceZone: 'America/New_York', askedZone: 'UTC' } as const;
    expect(await matched(['2024-11-03T01:30:00'], ['2024-11-03T05:29:59', '2024-11-03T05:30:00'], newYork)).toEqual([[null, 0], [0, 1]]); // prettier-ignore
    const apia = { format, sourceZone: 'Pacific/Apia', askedZone: 'UTC' } as const; // 2011-12-30 was no day
    expect(await matched(['2011-12-30T12:00:00'], ['2011-12-30T21:59:59', '2011-12-30T22:00:00'], apia)).toEqual([[null, 0], [0, 1]]); // prettier-ignore
  });
});

describe('online,', () => {
  const day = 24 * hour;
  const berlin = { timezone: 'Europe/Berlin', created_time: 'known', ttl: 5 * day };
  const row = (at: string, amount: number, known = at) => ({ id: 1, tx: '', at, known, amount, tag: '' });

  test.each([
    { clock: '2024-10-27T02:30:00', instant: '2024-10-27T00:30:00Z' },
    { clock: '2024-03-31T02:30:00', instant: '2024-03-31T01:30:00Z' },
    { clock: '2024-03-31T01:59:59', instant: '2024-03-31T00:59:59Z' },
    { clock: '2024-10-27T03:00:00', instant: '2024-10-27T02:00:00Z' },
  ])(
    'rows are there from $instant on when clocks show $clock, and go with their windows',
    async ({ clock, instant }) => {
      const at = Date.parse(instant);
      const world = await agreementWorld(berlin, { start: at - 1 });
      world.write([row(clock, 3)]);
      const amounts = async (now: number) => {
        world.state.now = now;
        await world.materialise({});
        expect(await differences(world)).toEqual([]);
        const [amount, , many] = (await world.answers())[0]!;
        return [amount!.status, amount!.value, many!.value];
      };
      expect(await amounts(at - 1)).toEqual(['NOT_FOUND', null, 0]);
      expect(await amounts(at)).toEqual(['PRESENT', 3, 1]);
      expect(await amounts(at + 5 * day - 1)).toEqual(['PRESENT', 3, 1]);
      expect(await amounts(at + 5 * day)).toEqual(['PRESENT', 3, 0]);
      expect(await amounts(at + 5 * day + 1)).toEqual(['OUTSIDE_MAX_AGE', null, 0]);
      world.close();
    },
  );

  test('rows that are pushed with times of clocks are those of a source', async () => {
    const at = Date.parse('2024-10-27T00:30:00Z');
    const world = await agreementWorld(berlin, { start: at });
    const pushed = [row('2024-10-27T02:30:00', 3), row('2024-10-27T02:30:00+02:00', 5)];
    expect(await world.push({ rows: pushed, to: 'online_and_offline' })).toEqual({ accepted: 2, stale: 0 });
    await expect(world.push({ rows: [row('2024-10-27T02:32:00', 4)], to: 'online' })).rejects.toThrow(
      'from the future',
    );
    expect(await differences(world)).toEqual([]);
    expect((await world.answers())[0]!.map(({ value }) => value)).toEqual([5, '', 2, 8, 5, 2].map(value => (value === '' ? null : value))); // prettier-ignore
    world.close();
  });

  test('a correction that clocks show before what it corrects comes with the next materialisation', async () => {
    const at = Date.parse('2024-10-27T00:50:00Z'); // 02:50, before clocks were put back
    const world = await agreementWorld({ ...berlin, identity: 'tx' }, { start: at });
    world.write([{ ...row('2024-10-27T02:40:00', 3, '2024-10-27T02:45:00'), tx: 'a' }]);
    await world.materialise({});
    world.state.now = at + hour; // 02:50 again
    world.write([{ ...row('2024-10-27T02:40:00', 7, '2024-10-27T02:46:00+01:00'), tx: 'a' }]);
    await world.materialise({});
    expect(await differences(world)).toEqual([]);
    expect((await world.answers())[0]!.map(({ value }) => value)).toEqual([7, null, 1, 7, 7, 1]);
    world.close();
  });
});
