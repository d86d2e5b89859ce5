import type { SourceRows } from './pointInTime';
import type { ValueKind } from './values';
import { Winners, type Contender } from './winners';

export interface NewestOptions {
  /** µs: rows that had happened and were known by then. */
  readonly to: number;
  /** µs: of these only rows that had not, at this time; −Infinity: all. */
  readonly from: number;
  readonly kinds: readonly ValueKind[];
  /** Rows that do not say when they became known are left out. */
  readonly hasCreated: boolean;
}

/** The newest row of each key. What is kept is as much as there are keys. */
export class NewestRows {
  /** Rows that were in the range. */
  rows = 0;
  /** µs; −Infinity: there are none. */
  newestEvent = -Infinity;
  /** By the code of the key. */
  readonly #winners: Winners;
  readonly #options: NewestOptions;
  readonly #contender: Contender = { event: 0, created: 0, row: 0 };

  constructor(options: NewestOptions) {
    this.#options = options;
    this.#winners = new Winners(1 << 10, options.kinds);
  }

  add(batch: SourceRows): void {
    const contender = this.#contender;
    this.#winners.begin(batch.firstRow);
    for (let row = 0; row < batch.rows; row++) {
      const key = batch.keys[row]!;
      if (key < 0 || !isInRange(batch, row, this.#options)) continue;
      this.rows++;
      const event = batch.events?.[row] ?? -Infinity;
      if (event > this.newestEvent) this.newestEvent = event;
      const created = batch.created?.[row] ?? Number.NaN;
      contender.event = event;
      contender.created = Number.isNaN(created) ? -Infinity : created;
      contender.row = batch.firstRow + row;
      if (key >= this.#winners.rows.length) this.#winners.grow(2 * (key + 1));
      this.#winners.offer(key, contender);
    }
    this.#winners.keep(batch.values);
  }

  /** The newest rows by the codes of keys; `rows` is −1 where there is none. */
  finish(): Winners {
    return this.#winners;
  }
}

/**
 * Whether a row had happened and was known by `to`, and one of both not yet by `from`: what became known late of earlier
 * events counts too, and what is new whatever its times. Rows that hold at all times are always in it.
 */
export function isInRange(
  { events, created, keep, newFrom = Infinity }: Pick<SourceRows, 'events' | 'created' | 'keep' | 'newFrom'>,
  row: number,
  { from, to, hasCreated }: Pick<NewestOptions, 'from' | 'to' | 'hasCreated'>,
): boolean {
  if (keep?.[row] === 0) return false;
  const event = events === undefined ? -Infinity : events[row]!;
  const known = hasCreated ? created![row]! : event;
  const since = Math.max(event, known); // NaN when one of both is missing
  return since <= to && (since > from || from === -Infinity || events === undefined || row >= newFrom);
}
