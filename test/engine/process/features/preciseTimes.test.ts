import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { previewRows } from '../../../../engine/process/features/previewRows';
import type { DatasetSource } from '../../../../engine/protocol/jobs';
import { batchView, column, dataset, newFolder, never, planOf, quiet } from './world';

/** A time of a few µs around others, as files may write it. */
interface Written {
  /** ns since 1970, below µs any. */
  readonly nanos: bigint;
  /** Minutes east of Greenwich that a text is written with; undefined: UTC, without saying so. */
  readonly zone: number | undefined;
  /** Digits behind the second. */
  readonly digits: number;
}

const floor = (value: bigint, unit: bigint): bigint => (value - (((value % unit) + unit) % unit)) / unit;
/** With as many digits as are written. */
const nanosOf = ({ nanos, digits }: Written): bigint =>
  floor(nanos, 10n ** BigInt(9 - digits)) * 10n ** BigInt(9 - digits);
const microsOf = (written: Written): bigint => floor(nanosOf(written), 1000n);

function textOf({ nanos, zone, digits }: Written): string {
  const seconds = floor(nanos, 1_000_000_000n);
  const shown = new Date(Number(seconds) * 1000 + (zone ?? 0) * 60_000).toISOString().slice(0, 19);
  const fraction = String(nanos - seconds * 1_000_000_000n)
    .padStart(9, '0')
    .slice(0, digits);
  const sign = (zone ?? 0) < 0 ? '-' : '+';
  const [hours, minutes] = [Math.floor(Math.abs(zone ?? 0) / 60), Math.abs(zone ?? 0) % 60];
  const pair = (number: number): string => String(number).padStart(2, '0');
  return `${shown}${digits > 0 ? `.${fraction}` : ''}${zone === undefined ? '' : `${sign}${pair(hours)}:${pair(minutes)}`}`;
}

const bases = [0n, -5_000_000_000_000_000n, 1_717_236_000_000_000n, 4_102_444_799_999_999n, 8_000_000_000_000_000n];
const time = (base: bigint): fc.Arbitrary<Written> =>
  fc.record({
    nanos: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 999 })).map(([micros, rest]) => (base + BigInt(micros)) * 1000n + BigInt(rest)), // prettier-ignore
    zone: fc.option(fc.integer({ min: -1439, max: 1439 }), { nil: undefined }),
    digits: fc.constantFrom(9, 9, 7, 6, 6, 3, 0),
  });

const example = fc.constantFrom(...bases).chain(base =>
  fc.record({
    rows: fc.array(fc.record({ at: time(base), known: time(base) }), { minLength: 1, maxLength: 12 }),
    asked: fc.array(time(base), { minLength: 1, maxLength: 8 }),
  }),
);

const integer = { type: 'INT64', repetition_type: 'REQUIRED' } as const;
const timestamp = (unit: 'MICROS' | 'NANOS') =>
  ({ ...integer, logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } }) as const;

type Times = Readonly<Record<string, readonly Written[]>>;
type Format = 'csv' | 'jsonl' | 'µs.parquet' | 'ns.parquet';

function write(folder: string, name: string, { times, format }: { times: Times; format: Format }): DatasetSource {
  const names = Object.keys(times);
  const count = times[names[0]!]!.length;
  const number = name === 'source' ? ['n'] : ['row'];
  const cells = Array.from({ length: count }, (_, row) => [1, row, ...names.map(of => textOf(times[of]![row]!))]);
  const all = ['id', ...number, ...names];
  if (format === 'csv')
    return dataset(folder, `${name}.csv`, [all, ...cells].map(row => `${row.join(',')}\n`).join(''));
  const object = (row: readonly unknown[]) => JSON.stringify(Object.fromEntries(all.map((of, at) => [of, row[at]])));
  if (format === 'jsonl') return dataset(folder, `${name}.jsonl`, cells.map(row => `${object(row)}\n`).join(''));
  const isNanos = format === 'ns.parquet';
  const buffer = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: all.length },
      ...['id', ...number].map(of => ({ name: of, ...integer })),
      ...names.map(of => ({ name: of, ...timestamp(isNanos ? 'NANOS' : 'MICROS') })),
    ],
    columnData: [
      { name: 'id', data: cells.map(() => 1n) },
      { name: number[0]!, data: cells.map((_, row) => BigInt(row)) },
      ...names.map(of => ({ name: of, data: times[of]!.map(isNanos ? nanosOf : microsOf) })),
    ],
  });
  return dataset(folder, `${name}.parquet`, new Uint8Array(buffer));
}

async function joined(source: DatasetSource, asked: DatasetSource) {
  const over = { kind: 'window', aggregate: 'count', over: 0.002 } as const; // 2 µs
  const view = batchView([source], {
    created_time: 'known',
    features: [column('n'), column('at', 'datetime'), { name: 'many', type: 'integer', from: over }],
  });
  const plan = planOf(asked, [view]);
  const { preview } = await previewRows({ ...plan, offset: 0, limit: 99, filter: 'all' }, quiet, never);
  return preview.map(({ cells }) => cells.map(({ value }) => value));
}

/** With as many digits as there are µs or ms. */
function shown(micros: bigint): string {
  const text = textOf({ nanos: micros * 1000n, zone: undefined, digits: 6 });
  return `${text.replace(/\.000000$|000$/, '')}Z`;
}

test('rows of CSV, JSON lines and Parquet are joined alike, to the microsecond', async () => {
  await fc.assert(
    fc.asyncProperty(example, async ({ rows, asked }) => {
      const all = rows.map(({ at, known }, n) => ({ n, at: microsOf(at), known: microsOf(known) }));
      const expected = asked.map(microsOf).map(now => {
        const there = all.filter(({ at, known }) => at <= now && known <= now);
        const [best] = there.toSorted((a, b) => Number(b.at - a.at) || Number(b.known - a.known) || b.n - a.n);
        return [best?.n ?? null, best ? shown(best.at) : null, there.filter(({ at }) => at > now - 2n).length];
      });
      const folder = newFolder();
      const times = { at: rows.map(({ at }) => at), known: rows.map(({ known }) => known) };
      for (const format of ['csv', 'jsonl', 'µs.parquet', 'ns.parquet'] as const) {
        const source = write(folder, 'source', { times, format });
        const asking = write(folder, 'asked', { times: { time: asked }, format });
        expect([format, await joined(source, asking)]).toEqual([format, expected]);
      }
    }),
    { numRuns: 60 },
  );
});
