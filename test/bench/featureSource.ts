import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { Random } from '../../engine/random';

const DAY = 86_400_000_000;
/** Rows of a group, which is as much as is held in memory encoded. */
const GROUP = 500_000;

/** A column of a Parquet file; times are µs since 1970. */
interface Column {
  readonly name: string;
  readonly kind: 'integer' | 'number' | 'time';
  readonly values: Float64Array;
}

export interface SourceShape {
  readonly rows: number;
  readonly keys: number;
  /** Times of events, µs since 1970. */
  readonly from: number;
  readonly to: number;
  /** Names of the features: normal numbers with two decimals; the last one whole. */
  readonly features: readonly string[];
  /** One row in so many corrects another one a day to two months later; absent: none does, and every key has as many rows. */
  readonly corrected?: number;
}

/** `source.parquet`: id, event, created and features, in the order in which the rows became known. */
export async function writeSource(folder: string, shape: SourceShape): Promise<void> {
  const { rows, keys, from, to, features, corrected } = shape;
  const random = new Random(1);
  const late = corrected === undefined ? 0 : Math.floor(rows / corrected);
  const first = rows - late;
  const column = (): Float64Array => new Float64Array(rows);
  const [id, event, created] = [column(), column(), column()];
  const values = features.map(column);
  for (let row = 0; row < rows; row++) {
    if (row < first) {
      id[row] = corrected === undefined ? row % keys : random.below(keys);
      event[row] = from + Math.floor(random.uniform() * (to - from));
      created[row] = corrected === undefined ? event[row]! : event[row]! + 1 + random.below(3_600_000_000);
      for (const [at, one] of values.entries()) one[row] = at === values.length - 1 ? random.below(1000) : hundredths(100 + 30 * random.normal()); // prettier-ignore
    } else {
      const other = random.below(first);
      id[row] = id[other]!;
      event[row] = event[other]!;
      created[row] = created[other]! + DAY + Math.floor(random.uniform() * 59 * DAY);
      for (const one of values) one[row] = one[other]! + 1;
    }
  }
  const order = Uint32Array.from(created.keys()).sort((a, b) => created[a]! - created[b]!);
  const ordered = (list: Float64Array): Float64Array => Float64Array.from(order, at => list[at]!);
  await write(path.join(folder, 'source.parquet'), [
    { name: 'id', kind: 'integer', values: ordered(id) },
    { name: 'event', kind: 'time', values: ordered(event) },
    { name: 'created', kind: 'time', values: ordered(created) },
    ...features.map((name, at): Column => ({
      ...{ name, kind: at === features.length - 1 ? 'integer' : 'number', values: ordered(values[at]!) },
    })),
  ]);
}

/** `asked.parquet`: row, id and event_timestamp of the rows that ask. */
export async function writeAsked(
  folder: string,
  { rows, keys, from, to }: Omit<SourceShape, 'features'>,
): Promise<void> {
  const random = new Random(2);
  await write(path.join(folder, 'asked.parquet'), [
    { name: 'row', kind: 'integer', values: Float64Array.from({ length: rows }, (_, row) => row) },
    { name: 'id', kind: 'integer', values: Float64Array.from({ length: rows }, () => random.below(keys)) },
    {
      ...{ name: 'event_timestamp', kind: 'time' },
      values: Float64Array.from({ length: rows }, () => from + Math.floor(random.uniform() * (to - from))),
    },
  ]);
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

async function write(file: string, columns: readonly Column[]): Promise<void> {
  const out = createWriteStream(file);
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, kind }) => ({
        ...{
          name,
          repetition_type: 'REQUIRED' as const,
          type: kind === 'number' ? ('DOUBLE' as const) : ('INT64' as const),
        },
        ...(kind === 'time' && {
          converted_type: 'TIMESTAMP_MICROS' as const,
          logical_type: { type: 'TIMESTAMP' as const, isAdjustedToUTC: true, unit: 'MICROS' as const },
        }),
      })),
    ],
  });
  const rows = columns[0]?.values.length ?? 0;
  for (let from = 0; from < rows; from += GROUP)
    await writer.write({
      columnData: columns.map(({ name, kind, values }) => {
        const part = values.subarray(from, from + GROUP);
        return { name, data: kind === 'number' ? part : BigInt64Array.from(part, BigInt) };
      }),
      rowGroupSize: GROUP,
    });
  await writer.finish();
  out.end(Buffer.from(bytes.getBytes()));
  await once(out, 'finish');
}
