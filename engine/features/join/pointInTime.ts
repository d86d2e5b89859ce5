import type { JoinMode } from '../../protocol/featureJoins';
import { EntitySlots, type EntityTimes } from './entitySlots';
import { JoinedRows } from './joinedRows';
import type { ValueKind, Values } from './values';
import { type Contender, Winners } from './winners';

export interface JoinOptions {
  readonly mode: JoinMode;
  /** µs before the time that is asked for, after which a value has expired. */
  readonly ttl?: number;
  /** What the columns hold. */
  readonly kinds: readonly ValueKind[];
  /** Whether rows say when they became known. */
  readonly hasCreated: boolean;
}

/** Consecutive rows of a source. */
export interface SourceRows {
  readonly rows: number;
  /** Number of the first within the source, from 0. */
  readonly firstRow: number;
  /** The code of each row's key; negative: nobody asks for it. */
  readonly keys: Int32Array;
  /** µs; NaN: none, such rows count for nothing. Absent: rows hold at all times. */
  readonly events?: Float64Array;
  /** µs; NaN: nothing says when the row became known. */
  readonly created?: Float64Array;
  /** 0: the row is not one of the view's. Absent: all are. */
  readonly keep?: Uint8Array;
  readonly values: readonly Values[];
  /** Rows from this one of them on are new, whatever their times: see `isInRange`. Absent: none. */
  readonly newFrom?: number;
}

/**
 * The point-in-time join: for each pair of key and time that is asked for, the newest row of the key that had happened and,
 * with the mode `known`, was known by then. One pass over the source in any order; what is kept is as much as is asked for.
 *
 * A row can answer for no time before it had happened and was known, so it competes for the first slot from then on; in the
 * end the answer of a slot is the best row of it and of the slots before it. What `tie-break` would answer needs only the
 * rows besides that would have competed for an earlier slot.
 */
export class PointInTimeJoin {
  readonly #slots: EntitySlots;
  readonly #entities: EntityTimes;
  readonly #options: JoinOptions;
  readonly #known: Winners;
  /** Rows that were known later than the slot. */
  #late: Winners | undefined;
  #firstRow = 0;
  readonly #contender: Contender = { event: 0, created: 0, row: 0 };

  constructor(entities: EntityTimes, options: JoinOptions) {
    this.#slots = new EntitySlots(entities);
    this.#entities = entities;
    this.#options = options;
    this.#known = new Winners(this.#slots.count, options.kinds);
  }

  add(batch: SourceRows): void {
    const { rows, keys, events, created, keep } = batch;
    const known = this.#options.mode === 'known' && this.#options.hasCreated;
    this.#firstRow = batch.firstRow;
    this.#known.begin(batch.firstRow);
    this.#late?.begin(batch.firstRow);
    for (let row = 0; row < rows; row++) {
      if (keep?.[row] === 0) continue;
      const event = events === undefined ? -Infinity : events[row]!;
      const at = created === undefined ? Number.NaN : created[row]!;
      const key = keys[row]!;
      if (key < 0 || event !== event) continue;
      const slot = this.#slots.first(key, event);
      if (slot < 0) continue;
      const contender = this.#contender;
      contender.event = event;
      contender.created = at === at ? at : -Infinity;
      contender.row = batch.firstRow + row;
      if (!known || at <= this.#slots.times[slot]!) this.#known.offer(slot, contender);
      else this.#addLate(slot, key);
    }
    this.#known.keep(batch.values);
    this.#late?.keep(batch.values);
  }

  /** A row that was not known at the first slot after its event. */
  #addLate(slot: number, key: number): void {
    const contender = this.#contender;
    if (!this.#late) {
      this.#late = new Winners(this.#slots.count, this.#options.kinds);
      this.#late.begin(this.#firstRow);
    }
    this.#late.offer(slot, contender);
    if (contender.created === -Infinity) return;
    const knownSlot = this.#slots.first(key, contender.created);
    if (knownSlot >= 0) this.#known.offer(knownSlot, contender);
  }

  finish(): JoinedRows {
    const { ttl = Infinity } = this.#options;
    return new JoinedRows({ ...this.#entities, slots: this.#slots, known: this.#known, late: this.#late, ttl });
  }
}
