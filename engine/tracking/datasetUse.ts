import { digest, runId } from '../ids';
import type { DatasetRun } from '../protocol/datasets';
import type { Digest } from '../protocol/ids';
import type { Database, Row } from '../store/database';
import { integer, text } from '../store/row';
import { keysetPage } from './keysetPage';
import { isRunStatus } from './runStore';

export interface DigestUse {
  readonly digest: Digest;
  readonly runs: number;
  /** When the first and the last of these runs began; ms since 1970. */
  readonly first: number;
  readonly last: number;
}

export interface DatasetRuns {
  readonly runs: readonly DatasetRun[];
  readonly nextPageToken?: string;
}

/** Digests of other tools are no sha-256 of a file: what they name cannot be compared with one. */
const used = `FROM run_input i JOIN run r ON r.id = i.run_id
  WHERE i.dataset = ? AND r.lifecycle = 'active' AND length(i.digest) = 64 AND i.digest NOT GLOB '*[^0-9a-f]*'`;

/** Which runs have read which version of a dataset. Deleted runs do not count. */
export class DatasetUse {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  digests(dataset: string): readonly DigestUse[] {
    return this.#db
      .prepare(
        `SELECT i.digest, count(DISTINCT r.id) AS runs, min(r.started_at) AS first, max(r.started_at) AS last
         ${used} GROUP BY i.digest`,
      )
      .all([dataset])
      .map(row => ({
        digest: digest(text(row, 'digest')),
        runs: integer(row, 'runs'),
        first: integer(row, 'first'),
        last: integer(row, 'last'),
      }));
  }

  /** What the newest run that read the dataset has read. */
  last(dataset: string): { readonly digest: Digest; readonly run: DatasetRun } | undefined {
    const row = this.#db
      .prepare(`SELECT r.id, i.digest ${used} ORDER BY r.started_at DESC, r.id DESC LIMIT 1`)
      .get([dataset]);
    if (!row) return undefined;
    const found = digest(text(row, 'digest'));
    return { digest: found, run: this.#run(integer(row, 'id'), dataset, found) };
  }

  /** The newest first. */
  runs(query: { dataset: string; digest: Digest; limit: number; pageToken?: string | undefined }): DatasetRuns {
    const { dataset, digest: wanted, limit, pageToken } = query;
    const found = keysetPage(this.#db, {
      what: 'runs',
      from: 'run r',
      where: [
        {
          text: `r.lifecycle = 'active' AND r.id IN (SELECT run_id FROM run_input WHERE dataset = ? AND digest = ?)`,
          params: [dataset, wanted],
        },
      ],
      columns: [
        { text: 'r.started_at', params: [], descending: true },
        { text: 'r.id', params: [], descending: true },
      ],
      identity: ['dataset runs', dataset, wanted],
      limit,
      maxLimit: 1000,
      pageToken,
    });
    const runs = found.rows.map(row => this.#run(row, dataset, wanted));
    return { runs, ...(found.nextPageToken !== undefined && { nextPageToken: found.nextPageToken }) };
  }

  #run(id: number, dataset: string, wanted: Digest): DatasetRun {
    const row: Row =
      this.#db.prepare('SELECT id, uuid, name, status, started_at FROM run WHERE id = ?').get([id]) ?? {};
    const status = text(row, 'status');
    const contexts = this.#db
      .prepare('SELECT context FROM run_input WHERE run_id = ? AND dataset = ? AND digest = ? ORDER BY context')
      .all([id, dataset, wanted])
      .map(found => text(found, 'context'));
    return {
      runId: runId(text(row, 'uuid')),
      number: integer(row, 'id'),
      name: text(row, 'name'),
      status: isRunStatus(status) ? status : 'FAILED',
      startedAt: integer(row, 'started_at'),
      contexts: contexts.filter(context => context !== ''),
    };
  }
}
