import * as v from 'valibot';
import type { Cell } from '../../protocol/data';
import type { FeatureViewVersion } from '../../protocol/features';
import type { Database } from '../../store/database';
import { integer, text } from '../../store/row';

/** ms after which what was answered is committed, and how many at the latest. */
const SOON = 1_000;
const GROUP = 500;
/** Rows of answers that are kept. */
const KEPT = 100_000;
/** Rows that are looked at in a request, so that large ones do not push out all others. */
const OF_ONE = 20;
/** Requests a second of which everything is kept; of more a share. */
const RATE = 20;

export interface ServedRow {
  /** Canonical: `keyCells` makes cells of it. */
  readonly key: string;
  /** ms since 1970 */
  readonly askedAt: number;
  /** By feature; dates as ms since 1970, booleans as 0 and 1. */
  readonly values: Readonly<Record<string, Cell>>;
}

export type Version = Pick<FeatureViewVersion, 'view' | 'version'>;
interface Waiting extends Version {
  readonly key: string;
  readonly askedAt: number;
  readonly values: Readonly<Record<string, Cell>>;
}

/**
 * A sample of what was answered, to be compared with what training would find. It is written in groups, after the answer: what
 * an engine that is killed had not written is lost, and nothing depends on it.
 */
export class RequestLog {
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private second = 0;
  private inSecond = 0;

  constructor(
    private readonly db: Database,
    private readonly now: () => number,
    private readonly kept = KEPT,
  ) {}

  /** What is to be told of a request's answer; undefined: nothing of this one. */
  sample(): ((version: Version, key: string, values: Waiting['values']) => void) | undefined {
    const askedAt = this.now();
    const second = Math.floor(askedAt / 1000);
    if (second !== this.second) [this.second, this.inSecond] = [second, 0];
    const share = RATE / ++this.inSecond;
    if (share < 1 && Math.random() >= share) return undefined;
    let left = OF_ONE;
    return ({ view, version }, key, values) => {
      if (left-- <= 0) return;
      this.waiting.push({ view, version, key, values, askedAt });
      if (this.waiting.length >= GROUP) this.write();
      else this.timer ??= setTimeout(() => this.write(), SOON).unref();
    };
  }

  /** The newest so many, the oldest of these first. */
  served({ view, version }: Version, { limit }: { readonly limit: number }): readonly ServedRow[] {
    this.write();
    return this.db
      .prepare(
        `SELECT * FROM feature_request_log WHERE view_version_id =
           (SELECT id FROM feature_view_version WHERE view = ? AND version = ?) ORDER BY id DESC LIMIT ?`,
      )
      .all([view, version, limit])
      .map(row => ({
        key: text(row, 'entity_key'),
        askedAt: integer(row, 'asked_at'),
        values: v.parse(valuesSchema, row['row_values']),
      }))
      .reverse();
  }

  close(): void {
    this.write();
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const rows = this.waiting;
    this.waiting = [];
    if (rows.length === 0) return;
    this.db.transaction(() => {
      const put = this.db.prepare(
        `INSERT INTO feature_request_log (view_version_id, entity_key, asked_at, row_values)
         SELECT id, ?, ?, ? FROM feature_view_version WHERE view = ? AND version = ?`,
      );
      for (const { view, version, key, askedAt, values } of rows)
        put.run([key, askedAt, JSON.stringify(values), view, version]);
      this.db
        .prepare('DELETE FROM feature_request_log WHERE id <= (SELECT max(id) FROM feature_request_log) - ?')
        .run([this.kept]);
    });
  }
}

const cell = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const valuesSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), cell));
