import { isInRange, type NewestOptions } from '../../../features/join/newestRows';
import type { SourceBatch } from '../read/sourceRows';

export type EventRange = Pick<NewestOptions, 'from' | 'to' | 'hasCreated'> & {
  /** µs: events up to this one are in no window any more. */
  readonly oldestEvent: number;
};

/** Versions of an event that were brought, those that were not, and whether one of these may be the later all the same. */
const brought = 1;
const left = 2;
const weak = 4;

/**
 * Which rows of a source an online store needs for windows: events that a window may still have, and versions that take an
 * event out of all windows, since they say that it was at another time. Of a source that is read from its beginning most old
 * rows are of old events: versions that do so are told apart when all have been seen, and come when it is read again. So do
 * versions from before the range where those in it need not be the later ones: nothing says when they became known, or they
 * were known before they happened.
 */
export class EventRows {
  readonly #range: EventRange;
  /** By the code of the identity. */
  #flags = new Uint8Array(1 << 10);
  #hasMoved = false;

  constructor(range: EventRange) {
    this.#range = range;
  }

  /** Whether there are events of which all versions are needed. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** Those of consecutive rows. */
  of(batch: SourceBatch): number[] {
    const rows: number[] = [];
    const { from, oldestEvent, to, hasCreated } = this.#range;
    const isWhole = from === -Infinity;
    for (let row = 0; row < batch.rows; row++) {
      const identity = batch.identities?.[row] ?? -1;
      const event = batch.events?.[row] ?? 0;
      if (identity < 0) {
        if (batch.keys[row]! >= 0 && event > oldestEvent && isInRange(batch, row, this.#range)) rows.push(row);
        continue;
      }
      const known = this.#knownAt(batch, row);
      if (known === undefined) continue;
      const isNew = isWhole || Math.max(event, known) > from || row >= (batch.newFrom ?? Infinity);
      const isInside = event > oldestEvent && event <= to;
      // for as long as stores keep it, what moves an event out also holds against an earlier version that comes later
      const isBrought = isNew && (isInside || !isWhole || (hasCreated && known > oldestEvent));
      if (isBrought) rows.push(row);
      const isWeak = isWhole || !hasCreated || known <= from;
      this.#note(identity, isBrought ? brought | (isWeak ? weak : 0) : left);
    }
    return rows;
  }

  /** Those of the second time: all versions of events that need it, so that the order in which they stand decides again. */
  again(batch: SourceBatch): number[] {
    const rows: number[] = [];
    for (let row = 0; row < batch.rows; row++) {
      const identity = batch.identities?.[row] ?? -1;
      if (identity < 0 || this.#flags[identity] !== (brought | left | weak)) continue;
      if (this.#knownAt(batch, row) !== undefined) rows.push(row);
    }
    return rows;
  }

  /** When a version was known, of those that were by then, whenever their event is. µs */
  #knownAt({ keys, keep, events, created }: SourceBatch, row: number): number | undefined {
    if (keys[row]! < 0 || keep?.[row] === 0) return undefined;
    const { to, hasCreated } = this.#range;
    const event = events?.[row] ?? Number.NaN;
    const known = hasCreated ? created![row]! : event;
    if (Number.isNaN(event) || Number.isNaN(known) || (hasCreated && known > to)) return undefined;
    return known;
  }

  #note(identity: number, flag: number): void {
    if (identity >= this.#flags.length) {
      const larger = new Uint8Array(2 * (identity + 1));
      larger.set(this.#flags);
      this.#flags = larger;
    }
    const flags = this.#flags[identity]! | flag;
    this.#flags[identity] = flags;
    if (flags === (brought | left | weak)) this.#hasMoved = true;
  }
}
