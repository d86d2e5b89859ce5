import { isInRange, type NewestOptions } from '../../../features/join/newestRows';
import type { SourceBatch } from '../read/sourceRows';

export type EventRange = Pick<NewestOptions, 'from' | 'to' | 'hasCreated'> & {
  /** µs: events up to this one are in no window any more. */
  readonly oldestEvent: number;
};

const inside = 1;
const outside = 2;

/**
 * Which rows of a source an online store needs for windows: events that a window may still have, and versions that take an
 * event out of all windows, since they say that it was at another time. Of a source that is read from its beginning most old
 * rows are of old events: versions that do so are told apart when all have been seen, and come when it is read again.
 */
export class EventRows {
  readonly #range: EventRange;
  /** By the code of the identity, where its versions lie. */
  #places = new Uint8Array(1 << 10);
  #hasMoved = false;

  constructor(range: EventRange) {
    this.#range = range;
  }

  /** Whether an event has versions of both kinds. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** Those of consecutive rows. */
  of(batch: SourceBatch): number[] {
    const rows: number[] = [];
    const { from, oldestEvent, to } = this.#range;
    for (let row = 0; row < batch.rows; row++) {
      const identity = batch.identities?.[row] ?? -1;
      const event = batch.events?.[row] ?? 0;
      if (identity < 0) {
        if (batch.keys[row]! >= 0 && event > oldestEvent && isInRange(batch, row, this.#range)) rows.push(row);
      } else if (this.#isVersion(batch, row)) {
        const isInside = event > oldestEvent && event <= to;
        this.#note(identity, isInside ? inside : outside);
        if (isInside || from !== -Infinity) rows.push(row);
      }
    }
    return rows;
  }

  /** Those of the second time: all versions of events that have moved, so that the order in which they stand decides again. */
  again(batch: SourceBatch): number[] {
    const rows: number[] = [];
    for (let row = 0; row < batch.rows; row++) {
      const identity = batch.identities?.[row] ?? -1;
      if (identity >= 0 && this.#places[identity] === (inside | outside) && this.#isVersion(batch, row)) rows.push(row);
    }
    return rows;
  }

  /** Whether a row is a version that was known by then, whenever its event is. */
  #isVersion({ keys, keep, events, created }: SourceBatch, row: number): boolean {
    if (keys[row]! < 0 || keep?.[row] === 0) return false;
    const { from, to, hasCreated } = this.#range;
    const event = events?.[row] ?? Number.NaN;
    const known = hasCreated ? created![row]! : event;
    const since = Math.max(event, known); // NaN when one of both is missing
    return since === since && (!hasCreated || known <= to) && (since > from || from === -Infinity);
  }

  #note(identity: number, place: number): void {
    if (identity >= this.#places.length) {
      const larger = new Uint8Array(2 * (identity + 1));
      larger.set(this.#places);
      this.#places = larger;
    }
    const places = this.#places[identity]! | place;
    this.#places[identity] = places;
    if (places === (inside | outside) && this.#range.from === -Infinity) this.#hasMoved = true;
  }
}
