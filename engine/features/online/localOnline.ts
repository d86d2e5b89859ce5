import { setImmediate as otherWork } from 'node:timers/promises';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { Database, Row } from '../../store/database';
import { integer, text } from '../../store/row';
import type {
  EventRow,
  LatestRow,
  OnlineStore,
  OnlineTarget,
  PackedEvent,
  PackedRow,
  PushedTogether,
} from './onlineStore';
import { byEvent } from './onlineStore';
import { RowCache } from './rowCache';
import { unpackValues } from './storedValues';

/**
 * ms of one commit's writing; the engine's thread does other work in between. On a slow disk it is as long as the commit itself
 * takes.
 */
const SLICE = 3;
const LONGEST_SLICE = 8;
/** Rows between looks at the clock. */
const LOOK = 32;
/** Entities whose newest row is kept decoded, and events of entities: some tens of MiB each. */
const CACHED_ROWS = 50_000;
const CACHED_EVENTS = 200_000;

const putLatest = `INSERT INTO feature_online_row (view_version_id, entity_key, event_time, created_time, row_values)
  VALUES (?, ?, ?, ?, ?) ON CONFLICT (view_version_id, entity_key) DO UPDATE SET
    event_time = excluded.event_time, created_time = excluded.created_time, row_values = excluded.row_values
  WHERE (excluded.event_time, excluded.created_time) >= (event_time, created_time)
    AND (excluded.event_time, excluded.created_time, excluded.row_values) <> (event_time, created_time, row_values)`;
const putEvent = `INSERT INTO feature_online_event
    (view_version_id, entity_key, event_time, created_time, row_values, event_id)
  VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (view_version_id, entity_key, event_id) DO UPDATE SET
    event_time = excluded.event_time, created_time = excluded.created_time, row_values = excluded.row_values
  WHERE excluded.created_time >= created_time
    AND (excluded.event_time, excluded.created_time, excluded.row_values) <> (event_time, created_time, row_values)`;

interface Slices<R> {
  readonly rows: readonly R[];
  /** Writes one, within a transaction. */
  readonly write: (row: R) => void;
}

/** The online store in the workspace's database. The engine is the only writer, so that rows may be kept decoded. */
export class LocalOnline implements OnlineStore {
  readonly name = 'local';
  private readonly ids = new Map<string, number>();
  private readonly rows = new RowCache<LatestRow>(CACHED_ROWS);
  private readonly lists = new RowCache<readonly EventRow[]>(CACHED_EVENTS, list => list.length + 1);

  constructor(private readonly db: Database) {}

  putLatest(target: OnlineTarget, rows: readonly PackedRow[], signal: AbortSignal): Promise<number> {
    return this.inSlices({ rows, write: this.writeLatest(target) }, signal);
  }

  putEvents(target: OnlineTarget, rows: readonly PackedEvent[], signal: AbortSignal): Promise<number> {
    return this.inSlices({ rows, write: this.writeEvent(target) }, signal);
  }

  push(target: OnlineTarget, { latest, events }: PushedTogether): ReturnType<OnlineStore['push']> {
    const counts = this.db.transaction(() => {
      const before = this.changes();
      latest.forEach(this.writeLatest(target));
      const between = this.changes();
      events.forEach(this.writeEvent(target));
      return { latest: between - before, events: this.changes() - between };
    });
    return Promise.resolve(counts);
  }

  latest(target: OnlineTarget, keys: readonly string[]): readonly (LatestRow | undefined)[] {
    const id = this.id(target);
    const one = this.db.prepare(
      'SELECT event_time, created_time, row_values FROM feature_online_row WHERE view_version_id = ? AND entity_key = ?',
    );
    return keys.map(key => {
      const name = `${id} ${key}`;
      const kept = this.rows.get(name);
      if (kept) return kept;
      const row = one.get([id, key]);
      if (!row) return undefined;
      const found = latestOf(key, row);
      this.rows.set(name, found);
      return found;
    });
  }

  events(target: OnlineTarget, keys: readonly string[], after: number): readonly (readonly EventRow[])[] {
    const id = this.id(target);
    return keys.map(key => {
      const all = this.lists.get(`${id} ${key}`) ?? this.readEvents(id, key);
      return all.length === 0 || all[0]!.event > after ? all : all.filter(({ event }) => event > after);
    });
  }

