import * as v from 'valibot';
import type { Materialisation } from '../protocol/features';
import type { Database, Row } from '../store/database';
import { integer, optionalInteger, optionalReal, optionalText, real, text } from '../store/row';

export interface NewMaterialisation extends Pick<Materialisation, 'view' | 'version' | 'from' | 'to' | 'startedAt'> {
  /** Which online store it goes into, such as `local` or the address of a server. */
  readonly store: string;
}

export type MaterialisationEnd = Pick<Materialisation, 'rows' | 'written' | 'problem'> & {
  readonly status: Exclude<Materialisation['status'], 'running'>;
  readonly endedAt: number;
};

const columns = `m.*, v.view, v.version FROM feature_materialisation m
  JOIN feature_view_version v ON v.id = m.view_version_id`;

/** What was brought into the online stores: a version of a view has everything up to the last complete one's `to`. */
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

  end(id: number, { status, rows, written, endedAt, problem }: MaterialisationEnd): void {
    this.db.transaction(() =>
      this.db
        .prepare(
          `UPDATE feature_materialisation SET status = ?, row_count = ?, written = ?, ended_at = ?, problem = ?
           WHERE id = ? AND status = 'running'`,
        )
        .run([status, rows, written, endedAt, problem ?? null, id]),
    );
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

  /** Up to which event time a store has everything of a version; undefined: it was never materialised there. */
  materialisedTo({ view, version }: Pick<Materialisation, 'view' | 'version'>, store: string): number | undefined {
    const row = this.db
      .prepare(
        `SELECT max(m.to_time) AS reached FROM feature_materialisation m
         JOIN feature_view_version v ON v.id = m.view_version_id
         WHERE v.view = ? AND v.version = ? AND m.store = ? AND m.status = 'complete'`,
      )
      .get([view, version, store]);
    return optionalReal(row ?? {}, 'reached');
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
