import type { Aggregate } from '../../protocol/featureConfig';
import type { MatchedRow } from '../join/joinedRows';
import type { JoinedValue } from '../join/values';
import { Count, createAccumulator, Moments, type Accumulator } from './accumulator';
import { SlotSums } from './slotSums';
import { WindowState } from './windowState';

/** The rows of a window that ends at many times, by slot: in arrays, where a value is a number that is counted or summed. */
export class WindowSlots {
  readonly rows: Int32Array;
  readonly #events: Float64Array;
  readonly #created: Float64Array;
  readonly #order: Float64Array;
  readonly #aggregate: Aggregate;
  /** Values of `count`, `sum` and `mean`. */
  readonly #counts: Int32Array | undefined;
  readonly #sums: SlotSums | undefined;
  /** Of all other aggregates. */
  readonly #accumulators: (Accumulator | undefined)[] = [];
  readonly #place = { event: 0, created: 0, row: 0 };

  constructor(aggregate: Aggregate, slots: number) {
    this.#aggregate = aggregate;
    this.rows = new Int32Array(slots);
    this.#events = new Float64Array(slots);
    this.#created = new Float64Array(slots);
    this.#order = new Float64Array(slots);
    const isSum = aggregate === 'sum' || aggregate === 'mean';
    if (isSum || aggregate === 'count') this.#counts = new Int32Array(slots);
    if (isSum) this.#sums = new SlotSums(slots);
  }

  /** Adds the row that `at` has been told of. `value`: null counts for nothing but as a row. */
  add(slot: number, value: JoinedValue): void {
    const { event, created, row } = this.#place;
    if (this.rows[slot]!++ === 0 || this.#isNewer(slot)) {
      this.#events[slot] = event;
      this.#created[slot] = created;
      this.#order[slot] = row;
    }
    if (value === null) return;
    if (this.#counts) {
      this.#counts[slot]!++;
      this.#sums?.add(slot, Number(value));
    } else (this.#accumulators[slot] ??= createAccumulator(this.#aggregate)).add(value, this.#place);
  }

  /** The row that is added next. */
  at(event: number, created: number, row: number): void {
    this.#place.event = event;
    this.#place.created = created;
    this.#place.row = row;
  }

  #isNewer(slot: number): boolean {
    const { event, created, row } = this.#place;
    if (event !== this.#events[slot]!) return event > this.#events[slot]!;
    if (created !== this.#created[slot]!) return created > this.#created[slot]!;
    return row > this.#order[slot]!;
  }

  newest(slot: number): MatchedRow | undefined {
    if (this.rows[slot] === 0) return undefined;
    return { event: this.#events[slot]!, created: this.#created[slot]!, row: this.#order[slot]! };
  }

  value(slot: number): JoinedValue {
    if (!this.#counts) return (this.#accumulators[slot] ?? createAccumulator(this.#aggregate)).value();
    if (!this.#sums) return this.#counts[slot]!;
    const count = this.#counts[slot]!;
    const sum = this.#sums.value(slot);
    const value = this.#aggregate === 'sum' ? sum : sum / count; // 0 / 0 is none
    return Number.isNaN(value) ? null : value;
  }

  /** By itself, to be put together with another one. */
  state(slot: number): WindowState {
    const accumulator = createAccumulator(this.#aggregate);
    const kept = this.#accumulators[slot];
    if (kept) accumulator.merge(kept);
    if (accumulator instanceof Moments && this.#sums) {
      accumulator.count = this.#counts![slot]!;
      this.#sums.pour(slot, accumulator.sum);
    }
    if (accumulator instanceof Count) accumulator.addSome(this.#counts![slot]!);
    return new WindowState(this.#aggregate, { rows: this.rows[slot]!, newest: this.newest(slot), accumulator });
  }
}
