import type { Aggregate } from '../../protocol/featureConfig';
import type { FeatureStatus } from '../../protocol/features';
import type { EntitySlots, EntityTimes } from '../join/entitySlots';
import type { MatchedRow } from '../join/joinedRows';
import type { JoinedValue } from '../join/values';
import { WindowState } from './windowState';

export interface WindowedParts extends EntityTimes {
  readonly slots: EntitySlots;
  readonly known: readonly (readonly (WindowState | undefined)[])[];
  /** Absent: it does not matter what was known. */
  readonly late: readonly (readonly (WindowState | undefined)[])[] | undefined;
  /** `late` has all rows that would count, not only those besides. */
  readonly isWhole: boolean;
  readonly aggregates: readonly Aggregate[];
}

/** What windows are for each row that asked, in their order. */
export class WindowedRows {
  readonly rows: number;
  readonly #parts: WindowedParts;
  /** Of windows without rows. */
  readonly #empty: readonly WindowState[];

  constructor(parts: WindowedParts) {
    this.rows = parts.keys.length;
    this.#parts = parts;
    this.#empty = parts.aggregates.map(aggregate => new WindowState(aggregate));
  }

  /** A window without rows is missed, unless it has a value all the same: a count or sum of 0. */
  status(window: number, row: number): FeatureStatus {
    const { slots, keys, late } = this.#parts;
    const slot = slots.ofRow[row]!;
    if (slot < 0) return keys[row]! < 0 ? 'no-key' : 'no-time';
    const state = this.#state(window, slot);
    if (state.value() !== null) return 'present';
    if (state.rows > 0) return 'null-value';
    return late?.[window]![slot] === undefined ? 'no-row' : 'not-yet-known';
  }

  value(window: number, row: number): JoinedValue {
    const slot = this.#parts.slots.ofRow[row]!;
    return slot < 0 ? null : this.#state(window, slot).value();
  }

  /** The newest row within, and how many there are. */
  matched(window: number, row: number): { readonly newest: MatchedRow; readonly rows: number } | undefined {
    const slot = this.#parts.slots.ofRow[row]!;
    const state = slot < 0 ? undefined : this.#state(window, slot);
    return state?.newest && { newest: state.newest, rows: state.rows };
  }

  /** What it would be if what became known later counted too; undefined where that makes no difference. */
  later(window: number, row: number): { readonly value: JoinedValue; readonly newest?: MatchedRow } | undefined {
    const { slots, late, isWhole } = this.#parts;
    const slot = slots.ofRow[row]!;
    if (slot < 0 || !late) return undefined;
    const other = late[window]![slot] ?? this.#empty[window]!;
    if (!isWhole && other.rows === 0) return undefined;
    const all = isWhole ? other : this.#state(window, slot).with(other);
    const value = all.value();
    if (value === this.#state(window, slot).value()) return undefined;
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

  #state(window: number, slot: number): WindowState {
    return this.#parts.known[window]![slot] ?? this.#empty[window]!;
  }
}
