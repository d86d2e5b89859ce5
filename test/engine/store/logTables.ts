import type { Database } from '../../../engine/store/database';

/** What must hold of the tables of crashChild.ts: whole commits only, none missing, the last one known. */
export const LOG_CHECKS: readonly { readonly sql: string; readonly wanted: string }[] = [
  { sql: 'SELECT group_concat(integrity_check) FROM pragma_integrity_check', wanted: 'ok' },
  {
    sql: `SELECT count(*) FROM (SELECT seq, count(*) AS n FROM log GROUP BY seq
          HAVING n <> CASE WHEN seq % 7 = 0 THEN 400 ELSE seq % 5 + 1 END)`,
    wanted: '0',
  },
  {
    sql: 'SELECT ifnull(max(seq) - min(seq) + 1 - count(DISTINCT seq), 0) FROM log',
    wanted: '0',
  },
  { sql: 'SELECT (SELECT seq FROM last) - (SELECT ifnull(max(seq), 0) FROM log)', wanted: '0' },
];
export const LAST = 'SELECT seq FROM last';

export const scalar = (db: Database, sql: string): string => String(Object.values(db.prepare(sql).get() ?? {})[0]);
