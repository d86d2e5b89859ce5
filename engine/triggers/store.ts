import * as v from 'valibot';
import type { PipelineRunId } from '../protocol/ids';
import { pipelineRunId } from '../ids';
import { triggerKinds } from '../protocol/triggers';
import type { CauseKind, SkipReason, TriggerKind } from '../protocol/triggers';
import type { Database, Row } from '../store/database';
import { integer, optionalInteger, optionalText, text } from '../store/row';

export interface StateRow {
  readonly definition: string;
  readonly cursor: string;
  readonly paused: boolean;
  readonly fired: number;
  readonly skipped: number;
  readonly lastSkip?: { readonly at: number; readonly reason: SkipReason; readonly message: string };
}

export interface Firing {
  readonly id: number;
  readonly pipeline: string;
  readonly kind: CauseKind;
  readonly cause: string;
  readonly says: string;
  readonly chain: readonly string[];
  readonly at: number;
  readonly run?: PipelineRunId;
}

export interface TriggerKey {
  readonly pipeline: string;
  readonly kind: TriggerKind;
}

const reasonSchema = v.picklist([
  'running',
  'queued',
  'cool-down',
  'budget',
  'missed',
  'paused',
  'duplicate',
  'loop',
  'clock',
  'quiet',
  'unreadable',
  'refused',
]);
const kindSchema = v.picklist([...triggerKinds, 'manual']);
const chainSchema = v.pipe(v.string(), v.parseJson(), v.array(v.string()));
/** Firings of a pipeline that are kept; of older ones nothing but their count is known. */
const kept = 1000;

/** The SQL of triggers. Who calls several in one commit wraps them in a transaction. */
export class TriggerStore {
  constructor(private readonly db: Database) {}

  together<T>(work: () => T): T {
    return this.db.transaction(work);
  }

  state({ pipeline, kind }: TriggerKey): StateRow | undefined {
    const row = this.db.prepare('SELECT * FROM trigger_state WHERE pipeline = ? AND kind = ?').get([pipeline, kind]);
    return row && stateRow(row);
  }

  /** A trigger that is new, or watches something else. A pause stays. */
  define({ pipeline, kind }: TriggerKey, definition: string, cursor: string): void {
    this.db
      .prepare(
        `INSERT INTO trigger_state (pipeline, kind, definition, cursor) VALUES (?, ?, ?, ?)
         ON CONFLICT (pipeline, kind) DO UPDATE SET definition = excluded.definition, cursor = excluded.cursor,
           skip_at = NULL, skip_reason = NULL, skip_message = NULL`,
      )
      .run([pipeline, kind, definition, cursor]);
  }

  /** Forgets triggers that are not in modelyard.yaml any more. */
  keep(keys: readonly TriggerKey[]): void {
    const wanted = new Set(keys.map(({ pipeline, kind }) => `${kind} ${pipeline}`));
    for (const row of this.db.prepare('SELECT id, pipeline, kind FROM trigger_state').all()) {
      if (wanted.has(`${text(row, 'kind')} ${text(row, 'pipeline')}`)) continue;
      this.db.prepare('DELETE FROM trigger_state WHERE id = ?').run([integer(row, 'id')]);
    }
  }

  setCursor({ pipeline, kind }: TriggerKey, cursor: string): void {
    this.db
      .prepare('UPDATE trigger_state SET cursor = ? WHERE pipeline = ? AND kind = ?')
      .run([cursor, pipeline, kind]);
  }

  setPaused({ pipeline, kind }: TriggerKey, paused: boolean): void {
    this.db
      .prepare('UPDATE trigger_state SET paused = ? WHERE pipeline = ? AND kind = ?')
      .run([paused ? 1 : 0, pipeline, kind]);
  }

  skip({ pipeline, kind }: TriggerKey, skip: { at: number; reason: SkipReason; message: string; times: number }): void {
    this.db
      .prepare(
        `UPDATE trigger_state SET skipped = skipped + ?, skip_at = ?, skip_reason = ?, skip_message = ?
         WHERE pipeline = ? AND kind = ?`,
      )
      .run([skip.times, skip.at, skip.reason, skip.message, pipeline, kind]);
  }