  async prune(target: OnlineTarget, upTo: number, signal: AbortSignal): Promise<void> {
    const id = this.id(target);
    const next = this.db.prepare(
      `SELECT entity_key FROM feature_online_event WHERE view_version_id = ? AND entity_key > ?
       GROUP BY entity_key ORDER BY entity_key LIMIT 500`,
    );
    const forget = this.db.prepare(
      'DELETE FROM feature_online_event WHERE view_version_id = ? AND entity_key = ? AND event_time <= ?',
    );
    for (let after = ''; ;) {
      const keys = next.all([id, after]).map(row => text(row, 'entity_key'));
      if (keys.length === 0) return;
      await this.inSlices({ rows: keys, write: key => forget.run([id, key, upTo]) }, signal);
      after = keys.at(-1)!;
    }
  }

  remove(target: OnlineTarget): void {
    const id = this.id(target);
    this.db.transaction(() => {
      this.db.prepare('DELETE FROM feature_online_row WHERE view_version_id = ?').run([id]);
      this.db.prepare('DELETE FROM feature_online_event WHERE view_version_id = ?').run([id]);
    });
    this.rows.clear();
    this.lists.clear();
  }

  entities(target: OnlineTarget): number {
    const id = this.id(target);
    const count = (sql: string): number => integer(this.db.prepare(sql).get([id]) ?? {}, 'n');
    const rows = count('SELECT count(*) AS n FROM feature_online_row WHERE view_version_id = ?');
    // of a version that has windows alone there are events, some an entity
    return rows > 0
      ? rows
      : count('SELECT count(DISTINCT entity_key) AS n FROM feature_online_event WHERE view_version_id = ?');
  }

  close(): void {
    this.rows.clear();
    this.lists.clear();
  }

  private writeLatest(target: OnlineTarget): (row: PackedRow) => void {
    const id = this.id(target);
    const put = this.db.prepare(putLatest);
    return ({ key, event, created, packed }) => {
      put.run([id, key, event, created, packed]);
      this.rows.delete(`${id} ${key}`);
    };
  }

  private writeEvent(target: OnlineTarget): (row: PackedEvent) => void {
    const id = this.id(target);
    const put = this.db.prepare(putEvent);
    return ({ key, event, created, packed, id: eventId }) => {
      put.run([id, key, event, created, packed, eventId]);
      this.lists.delete(`${id} ${key}`);
    };
  }

  /** Commits rows a few ms at a time; returns how many changed something. */
  private async inSlices<R>({ rows, write }: Slices<R>, signal: AbortSignal): Promise<number> {
    let changed = 0;
    let slice = SLICE;
    for (let at = 0; at < rows.length;) {
      throwIfAborted(signal);
      let written = 0;
      this.db.transaction(() => {
        const before = this.changes();
        for (const end = performance.now() + slice; at < rows.length && performance.now() < end;)
          for (const last = Math.min(rows.length, at + LOOK); at < last; at++) write(rows[at]!);
        changed += this.changes() - before;
        written = performance.now();
      });
      slice = Math.min(LONGEST_SLICE, Math.max(SLICE, performance.now() - written));
      await otherWork();
    }
    return changed;
  }

  private changes(): number {
    return integer(this.db.prepare('SELECT total_changes() AS n').get() ?? {}, 'n');
  }

  private readEvents(id: number, key: string): readonly EventRow[] {
    const found = this.db
      .prepare(
        `SELECT event_time, created_time, row_values, event_id FROM feature_online_event
         WHERE view_version_id = ? AND entity_key = ?`,
      )
      .all([id, key])
      .map(row => ({ ...latestOf(key, row), id: text(row, 'event_id') }))
      .sort(byEvent);
    this.lists.set(`${id} ${key}`, found);
    return found;
  }

  private id({ view, version, hash }: OnlineTarget): number {
    const name = `${view}@v${version} ${hash}`;
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const row = this.db
      .prepare('SELECT id FROM feature_view_version WHERE view = ? AND version = ? AND hash = ?')
      .get([view, version, hash]);
    if (!row) throw new ModelyardError('not-found', `There is no version ${version} of feature view ${view}.`);
    const id = integer(row, 'id');
    this.ids.set(name, id);
    return id;
  }
}

const latestOf = (key: string, row: Row): LatestRow => ({
  key,
  event: integer(row, 'event_time'),
  created: integer(row, 'created_time'),
  values: unpackValues(row['row_values']),
});
