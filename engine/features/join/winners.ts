import type { JoinedValue, ValueKind, Values } from './values';

/** A row of a source as it competes for a slot. */
export interface Contender {
  /** µs */
  event: number;
  /** µs; −Infinity: nothing says when it became known. */
  created: number;
  /** Number of the row within the source, from 0. */
  row: number;
}

/** The best row of each slot so far, with a copy of its values: the greatest event, then created, then place in the source. */
export class Winners {
  events: Float64Array;
  created: Float64Array;
  /** −1: none. */
  rows: Float64Array;
  readonly #numbers: (Float64Array | undefined)[];
  readonly #texts: ((string | null)[] | undefined)[];
  /** Slots that have another row since `begin`. */
  #changed = new Int32Array(1 << 10);
  #changedCount = 0;
  #firstRow = 0;

  constructor(slots: number, kinds: readonly ValueKind[]) {
    this.events = new Float64Array(slots);
    this.created = new Float64Array(slots);
    this.rows = new Float64Array(slots).fill(-1);
    this.#numbers = kinds.map(kind => (kind === 'number' ? new Float64Array(slots) : undefined));
    this.#texts = kinds.map(kind => (kind === 'text' ? [] : undefined));
  }

  /** Makes room for more slots. */
  grow(slots: number): void {
    const before = this.rows.length;
    this.events = grown(this.events, slots);
    this.created = grown(this.created, slots);
    this.rows = grown(this.rows, slots).fill(-1, before);
    for (const [column, numbers] of this.#numbers.entries()) if (numbers) this.#numbers[column] = grown(numbers, slots);
  }

  /** Rows come in the order of the source: of equals the later one wins. */
  offer(slot: number, { event, created, row }: Contender): void {
    if (this.rows[slot]! >= 0) {
      const best = this.events[slot]!;
      if (event < best || (event === best && created < this.created[slot]!)) return;
    }
    if (this.rows[slot]! < this.#firstRow) {
      if (this.#changedCount === this.#changed.length) this.#growChanged();
      this.#changed[this.#changedCount++] = slot;
    }
    this.events[slot] = event;
    this.created[slot] = created;
    this.rows[slot] = row;
  }

  /** Rows from this one on are offered next. */
  begin(firstRow: number): void {
    this.#firstRow = firstRow;
    this.#changedCount = 0;
  }

  /** Copies the values of the rows that won since `begin`, the first of which stand at the beginning of `values`. */
  keep(values: readonly Values[]): void {
    for (let column = 0; column < values.length; column++) {
      const from = values[column]!;
      if (from.kind === 'number') {
        const to = this.#numbers[column]!;
        for (let i = 0; i < this.#changedCount; i++) {
          const slot = this.#changed[i]!;
          to[slot] = from.values[this.rows[slot]! - this.#firstRow]!;
        }
      } else {
        const to = this.#texts[column]!;
        for (let i = 0; i < this.#changedCount; i++) {
          const slot = this.#changed[i]!;
          to[slot] = from.text(this.rows[slot]! - this.#firstRow);
        }
      }
    }
  }

  #growChanged(): void {
    const larger = new Int32Array(this.#changed.length * 2);
    larger.set(this.#changed);
    this.#changed = larger;
  }

  /** Whether the row of slot `a` here is better than that of slot `b` in others. */
  beats(a: number, others: Winners, b: number): boolean {
    if (this.events[a]! !== others.events[b]!) return this.events[a]! > others.events[b]!;
    if (this.created[a]! !== others.created[b]!) return this.created[a]! > others.created[b]!;
    return this.rows[a]! > others.rows[b]!;
  }

  /** For each slot of `starts` the one whose row is the best of it and those before it of the key; −1: none. */
  settle(starts: Int32Array): Int32Array {
    const settled = new Int32Array(this.rows.length);
    for (let key = 0; key + 1 < starts.length; key++) {
      let best = -1;
      for (let slot = starts[key]!; slot < starts[key + 1]!; slot++) {
        if (this.rows[slot]! >= 0 && (best < 0 || this.beats(slot, this, best))) best = slot;
        settled[slot] = best;
      }
    }
    return settled;
  }

  value(column: number, slot: number): JoinedValue {
    const numbers = this.#numbers[column];
    if (!numbers) return this.#texts[column]![slot] ?? null;
    const value = numbers[slot]!;
    return value === value ? value : null;
  }

  isNull(column: number, slot: number): boolean {
    const numbers = this.#numbers[column];
    return numbers ? Number.isNaN(numbers[slot]) : this.#texts[column]![slot] === null;
  }

  numbers(column: number): Float64Array | undefined {
    return this.#numbers[column];
  }
}

/** The same numbers in a longer array. */
export function grown(numbers: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(numbers);
  return larger;
}
