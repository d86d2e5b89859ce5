import type { Aggregate } from '../../protocol/featureConfig';
import type { MatchedRow } from '../join/joinedRows';
import type { JoinedValue } from '../join/values';
import { createAccumulator, isLater, type Accumulator, type RowPlace } from './accumulator';

/** The rows of one window that ends at one time. */
export class WindowState {
  rows = 0;
  #newest: MatchedRow = { event: 0, created: 0, row: -1 };
  readonly #aggregate: Aggregate;
  readonly #accumulator: Accumulator;

  constructor(aggregate: Aggregate) {
    this.#aggregate = aggregate;
    this.#accumulator = createAccumulator(aggregate);
  }

  /** `value`: null counts for nothing but as a row. */
  add(value: JoinedValue, place: RowPlace): void {
    if (this.rows++ === 0 || isLater(place, this.#newest))
      this.#newest = { event: place.event, created: place.created, row: place.row };
    if (value !== null) this.#accumulator.add(value, place);
  }

  /** With the rows of another one. */
  with(other: WindowState): WindowState {
    const both = new WindowState(this.#aggregate);
    for (const state of [this, other]) {
      if (state.rows === 0) continue;
      if (both.rows === 0 || isLater(state.#newest, both.#newest)) both.#newest = state.#newest;
      both.rows += state.rows;
      both.#accumulator.merge(state.#accumulator);
    }
    return both;
  }

  get newest(): MatchedRow | undefined {
    return this.rows === 0 ? undefined : this.#newest;
  }

  value(): JoinedValue {
    return this.#accumulator.value();
  }
}
