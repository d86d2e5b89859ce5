import type { BatchDefinition } from '../../../protocol/featurePlans';
import type { KeyTable } from '../../../features/join/keyTable';
import { valueAt } from '../../../features/join/values';
import { canonicalKey } from '../../../features/online/entityKey';
import { EventIds, identityId, pushedEventId } from '../../../features/online/eventIds';
import { noTime, type PackedEvent } from '../../../features/online/onlineStore';
import { orderOf, placeInLog } from '../../../features/online/places';
import type { ComputedEvent } from '../../../features/online/pusher';
import { packValues } from '../../../features/online/storedValues';
import { leftOut } from '../../../features/online/windowValue';
import type { WindowRows } from '../../../features/windows/windowJoin';
import type { Cell, ColumnType } from '../../../protocol/data';
import type { SourceBatch } from '../read/sourceRows';

/** A value as online stores keep it: times stay ms since 1970. */
export const plainCell = (type: ColumnType, value: Cell): Cell =>
  type === 'boolean' && value !== null ? value === 1 : value;

/** µs as online stores keep them. */
export const timeOf = (micros: number | undefined): number =>
  micros !== undefined && Number.isFinite(micros) ? micros : noTime;

/** The canonical texts of keys by their codes. */
export const keyTexts =
  ({ entities }: BatchDefinition, keys: KeyTable) =>
  (code: number): string =>
    canonicalKey(entities, keys.key(code))!;

/** Makes of rows what an online store keeps of events. */
export class EventPacker {
  readonly keyOf: (code: number) => string;
  readonly #identities: KeyTable | undefined;
  readonly #ids = new EventIds();

  /** `identities`: where rows say which event they are a version of. */
  constructor(keyOf: (code: number) => string, identities: KeyTable | undefined) {
    this.keyOf = keyOf;
    this.#identities = identities;
  }

  /** What windows want of a row. */
  values({ keys, events, created, values, masks, identities }: WindowRows, row: number): ComputedEvent {
    const identity = identities?.[row] ?? -1;
    return {
      key: this.keyOf(keys[row]!),
      ...{ event: timeOf(events[row]), created: timeOf(created?.[row]) },
      values: values.map((of, window) => (masks[window]?.[row] === 0 ? leftOut : valueAt(of, row))),
      ...(this.#identities && identity >= 0 && { identity: String(this.#identities.key(identity)[0]) }),
    };
  }

  /** `pushed`: of rows that were pushed, the number of the first of them. */
  pack(rows: WindowRows & Pick<SourceBatch, 'pushed'>, row: number): PackedEvent {
    const { identity, values, ...times } = this.values(rows, row);
    const place = rows.pushed === undefined ? 0 : placeInLog(rows.pushed + row);
    const packed = packValues([...values, orderOf(place, rows.firstRow + row)]);
    const event = { ...times, packed, place };
    if (identity !== undefined) return { ...event, id: identityId(identity) };
    if (rows.pushed !== undefined) return { ...event, id: pushedEventId(rows.pushed + row) };
    return { ...event, id: this.#ids.next({ ...times, packed: packValues(values) }) };
  }
}
