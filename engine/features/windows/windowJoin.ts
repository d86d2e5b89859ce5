import type { Aggregate } from '../../protocol/featureConfig';
import { EntitySlots, type EntityTimes } from '../join/entitySlots';
import type { JoinMode } from '../../protocol/featureJoins';
import type { SourceRows } from '../join/pointInTime';
import { valueAt, type JoinedValue, type Values } from '../join/values';
import { EventVersions, type WindowEvent } from './eventVersions';
import { WindowedRows } from './windowedRows';
import { WindowSlots } from './windowSlots';

export interface Window {
  readonly aggregate: Aggregate;
  /** µs; rows later than `time − over` count, up to `time`. */
  readonly over: number;
}

export interface WindowOptions {
  readonly mode: JoinMode;
  readonly hasCreated: boolean;
  readonly windows: readonly Window[];
  /** Rows say which event they are a version of: only the newest one counts. */
  readonly hasIdentity: boolean;
}

/** Rows of a source as windows want them: `events` is needed. */
export interface WindowRows extends SourceRows {
  readonly events: Float64Array;
  /** The code of the event that each row is a version of; negative: it is one by itself. */
  readonly identities?: Int32Array;
  /** By window; undefined: `values[…]` are not asked for, each row counts as 1. */
  readonly values: readonly Values[];
  /** By window: 0 where the window leaves the row out. */
  readonly masks: readonly (Uint8Array | undefined)[];
}

/** Times at which an event counts. µs; from `from` on, before `until`. */
interface Span {
  readonly from: number;
  readonly until: number;
}

interface Filled extends Span {
  readonly to: number;
}

/**
 * Aggregates over the rows of a key in `(time − over, time]` for each pair of key and time that is asked for, of what was
 * known by then. One pass in any order; what is kept is as much as is asked for, with `hasIdentity` also the rows of the
 * keys that are asked for.
 */
export class WindowJoin {
  readonly #slots: EntitySlots;
  readonly #entities: EntityTimes;
  readonly #options: WindowOptions;
  /** By window. */
  readonly #known: readonly WindowSlots[];
  /** Where it matters what was known: rows besides that were not; with `hasIdentity` all that would count then. */
  readonly #late: readonly WindowSlots[] | undefined;
  readonly #versions: EventVersions | undefined;
  readonly #longest: number;

  constructor(entities: EntityTimes, options: WindowOptions) {
    this.#slots = new EntitySlots(entities);
    this.#entities = entities;
    this.#options = options;
    const states = () => options.windows.map(({ aggregate }) => new WindowSlots(aggregate, this.#slots.count));
    this.#known = states();
    this.#late = options.mode === 'known' && options.hasCreated ? states() : undefined;
    this.#longest = Math.max(0, ...options.windows.map(({ over }) => over));
    this.#versions = options.hasIdentity ? new EventVersions() : undefined;
  }

  add(batch: WindowRows): void {
    const { rows, keys, events, created, keep, identities } = batch;
    for (let row = 0; row < rows; row++) {
      const key = keys[row]!;
      const event = events[row]!;
      if (key < 0 || keep?.[row] === 0 || Number.isNaN(event)) continue;
      const at = created === undefined ? Number.NaN : created[row]!;
      const since = Number.isNaN(at) ? -Infinity : at;
      const identity = identities?.[row] ?? -1;
      if (this.#versions && identity >= 0) {
        const values = batch.values.map((_, window) => valueOf(batch, window, row));
        this.#versions.add(identity, { key, event, created: since, row: batch.firstRow + row, values });
      } else this.#addRow(batch, row, since);
    }
  }

  /** A row that is an event by itself. */
  #addRow(batch: WindowRows, row: number, created: number): void {
    const key = batch.keys[row]!;
    const event = batch.events[row]!;
    const first = this.#slots.first(key, event);
    if (first < 0 || this.#slots.times[first]! >= event + this.#longest) return;
    const end = this.#slots.starts[key + 1]!;
    let known = first;
    if (this.#late && created === -Infinity) known = end;
    else if (this.#late && created > this.#slots.times[first]!) {
      known = this.#slots.first(key, created);
      if (known < 0) known = end;
    }
    const { windows } = this.#options;
    for (let window = 0; window < windows.length; window++) {
      const value = valueOf(batch, window, row);
      if (value === undefined) continue;
      const until = event + windows[window]!.over;
      const to = this.#known[window]!;
      to.at(event, created, batch.firstRow + row);
      this.#fill(to, value, { from: known, to: end, until });
      const lateEnd = this.#versions ? end : known;
      if (!this.#late || lateEnd === first) continue;
      const late = this.#late[window]!;
      late.at(event, created, batch.firstRow + row);
      this.#fill(late, value, { from: first, to: lateEnd, until });
    }
  }

  finish(): WindowedRows {
    if (this.#versions) this.#addVersions(this.#versions);
    const { hasIdentity } = this.#options;
    const parts = { slots: this.#slots, known: this.#known, late: this.#late, isWhole: hasIdentity };
    return new WindowedRows({ ...this.#entities, ...parts });
  }

  /** Of each event the version that was known last. */
  #addVersions(versions: EventVersions): void {
    for (const known of versions.histories()) {
      const last = known.at(-1)!;
      if (!this.#late) {
        this.#count(this.#known, last, always);
        continue;
      }
      this.#count(this.#late, last, always);
      for (let at = 0; at < known.length; at++) {
        const { created } = known[at]!;
        if (created === -Infinity) continue;
        this.#count(this.#known, known[at]!, { from: created, until: known[at + 1]?.created ?? Infinity });
      }
    }
  }

  /** Adds a version of an event to the windows that have it, of the times within a span. */
  #count(to: readonly WindowSlots[], version: WindowEvent, { from, until }: Span): void {
    const { key, event, created, row, values } = version;
    const first = this.#slots.first(key, Math.max(event, from));
    if (first < 0) return;
    const end = this.#slots.starts[key + 1]!;
    for (const [window, { over }] of this.#options.windows.entries()) {
      const value = values[window];
      if (value === undefined) continue;
      to[window]!.at(event, created, row);
      this.#fill(to[window]!, value, { from: first, to: end, until: Math.min(until, event + over) });
    }
  }

  /** Slots `from` to before `to`, as far as their times are before `until`. */
  #fill(windows: WindowSlots, value: JoinedValue, { from, to, until }: Filled): void {
    const { times } = this.#slots;
    for (let slot = from; slot < to && times[slot]! < until; slot++) windows.add(slot, value);
  }
}

/** Undefined: the window leaves the row out. */
const valueOf = (batch: WindowRows, window: number, row: number): JoinedValue | undefined =>
  batch.masks[window]?.[row] === 0 ? undefined : valueAt(batch.values[window]!, row);

const always = { from: -Infinity, until: Infinity };
