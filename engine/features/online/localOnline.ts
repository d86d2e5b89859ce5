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
  PushOnce,
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

const update = `DO UPDATE SET event_time = excluded.event_time, created_time = excluded.created_time,
    row_values = excluded.row_values, place = excluded.place`;
/** What a source has that is there already is not written again; what is pushed is, so that it counts as taken. */
const isAnother = `(excluded.event_time, excluded.created_time, excluded.place, excluded.row_values)
    <> (event_time, created_time, place, row_values)`;
const putLatest = `INSERT INTO feature_online_row
    (view_version_id, entity_key, event_time, created_time, row_values, place)
  VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (view_version_id, entity_key) ${update}
  WHERE (excluded.event_time, excluded.created_time, excluded.place) >= (event_time, created_time, place)`;
const putEvent = `INSERT INTO feature_online_event
    (view_version_id, entity_key, event_time, created_time, row_values, place, event_id)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (view_version_id, entity_key, event_id) ${update}
  WHERE (excluded.created_time, excluded.place) >= (created_time, place)`;
/** Numbers of equal events are without gaps: '/' follows '.'. */
const countEqual = `SELECT count(*) AS n FROM feature_online_event
  WHERE view_version_id = ? AND entity_key = ? AND event_id >= ? AND event_id < ?`;

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
    return this.inSlices({ rows, write: this.writeLatest(target, `${putLatest} AND ${isAnother}`) }, signal);
  }

  putEvents(target: OnlineTarget, rows: readonly PackedEvent[], signal: AbortSignal): Promise<number> {
    return this.inSlices({ rows, write: this.writeEvent(target, `${putEvent} AND ${isAnother}`) }, signal);
  }

  /** One commit, with what is written of the push itself: its id is looked up there. */
  push(versions: readonly PushedTogether[], { counted }: PushOnce): Promise<void> {
    this.db.transaction(() => {
      const counts = versions.map(({ target, latest, events }) => {
        const before = this.changes();
        latest.forEach(this.writeLatest(target, putLatest));
        const between = this.changes();
        events.forEach(this.writeEvent(target, putEvent));
        return { latest: between - before, events: this.changes() - between };
      });
      counted(counts);
    });
    return Promise.resolve();
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
      `DELETE FROM feature_online_event
       WHERE view_version_id = ? AND entity_key = ? AND max(event_time, created_time) <= ?`,
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

  private writeLatest(target: OnlineTarget, sql: string): (row: PackedRow) => void {
    const id = this.id(target);
    const put = this.db.prepare(sql);
    return ({ key, event, created, packed, place }) => {
      put.run([id, key, event, created, packed, place]);
      this.rows.delete(`${id} ${key}`);
    };
  }

  private writeEvent(target: OnlineTarget, sql: string): (row: PackedEvent) => void {
    const id = this.id(target);
    const put = this.db.prepare(sql);
    const count = this.db.prepare(countEqual);
    const another = (key: string, beginning: string): string => {
      const equal = count.get([id, key, beginning, `${beginning.slice(0, -1)}/`]);
      return `${beginning}${integer(equal ?? {}, 'n')}`;
    };
    return ({ key, event, created, packed, place, id: named, isAnother = false }) => {
      put.run([id, key, event, created, packed, place, isAnother ? another(key, named) : named]);
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
