import type { BatchDefinition } from '../../../protocol/featurePlans';
import type { KeyTable } from '../../../features/join/keyTable';
import { valueAt } from '../../../features/join/values';
import { canonicalKey } from '../../../features/online/entityKey';
import { EventIds } from '../../../features/online/eventIds';
import { noTime, type PackedEvent } from '../../../features/online/onlineStore';
import { packValues } from '../../../features/online/storedValues';
import { leftOut } from '../../../features/online/windowValue';
import type { WindowRows } from '../../../features/windows/windowJoin';
import type { Cell, ColumnType } from '../../../protocol/data';

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

  pack({ keys, events, created, values, masks, identities, firstRow }: WindowRows, row: number): PackedEvent {
    const cells = values.map((of, window) => (masks[window]?.[row] === 0 ? leftOut : valueAt(of, row)));
    const times = { event: timeOf(events[row]), created: timeOf(created?.[row]) };
    const key = this.keyOf(keys[row]!);
    const identity = identities?.[row] ?? -1;
    const known = this.#identities && identity >= 0 ? String(this.#identities.key(identity)[0]) : undefined;
    const id = known ?? this.#ids.next({ key, ...times, packed: packValues(cells) });
    return { key, ...times, packed: packValues([...cells, firstRow + row]), id };
  }
}
