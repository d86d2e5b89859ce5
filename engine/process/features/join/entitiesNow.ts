import type { KeyTable } from '../../../features/join/keyTable';
import { noKey } from '../../../features/join/keyTable';
import type { AskedRows } from './askedRows';
import type { BatchView } from '../../../protocol/featurePlans';
import { sourceRows } from '../read/sourceRows';

/** Puts all keys that a view has into a table. @throws ModelyardError `data.*` */
export async function addKeys(view: BatchView, keys: KeyTable, signal: AbortSignal): Promise<void> {
  for await (const batch of sourceRows({ view, keys, newKeys: true, wanted: [] }, signal)) void batch;
}

/** All entities of a table, each asked for at one time (ms since 1970). */
export const askedNow = (table: KeyTable, now: number): AskedRows => ({
  ...{ rows: table.size, columns: [], bytes: 0, modifiedAt: 0 },
  times: new Float64Array(table.size).fill(now * 1000),
  keysOf: () => ({ table, keys: Int32Array.from({ length: table.size }, (_, code) => code) }),
});

/** Rows of a view, each asked for at its own event. */
export function askedAt(table: KeyTable, rows: readonly { readonly key: number; readonly event: number }[]): AskedRows {
  return {
    ...{ rows: rows.length, columns: [], bytes: 0, modifiedAt: 0 },
    times: Float64Array.from(rows, ({ event }) => event),
    keysOf: () => ({ table, keys: Int32Array.from(rows, ({ key }) => (key < 0 ? noKey : key)) }),
  };
}
