import type { FeatureStatus } from '../../protocol/featureJoins';
import type { EntitySlots, EntityTimes } from '../join/entitySlots';
import type { MatchedRow } from '../join/joinedRows';
import type { JoinedValue } from '../join/values';
import type { WindowSlots } from './windowSlots';

export interface WindowedParts extends EntityTimes {
  readonly slots: EntitySlots;
  readonly known: readonly WindowSlots[];
  /** Absent: it does not matter what was known. */
  readonly late: readonly WindowSlots[] | undefined;
  /** `late` has all rows that would count, not only those besides. */
  readonly isWhole: boolean;
}

/** What windows are for each row that asked, in their order. */
export class WindowedRows {
  readonly rows: number;
  readonly #parts: WindowedParts;

  constructor(parts: WindowedParts) {
    this.rows = parts.keys.length;
    this.#parts = parts;
  }

  /** A window without rows is missed, unless it has a value all the same: a count or sum of 0. */
  status(window: number, row: number): FeatureStatus {
    const { slots, keys, known, late } = this.#parts;
    const slot = slots.ofRow[row]!;
    if (slot < 0) return keys[row]! < 0 ? 'no-key' : 'no-time';
    if (known[window]!.value(slot) !== null) return 'present';
    if (known[window]!.rows[slot]! > 0) return 'null-value';
    return late && late[window]!.rows[slot]! > 0 ? 'not-yet-known' : 'no-row';
  }

  value(window: number, row: number): JoinedValue {
    const slot = this.#parts.slots.ofRow[row]!;
    return slot < 0 ? null : this.#parts.known[window]!.value(slot);
  }

  /** The newest row within, and how many there are. */
  matched(window: number, row: number): { readonly newest: MatchedRow; readonly rows: number } | undefined {
    const slot = this.#parts.slots.ofRow[row]!;
    const known = this.#parts.known[window]!;
    const newest = slot < 0 ? undefined : known.newest(slot);
    return newest && { newest, rows: known.rows[slot]! };
  }

  /** What it would be if what became known later counted too; undefined where that makes no difference. */
  later(window: number, row: number): { readonly value: JoinedValue; readonly newest?: MatchedRow } | undefined {
    const { slots, late, isWhole } = this.#parts;
    const slot = slots.ofRow[row]!;
    if (slot < 0 || !late) return undefined;
    const known = this.#parts.known[window]!;
    const other = late[window]!;
    if (!isWhole && other.rows[slot] === 0) return undefined;
    const all = isWhole ? other.state(slot) : known.state(slot).with(other.state(slot));
    const value = all.value();
    if (value === known.value(slot)) return undefined;
    return { value, ...(all.newest && { newest: all.newest }) };
  }

  /** All values of a window whose values are numbers. NaN: null. */
  numbers(window: number): Float64Array {
    const all = new Float64Array(this.rows);
    for (let row = 0; row < this.rows; row++) {
      const value = this.value(window, row);
      all[row] = typeof value === 'number' ? value : Number.NaN;
    }
    return all;
  }
}
