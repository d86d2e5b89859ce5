import * as v from 'valibot';
import type { Materialisation } from '../../protocol/featureOnline';
import type { Database, Row } from '../../store/database';
import { integer, optionalInteger, optionalReal, optionalText, real, text } from '../../store/row';

export interface NewMaterialisation extends Pick<Materialisation, 'view' | 'version' | 'from' | 'to' | 'startedAt'> {
  /** Which online store it goes into, such as `local` or the address of a server. */
  readonly store: string;
}

export type MaterialisationEnd = Pick<Materialisation, 'rows' | 'written' | 'problem'> & {
  readonly status: Exclude<Materialisation['status'], 'running'>;
  readonly endedAt: number;
  /** Which content of the source was brought, when it was all of it that can be asked for. */
  readonly sourceStamp?: string;
  /** How many of the rows that were pushed the store has now; absent: as many as before. */
  readonly pushed?: number;
  /** Something before its range is in no store. */
  readonly hasGap?: boolean;
};

/** Up to where a store has everything. */
export interface OnlineMark {
  /** ms since 1970 */
  readonly reached: number;
  /** Of which content of the source; absent: nobody knows. */
  readonly sourceStamp?: string;
  /** How many of the rows that were pushed for training are among it. */
  readonly pushed: number;
}

const columns = `m.*, v.view, v.version FROM feature_materialisation m
  JOIN feature_view_version v ON v.id = m.view_version_id`;

/** What was brought into the online stores, and up to which time they have everything. */
export class MaterialisationStore {
  constructor(private readonly db: Database) {}

  begin({ view, version, store, from, to, startedAt }: NewMaterialisation): number {
    return this.db.transaction(() => {
      const row = this.db
        .prepare(
          `INSERT INTO feature_materialisation (view_version_id, store, from_time, to_time, status, started_at)
           SELECT id, ?, ?, ?, 'running', ? FROM feature_view_version WHERE view = ? AND version = ? RETURNING id`,
        )
        .get([store, from ?? null, to, startedAt, view, version]);
      return integer(row ?? {}, 'id');
    });
  }

  /** A complete one that leaves no gap takes the mark of its store with it, in one commit. */
  end(id: number, ended: MaterialisationEnd): void {
    const { status, rows, written, endedAt, problem, sourceStamp, pushed, hasGap = false } = ended;
    this.db.transaction(() => {
      const row = this.db
        .prepare(
          `UPDATE feature_materialisation SET status = ?, row_count = ?, written = ?, ended_at = ?, problem = ?
           WHERE id = ? AND status = 'running' RETURNING view_version_id, store, from_time, to_time`,
        )
        .get([status, rows, written, endedAt, problem ?? null, id]);
      if (!row || status !== 'complete' || hasGap) return;
      const to = Math.round(real(row, 'to_time') * 1000);
      this.db
        .prepare(
          `INSERT INTO feature_online_mark (view_version_id, store, reached, source_stamp, pushed_rows)
           VALUES (?1, ?2, ?3, ?5, coalesce(?6, 0)) ON CONFLICT (view_version_id, store) DO UPDATE SET
             reached = excluded.reached, source_stamp = coalesce(excluded.source_stamp, source_stamp),
             pushed_rows = coalesce(?6, pushed_rows)
           WHERE reached <= excluded.reached AND (?4 IS NULL OR ?4 <= reached)`,
        )
        .run([
          ...[integer(row, 'view_version_id'), text(row, 'store'), to],
          row['from_time'] === null ? null : Math.round(real(row, 'from_time') * 1000),
          sourceStamp ?? null,
          pushed ?? null,
        ]);
    });
  }

  /** Those that an engine which was killed has left: none of them is complete. */
  recover(now: number): void {
    this.db.transaction(() =>
      this.db
        .prepare(`UPDATE feature_materialisation SET status = 'interrupted', ended_at = ? WHERE status = 'running'`)
        .run([now]),
    );
  }

  get(id: number): Materialisation | undefined {
    const row = this.db.prepare(`SELECT ${columns} WHERE m.id = ?`).get([id]);
    return row && materialisationOf(row);
  }

