import type { Aggregate } from '../../protocol/featureConfig';
import type { MatchedRow } from '../join/joinedRows';
import type { JoinedValue } from '../join/values';
import { createAccumulator, isLater, type Accumulator, type RowPlace } from './accumulator';

/** What a window has seen so far. */
export interface WindowParts {
  readonly rows: number;
  readonly newest: MatchedRow | undefined;
  readonly accumulator: Accumulator;
}

/** The rows of one window that ends at one time. */
export class WindowState {
  rows: number;
  newest: MatchedRow | undefined;
  readonly #aggregate: Aggregate;
  readonly #accumulator: Accumulator;

  constructor(aggregate: Aggregate, parts?: WindowParts) {
    this.#aggregate = aggregate;
    this.#accumulator = parts?.accumulator ?? createAccumulator(aggregate);
    this.rows = parts?.rows ?? 0;
    this.newest = parts?.newest;
  }

  /** `value`: null counts for nothing but as a row. */
  add(value: JoinedValue, { event, created, row }: RowPlace): void {
    this.rows++;
    const place = { event, created, row };
    if (!this.newest || isLater(place, this.newest)) this.newest = place;
    if (value !== null) this.#accumulator.add(value, place);
  }

  /** With the rows of another one. */
  with(other: WindowState): WindowState {
    const accumulator = createAccumulator(this.#aggregate);
    accumulator.merge(this.#accumulator);
    accumulator.merge(other.#accumulator);
    const [a, b] = [this.newest, other.newest];
    const newest = a && b ? (isLater(a, b) ? a : b) : (a ?? b);
    return new WindowState(this.#aggregate, { rows: this.rows + other.rows, newest, accumulator });
  }

  value(): JoinedValue {
    return this.#accumulator.value();
  }
}
