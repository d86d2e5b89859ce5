import type { Cell } from '../../protocol/data';
import type { FeatureViewVersion } from '../../protocol/features';

/** A version of a view as an online store keeps it. */
export interface OnlineTarget extends Pick<FeatureViewVersion, 'view' | 'version' | 'hash'> {
  /** µs after its event for which the newest row of a key can be asked for; absent: always. */
  readonly ttl?: number;
  /** µs after which no window has an event any more; absent: the version has no windows. */
  readonly longest?: number;
}

/** The event or created time of a row that has none. */
export const noTime = -Number.MAX_SAFE_INTEGER;

interface KeyedRow {
  /** Canonical: see entityKey.ts. */
  readonly key: string;
  /** µs since 1970, as is `created`. */
  readonly event: number;
  readonly created: number;
}

/** The newest row of an entity. */
export interface LatestRow extends KeyedRow {
  /** Of the version's features that are no windows, in the order of `keptOrder`; dates as ms since 1970. */
  readonly values: readonly Cell[];
}

/**
 * A row that windows are computed from: its values are those of the windows, in the order of `keptOrder`, then the number of the row in its source, which
 * decides what is later of what happened and became known at one time.
 */
export interface EventRow extends LatestRow {
  /** Rows of one key with one id are versions of an event. */
  readonly id: string;
}

/** A row as it is written: its values are packed by whoever has computed them (storedValues.ts). */
export interface PackedRow extends KeyedRow {
  readonly packed: string;
  /** Which of two with the same times is the later: see places.ts. */
  readonly place: number;
}
export interface PackedEvent extends PackedRow {
  readonly id: string;
  /** Its id is what it begins with: the first number comes behind that no event of the entity has. */
  readonly isAnother?: boolean;
}

/** What is pushed to a version. */
export interface PushedTogether {
  readonly target: OnlineTarget;
  readonly latest: readonly PackedRow[];
  readonly events: readonly PackedEvent[];
}

/** How many of them were not older than what was there. */
export interface PushedCounts {
  readonly latest: number;
  readonly events: number;
}

export interface PushOnce {
  /** Told when all are kept, before anybody is; what it writes to the workspace's database is kept with them, or as soon as they are. */
  readonly counted: (counts: readonly PushedCounts[]) => void;
  /** Of a push that may be repeated: where it was taken already, it is not again. */
  readonly id?: string;
}

/** At once, or later: what is here needs nobody to wait. */
type Soon<T> = T | Promise<T>;

/**
 * Where values wait to be asked for. Writing is idempotent and in any order: a row replaces only one that is not newer, by
 * event, then by created time, then by place. All calls reject with `remote.unreachable`, `remote.refused` or an error of the store.
 */
export interface OnlineStore {
  /** `local`, or the address of a server, without secrets. */
  readonly name: string;
  /** Resolves when all are kept, with the number of rows that were not older than what was there. Keys occur once. */
  putLatest(target: OnlineTarget, rows: readonly PackedRow[], signal: AbortSignal): Promise<number>;
  /** The same for events: of the versions of one the last known counts. */
  putEvents(target: OnlineTarget, rows: readonly PackedEvent[], signal: AbortSignal): Promise<number>;
  /** All of them at once or none; at most some thousand rows. */
  push(versions: readonly PushedTogether[], once: PushOnce): Promise<void>;
  /** In the order of the keys. */
  latest(target: OnlineTarget, keys: readonly string[]): Soon<readonly (LatestRow | undefined)[]>;
  /** Events later than `after` (µs), ordered by event, created and id. */
  events(target: OnlineTarget, keys: readonly string[], after: number): Soon<readonly (readonly EventRow[])[]>;
  /**
   * Forgets events that had happened and were known by a time (µs): what became known later may take an event out of the
   * windows, and must stay for as long as an earlier version of it could come. Absent: they go by themselves.
   */
  prune?(target: OnlineTarget, upTo: number, signal: AbortSignal): Soon<void>;
  /** Notes that it was given something of a version; and whether it was. Absent: it never loses anything by itself. */
  keep?(target: OnlineTarget): Soon<void>;
  hasKept?(target: OnlineTarget): Soon<boolean>;
  /** Forgets everything of a version. */
  remove(target: OnlineTarget): Soon<void>;
  /** How many entities have values. Absent: to count them would be to go through the whole server. */
  entities?(target: OnlineTarget): Soon<number>;
  close(): void;
}

/** What of a version of a view its online store must know. */
export function onlineTarget({ view, version, hash, definition }: FeatureViewVersion): OnlineTarget {
  const ttl = definition.kind === 'batch' ? definition.ttl : undefined;
  const spans = definition.features.flatMap(({ from }) => (from.kind === 'window' ? [from.over] : []));
  return {
    ...{ view, version, hash },
    ...(ttl !== undefined && { ttl: ttl * 1000 }),
    ...(spans.length > 0 && { longest: Math.max(...spans) * 1000 }),
  };
}

export const byEvent = (a: EventRow, b: EventRow): number =>
  a.event - b.event ||
  a.created - b.created ||
  Number(a.values.at(-1)) - Number(b.values.at(-1)) ||
  (a.id < b.id ? -1 : 1);
