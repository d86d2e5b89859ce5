import type { Aggregate } from '../../protocol/featureConfig';
import type { JoinedValue } from '../join/values';
import { ExactSum } from './exactSum';

/** Which of two rows is the later one. */
export interface RowPlace {
  /** µs */
  readonly event: number;
  /** µs; −Infinity: nothing says. */
  readonly created: number;
  /** Number of the row within the source. */
  readonly row: number;
}

/**
 * What a window makes of its rows, whatever their order. Nulls count for nothing: `count` and `sum` of no value are 0, all
 * others null. `mean` divides the exact sum; `std` is that of a sample (n − 1), null for one value.
 */
export interface Accumulator {
  /** `value` is not null. */
  add(value: number | string, place: RowPlace): void;
  /** Takes over what another one of the same kind has seen. */
  merge(other: this): void;
  value(): JoinedValue;
}

export function createAccumulator(aggregate: Aggregate): Accumulator {
  switch (aggregate) {
    case 'count':
      return new Count();
    case 'sum':
      return new Moments(({ sum }) => sum.value());
    case 'mean':
      return new Moments(({ count, sum }) => (count === 0 ? null : sum.value() / count));
    case 'std':
      return new Moments(deviation);
    case 'min':
      return new Extreme((a, b) => a < b);
    case 'max':
      return new Extreme((a, b) => a > b);
    case 'last':
      return new Last();
    case 'distinct':
      return new Distinct();
  }
}

export class Count implements Accumulator {
  #count = 0;

  add(): void {
    this.#count++;
  }

  merge(other: Count): void {
    this.addSome(other.#count);
  }

  addSome(count: number): void {
    this.#count += count;
  }

  value(): number {
    return this.#count;
  }
}

const noSum = new ExactSum();

/** Exact sums of values and, where they are asked for, of squares. */
export class Moments implements Accumulator {
  count = 0;
  readonly sum = new ExactSum();
  readonly squares: ExactSum;
  readonly #finish: (moments: Moments) => number | null;

  constructor(finish: (moments: Moments) => number | null) {
    this.#finish = finish;
    this.squares = finish === deviation ? new ExactSum() : noSum;
  }

  add(value: number | string): void {
    const number = Number(value);
    this.count++;
    this.sum.add(number);
    if (this.squares !== noSum) this.squares.addProduct(number, number);
  }

  merge(other: Moments): void {
    this.count += other.count;
    this.sum.addAll(other.sum);
    if (this.squares !== noSum) this.squares.addAll(other.squares);
  }

  value(): number | null {
    const value = this.#finish(this);
    return value === null || Number.isFinite(value) ? value : null;
  }
}

function deviation({ count, sum, squares }: Moments): number | null {
  if (count < 2) return null;
  const n = new ExactSum();
  n.add(count);
  const spread = new ExactSum(); // n Σx² − (Σx)²
  spread.addProductOf(squares, n, 1);
  spread.addProductOf(sum, sum, -1);
  return Math.sqrt(spread.value() / (count * (count - 1)));
}

class Extreme implements Accumulator {
  #value: number | string | null = null;
  readonly #isBetter: (a: number | string, b: number | string) => boolean;

  constructor(isBetter: (a: number | string, b: number | string) => boolean) {
    this.#isBetter = isBetter;
  }

  add(value: number | string): void {
    if (this.#value === null || this.#isBetter(value, this.#value)) this.#value = value;
  }

  merge(other: Extreme): void {
    if (other.#value !== null) this.add(other.#value);
  }

  value(): JoinedValue {
    return this.#value;
  }
}

class Last implements Accumulator {
  #value: number | string | null = null;
  #place: RowPlace = { event: 0, created: 0, row: -1 };

  add(value: number | string, place: RowPlace): void {
    if (this.#value !== null && !isLater(place, this.#place)) return;
    this.#value = value;
    this.#place = { event: place.event, created: place.created, row: place.row };
  }

  merge(other: Last): void {
    if (other.#value !== null) this.add(other.#value, other.#place);
  }

  value(): JoinedValue {
    return this.#value;
  }
}

class Distinct implements Accumulator {
  readonly #values = new Set<number | string>();

  add(value: number | string): void {
    this.#values.add(value);
  }

  merge(other: Distinct): void {
    for (const value of other.#values) this.#values.add(value);
  }

  value(): number {
    return this.#values.size;
  }
}

/** By event, then by when it became known, then by place in the source. */
export function isLater(a: RowPlace, b: RowPlace): boolean {
  if (a.event !== b.event) return a.event > b.event;
  if (a.created !== b.created) return a.created > b.created;
  return a.row > b.row;
}