  /** @returns its number */
  add(firing: Omit<Firing, 'id' | 'run'> & { readonly watched?: readonly string[] }): number {
    const { pipeline, kind, cause, says, chain, at, watched = [] } = firing;
    this.db
      .prepare(
        `INSERT INTO trigger_firing (pipeline, kind, cause, says, chain, at, state) VALUES (?, ?, ?, ?, ?, ?, 'waiting')`,
      )
      .run([pipeline, kind, cause, says, JSON.stringify(chain), at]);
    this.db.prepare('UPDATE trigger_state SET fired = fired + 1 WHERE pipeline = ? AND kind = ?').run([pipeline, kind]);
    const id = integer(this.db.prepare('SELECT max(id) AS id FROM trigger_firing').get() ?? {}, 'id');
    this.db
      .prepare('INSERT OR IGNORE INTO trigger_watched (firing_id, thing) SELECT ?, value FROM json_each(?)')
      .run([id, JSON.stringify(watched)]);
    this.db
      .prepare(
        `DELETE FROM trigger_firing WHERE pipeline = ?1 AND state <> 'waiting' AND id <=
           (SELECT id FROM trigger_firing WHERE pipeline = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${kept})`,
      )
      .run([pipeline]);
    return id;
  }

  /** In their order. */
  waiting(): readonly Firing[] {
    return this.db.prepare(`${selectFiring} WHERE f.state = 'waiting' ORDER BY f.id`).all().map(firing);
  }

  isWaiting(id: number): boolean {
    return (
      this.db.prepare(`SELECT 1 AS one FROM trigger_firing WHERE id = ? AND state = 'waiting'`).get([id]) !== undefined
    );
  }

  /** Within the commit that makes the run. */
  started(id: number, run: PipelineRunId): void {
    this.db
      .prepare(
        `UPDATE trigger_firing SET state = 'started', pipeline_run_id = (SELECT id FROM pipeline_run WHERE uuid = ?)
         WHERE id = ?`,
      )
      .run([run, id]);
  }

  drop(id: number): void {
    this.db.prepare(`UPDATE trigger_firing SET state = 'dropped' WHERE id = ?`).run([id]);
  }

  hasFired({ pipeline, kind }: { pipeline: string; kind: CauseKind }, cause: string): boolean {
    const sql = 'SELECT 1 AS one FROM trigger_firing WHERE pipeline = ? AND kind = ? AND cause = ?';
    return this.db.prepare(sql).get([pipeline, kind, cause]) !== undefined;
  }

  /** The last start by this trigger, or by all of the pipeline but those by hand. */
  last(pipeline: string, kind?: TriggerKind): Firing | undefined {
    const row = this.db
      .prepare(
        `${selectFiring} WHERE f.pipeline = ?1 AND f.state <> 'dropped'
           AND (f.kind = ?2 OR (?2 IS NULL AND f.kind <> 'manual')) ORDER BY f.id DESC LIMIT 1`,
      )
      .get([pipeline, kind ?? null]);
    return row && firing(row);
  }

  /** Starts in (since, until]. What lies after now was made before the clock was moved back, and does not count. */
  times(pipeline: string, kind: TriggerKind | undefined, within: { since: number; until: number }): readonly number[] {
    return this.db
      .prepare(
        `SELECT at FROM trigger_firing WHERE pipeline = ?1 AND state <> 'dropped'
           AND (kind = ?2 OR (?2 IS NULL AND kind <> 'manual')) AND at > ?3 AND at <= ?4 ORDER BY at`,
      )
      .all([pipeline, kind ?? null, within.since, within.until])
      .map(row => integer(row, 'at'));
  }

  /** The pipelines that led to a run; undefined when no trigger has started it. */
  chainOf(run: PipelineRunId): readonly string[] | undefined {
    const row = this.db.prepare(`${selectFiring} WHERE p.uuid = ?`).get([run]);
    return row && firing(row).chain;
  }
}

const selectFiring = `
  SELECT f.id, f.pipeline, f.kind, f.cause, f.says, f.chain, f.at, p.uuid AS run_uuid
  FROM trigger_firing f LEFT JOIN pipeline_run p ON p.id = f.pipeline_run_id`;

function firing(row: Row): Firing {
  const run = optionalText(row, 'run_uuid');
  return {
    id: integer(row, 'id'),
    pipeline: text(row, 'pipeline'),
    kind: v.parse(kindSchema, row['kind']),
    cause: text(row, 'cause'),
    says: text(row, 'says'),
    chain: v.parse(chainSchema, row['chain']),
    at: integer(row, 'at'),
    ...(run !== undefined && { run: pipelineRunId(run) }),
  };
}

function stateRow(row: Row): StateRow {
  const at = optionalInteger(row, 'skip_at');
  return {
    definition: text(row, 'definition'),
    cursor: text(row, 'cursor'),
    paused: integer(row, 'paused') === 1,
    fired: integer(row, 'fired'),
    skipped: integer(row, 'skipped'),
    ...(at !== undefined && {
      lastSkip: { at, reason: v.parse(reasonSchema, row['skip_reason']), message: text(row, 'skip_message') },
    }),
  };
}
