import { ModelyardError, throwIfAborted } from '../../../errors';
import { fileName } from '../../../data/read/dataFile';
import { openReader } from '../../../data/read/openReader';
import type { EntityTimes } from '../../../features/join/entitySlots';
import { KeyTable } from '../../../features/join/keyTable';
import type { EntityKey } from '../../../protocol/features';
import type { DatasetSource } from '../../../protocol/jobs';
import { BatchCells } from '../read/batchCells';
import { TimeReader } from '../read/columnTimes';

/** Rows that ask for features: an entity file. */
export interface AskedRows {
  readonly rows: number;
  readonly columns: readonly string[];
  /** µs; NaN: none. */
  readonly times: Float64Array;
  /** Size and time of the file, to see that it stays the same. */
  readonly bytes: number;
  readonly modifiedAt: number;
  keysOf(entities: readonly EntityKey[]): KeyedRows;
}

export interface KeyedRows {
  readonly table: KeyTable;
  readonly keys: Int32Array;
}

export interface AskedRowsOptions {
  readonly source: DatasetSource;
  /** The column with the time of each row; absent: all are asked for at `now`. */
  readonly eventTime?: string;
  readonly timezone: string;
  /** ms since 1970 */
  readonly now: number;
  /** The keys of each view that takes part. */
  readonly entities: readonly (readonly EntityKey[])[];
}

/** @throws ModelyardError `data.*` with file and line: no such file or column, what is no time */
export async function readAskedRows(options: AskedRowsOptions, signal: AbortSignal): Promise<AskedRows> {
  const { source, eventTime } = options;
  const times = new TimeReader(options.timezone);
  const keyed = new Map(options.entities.map(entities => [nameOf(entities), new KeyedColumn(entities)]));
  const found: Float64Array[] = [];
  let rows = 0;
  const { reader, bytes, modifiedAt } = await openReader(source, { signal, digest: false });
  try {
    for await (const batch of reader.batches()) {
      throwIfAborted(signal);
      const cells = new BatchCells({ source, batch, columns: reader.columns, times });
      for (const one of keyed.values()) await one.add(cells);
      found.push(
        eventTime === undefined ? new Float64Array(batch.rows).fill(options.now * 1000) : await cells.times(eventTime),
      );
      rows += batch.rows;
    }
    if (rows === 0) throw nobodyAsks(source);
    const whole = new Float64Array(rows);
    joined(found, whole);
    const keysOf = (entities: readonly EntityKey[]): KeyedRows => keyed.get(nameOf(entities))!.finish(rows);
    return { rows, columns: [...reader.columns], times: whole, bytes, modifiedAt, keysOf };
  } finally {
    await reader.close();
  }
}

const nameOf = (entities: readonly EntityKey[]): string => JSON.stringify(entities.map(({ key, type }) => [key, type]));

/** The keys of views that have the same. */
class KeyedColumn {
  readonly #names: readonly string[];
  readonly #table: KeyTable;
  readonly #codes: Int32Array[] = [];

  constructor(entities: readonly EntityKey[]) {
    this.#names = entities.map(({ key }) => key);
    this.#table = new KeyTable(entities.map(({ type }) => type));
  }

  async add(cells: BatchCells): Promise<void> {
    this.#codes.push(await cells.keys(this.#names, this.#table, true));
  }

  finish(rows: number): KeyedRows {
    const keys = new Int32Array(rows);
    joined(this.#codes, keys);
    return { table: this.#table, keys };
  }
}

function joined<T extends Float64Array | Int32Array>(parts: readonly T[], whole: T): void {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
}

/** As the join wants them; a view whose rows hold at all times is asked at no time in particular. */
export const entityTimes = ({ table, keys }: KeyedRows, times: Float64Array, hasTimes: boolean): EntityTimes => ({
  keys,
  keyCount: table.size,
  times: hasTimes ? times : new Float64Array(keys.length),
});

const nobodyAsks = (source: DatasetSource): ModelyardError =>
  new ModelyardError('data.empty', `${fileName(source)} has no rows to join features to.`, {
    place: { file: fileName(source) },
    fix: 'Put the entities there, a row each.',
    data: { dataset: source.name },
  });