  /** The newest first. */
  list(view: string, limit: number): readonly Materialisation[] {
    return this.db
      .prepare(`SELECT ${columns} WHERE v.view = ? ORDER BY m.id DESC LIMIT ?`)
      .all([view, limit])
      .map(row => materialisationOf(row));
  }

  /** Up to which time (ms since 1970) a store has everything of a version; undefined: it was never materialised there. */
  materialisedTo(version: Pick<Materialisation, 'view' | 'version'>, store: string): number | undefined {
    return this.mark(version, store)?.reached;
  }

  /** Undefined: it was never materialised there. */
  mark({ view, version }: Pick<Materialisation, 'view' | 'version'>, store: string): OnlineMark | undefined {
    const row = this.db
      .prepare(
        `SELECT m.reached, m.source_stamp, m.pushed_rows FROM feature_online_mark m JOIN feature_view_version v ON v.id = m.view_version_id
         WHERE v.view = ? AND v.version = ? AND m.store = ?`,
      )
      .get([view, version, store]);
    if (!row) return undefined;
    const sourceStamp = optionalText(row, 'source_stamp');
    const [reached, pushed] = [integer(row, 'reached') / 1000, integer(row, 'pushed_rows')];
    return { reached, pushed, ...(sourceStamp !== undefined && { sourceStamp }) };
  }

  /**
   * The earliest beginning (ms since 1970) of those that did not come to their end and were not done again since; −∞: one of all
   * there is; undefined: there are none.
   */
  unfinishedFrom({ view, version }: Pick<Materialisation, 'view' | 'version'>, store: string): number | undefined {
    const row = this.db
      .prepare(
        `SELECT count(*) AS n, count(u.from_time) AS dated, min(u.from_time) AS since FROM feature_materialisation u
         JOIN feature_view_version v ON v.id = u.view_version_id
         WHERE v.view = ? AND v.version = ? AND u.store = ? AND u.status IN ('failed', 'cancelled', 'interrupted')
           AND NOT EXISTS (SELECT 1 FROM feature_materialisation c
             WHERE c.view_version_id = u.view_version_id AND c.store = u.store AND c.id > u.id AND c.status = 'complete'
               AND c.to_time >= u.to_time AND (c.from_time IS NULL OR c.from_time <= u.from_time))`,
      )
      .get([view, version, store]);
    const count = integer(row ?? {}, 'n');
    if (count === 0) return undefined;
    return count > integer(row ?? {}, 'dated') ? -Infinity : real(row ?? {}, 'since');
  }

  /** Whether any materialisation of a version has brought something into a store. */
  hasWritten({ view, version }: Pick<Materialisation, 'view' | 'version'>, store: string): boolean {
    const row = this.db
      .prepare(
        `SELECT 1 AS n FROM feature_materialisation m JOIN feature_view_version v ON v.id = m.view_version_id
         WHERE v.view = ? AND v.version = ? AND m.store = ? AND m.written > 0 LIMIT 1`,
      )
      .get([view, version, store]);
    return row !== undefined;
  }

  /** The store has lost what it had. */
  forgetMark({ view, version }: Pick<Materialisation, 'view' | 'version'>, store: string): void {
    this.db.transaction(() =>
      this.db
        .prepare(
          `DELETE FROM feature_online_mark WHERE store = ? AND view_version_id =
             (SELECT id FROM feature_view_version WHERE view = ? AND version = ?)`,
        )
        .run([store, view, version]),
    );
  }
}

const status = v.picklist(['running', 'complete', 'failed', 'cancelled', 'interrupted']);

function materialisationOf(row: Row): Materialisation {
  const [from, endedAt] = [optionalReal(row, 'from_time'), optionalInteger(row, 'ended_at')];
  const problem = optionalText(row, 'problem');
  return {
    id: integer(row, 'id'),
    view: text(row, 'view'),
    version: integer(row, 'version'),
    ...(from !== undefined && { from }),
    to: real(row, 'to_time'),
    status: v.parse(status, row['status']),
    rows: integer(row, 'row_count'),
    written: integer(row, 'written'),
    startedAt: integer(row, 'started_at'),
    ...(endedAt !== undefined && { endedAt }),
    ...(problem !== undefined && { problem }),
  };
}
