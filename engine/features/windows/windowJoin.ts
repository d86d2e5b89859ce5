import type { Aggregate } from '../../protocol/featureConfig';
import { EntitySlots, type EntityTimes } from '../join/entitySlots';
import type { JoinMode } from '../../protocol/features';
import type { SourceRows } from '../join/pointInTime';
import { valueAt, type Values } from '../join/values';
import { EventVersions, type WindowEvent } from './eventVersions';
import { WindowedRows } from './windowedRows';
import { WindowState } from './windowState';

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

/** A stretch of time in which an event counts. µs; from `from` on, before `until`. */
export interface Span {
  readonly from: number;
  readonly until: number;
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
  /** By window, then slot. */
  readonly #known: (WindowState | undefined)[][];
  /** Where it matters what was known: rows besides that were not; with `hasIdentity` all that would count then. */
  readonly #late: (WindowState | undefined)[][] | undefined;
  readonly #versions: EventVersions | undefined;

  constructor(entities: EntityTimes, options: WindowOptions) {
    this.#slots = new EntitySlots(entities);
    this.#entities = entities;
    this.#options = options;
    const states = () => options.windows.map(() => new Array<WindowState | undefined>(this.#slots.count));
    this.#known = states();
    this.#late = options.mode === 'known' && options.hasCreated ? states() : undefined;
    this.#versions = options.hasIdentity ? new EventVersions() : undefined;
  }

  add(batch: WindowRows): void {
    const { rows, keys, events, created, keep, identities } = batch;
    for (let row = 0; row < rows; row++) {
      const key = keys[row]!;
      const event = events[row]!;
      if (key < 0 || keep?.[row] === 0 || Number.isNaN(event)) continue;
      if (this.#slots.starts[key] === this.#slots.starts[key + 1]) continue;
      const at = created === undefined ? Number.NaN : created[row]!;
      const values = batch.masks.map((mask, window) =>
        mask?.[row] === 0 ? undefined : valueAt(batch.values[window]!, row),
      );
      const found = { key, event, created: Number.isNaN(at) ? -Infinity : at, row: batch.firstRow + row, values };
      const identity = identities?.[row] ?? -1;
      if (this.#versions && identity >= 0) this.#versions.add(identity, found);
      else this.#addEvent(found);
    }
  }

  finish(): WindowedRows {
    if (this.#versions) this.#addVersions(this.#versions);
    const { windows, hasIdentity } = this.#options;
    const parts = { slots: this.#slots, known: this.#known, late: this.#late, isWhole: hasIdentity };
    return new WindowedRows({ ...this.#entities, ...parts, aggregates: windows.map(({ aggregate }) => aggregate) });
  }

  /** An event with one version. */
  #addEvent(event: WindowEvent): void {
    if (!this.#late) {
      this.#count(this.#known, event, always);
      return;
    }
    const since = event.created === -Infinity ? Infinity : event.created;
    this.#count(this.#known, event, { from: since, until: Infinity });
    this.#count(this.#late, event, { from: -Infinity, until: this.#versions ? Infinity : since });
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

  /** Adds an event to the windows that have it, of the times within a span. */
  #count(to: (WindowState | undefined)[][], event: WindowEvent, { from, until }: Span): void {
    const { times, starts } = this.#slots;
    const first = this.#slots.first(event.key, Math.max(event.event, from));
    if (first < 0) return;
    const end = starts[event.key + 1]!;
    for (const [index, { aggregate, over }] of this.#options.windows.entries()) {
      const value = event.values[index];
      if (value === undefined) continue;
      const before = Math.min(until, event.event + over);
      for (let slot = first; slot < end && times[slot]! < before; slot++)
        (to[index]![slot] ??= new WindowState(aggregate)).add(value, event);
    }
  }
}

const always: Span = { from: -Infinity, until: Infinity };
