import type { FeatureStatus } from '../../protocol/featureJoins';
import type { EntitySlots, EntityTimes } from './entitySlots';
import type { JoinedValue } from './values';
import type { Winners } from './winners';

/** A row of the source that answers. */
export interface MatchedRow {
  /** Number of the row within the source, from 0. */
  readonly row: number;
  /** µs; −Infinity: it holds at all times. */
  readonly event: number;
  /** µs; −Infinity: nothing says. */
  readonly created: number;
}

export interface JoinedParts extends EntityTimes {
  readonly slots: EntitySlots;
  readonly known: Winners;
  readonly late: Winners | undefined;
  /** µs */
  readonly ttl: number;
}

/** Reasons of rows as numbers. */
export const reasons = ['present', 'null-value', 'no-row', 'not-yet-known', 'expired', 'no-key', 'no-time'] as const;
const [present, nullValue, noRow, notYetKnown, expired, noKey, noTime] = [0, 1, 2, 3, 4, 5, 6] as const;

/** What a join found for each row that asked, in their order. */
export class JoinedRows {
  readonly rows: number;
  /** Index into `reasons` of each row, whatever the feature. */
  readonly reasons: Uint8Array;
  /** The slot whose row answers, also when it has expired; −1: none. */
  readonly #matches: Int32Array;
  /** The slot of the row that became known later and would answer instead; −1: none. */
  readonly #later: Int32Array | undefined;
  readonly #known: Winners;
  readonly #late: Winners | undefined;

  constructor(parts: JoinedParts) {
    const { slots, known, late, keys, times, ttl } = parts;
    this.rows = keys.length;
    this.#known = known;
    this.#late = late;
    this.reasons = new Uint8Array(this.rows);
    this.#matches = new Int32Array(this.rows).fill(-1);
    this.#later = late && new Int32Array(this.rows).fill(-1);
    const settled = known.settle(slots.starts);
    const settledLate = late?.settle(slots.starts);
    for (let row = 0; row < this.rows; row++) {
      const slot = slots.ofRow[row]!;
      if (slot < 0) {
        this.reasons[row] = keys[row]! < 0 ? noKey : noTime;
        continue;
      }
      const oldest = times[row]! - ttl;
      const match = settled[slot]!;
      const other = settledLate?.[slot] ?? -1;
      this.#matches[row] = match;
      if (match >= 0) this.reasons[row] = isExpired(known.events[match]!, oldest) ? expired : present;
      else this.reasons[row] = other >= 0 ? notYetKnown : noRow;
      if (
        late &&
        other >= 0 &&
        !isExpired(late.events[other]!, oldest) &&
        (match < 0 || late.beats(other, known, match))
      )
        this.#later![row] = other;
    }
  }

  status(column: number, row: number): FeatureStatus {
    const reason = this.reasons[row]!;
    if (reason !== present) return reasons[reason]!;
    return reasons[this.#known.value(column, this.#matches[row]!) === null ? nullValue : present];
  }

  /** Null when it is missed. */
  value(column: number, row: number): JoinedValue {
    return this.reasons[row] === present ? this.#known.value(column, this.#matches[row]!) : null;
  }

  /** The row that answers, also when it has expired. */
  matched(row: number): MatchedRow | undefined {
    return matchedRow(this.#known, this.#matches[row]!);
  }

  /** What would be answered if what became known later counted too, where that is another row. */
  later(column: number, row: number): { readonly value: JoinedValue; readonly matched: MatchedRow } | undefined {
    const slot = this.#later?.[row] ?? -1;
    const matched = this.#late && matchedRow(this.#late, slot);
    return matched && { value: this.#late.value(column, slot), matched };
  }

  /** How many rows have which reason, by its index in `reasons`, and how many another value if what became known later counted. */
  counts(column: number): { readonly byReason: Int32Array; readonly changedByLater: number } {
    const byReason = new Int32Array(reasons.length);
    let changedByLater = 0;
    for (let row = 0; row < this.rows; row++) {
      const reason = this.reasons[row]!;
      const isNull = reason === present && this.#known.isNull(column, this.#matches[row]!);
      byReason[isNull ? nullValue : reason]!++;
      if (this.#later && this.#later[row]! >= 0 && this.later(column, row)!.value !== this.value(column, row))
        changedByLater++;
    }
    return { byReason, changedByLater };
  }

  /** All values of a column of numbers. NaN: null. */
  numbers(column: number): Float64Array {
    const from = this.#known.numbers(column)!;
    const all = new Float64Array(this.rows);
    for (let row = 0; row < this.rows; row++)
      all[row] = this.reasons[row] === present ? from[this.#matches[row]!]! : Number.NaN;
    return all;
  }
}

const isExpired = (event: number, oldest: number): boolean => event < oldest && event !== -Infinity;

const matchedRow = (winners: Winners, slot: number): MatchedRow | undefined =>
  slot < 0 ? undefined : { row: winners.rows[slot]!, event: winners.events[slot]!, created: winners.created[slot]! };
