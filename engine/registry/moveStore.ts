import * as v from 'valibot';
import { runId } from '../ids';
import type { GateReport } from '../protocol/gates';
import type { StageMove } from '../protocol/registry';
import type { AliasMove } from '../protocol/approvals';
import { gateReportSchema } from '../schemas/gateReport';
import type { Database, Row } from '../store/database';
import { integer, optionalInteger, optionalText, text } from '../store/row';
import { groupBy } from './modelStore';
import type { ModelRecord, RecordedMove } from './records';

type ModelRow = Pick<ModelRecord, 'id' | 'name'>;

export interface MoveRecord {
  readonly version: number;
  readonly from: string | null;
  readonly to: string;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly gates?: GateReport;
  readonly isRollback?: boolean;
}

const storedReport = v.pipe(v.string(), v.parseJson(), gateReportSchema);

/** The SQL of what has moved: versions between stages, aliases between versions. Nothing here is ever changed. */
export class MoveStore {
  constructor(private readonly db: Database) {}

  record(modelId: number, move: MoveRecord): void {
    this.db
      .prepare(
        `INSERT INTO stage_move (model_id, version, from_stage, to_stage, at, moved_by, reason, gates, is_rollback)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run([
        ...[modelId, move.version, move.from, move.to, move.at, move.by, move.reason],
        ...[move.gates ? JSON.stringify(move.gates) : null, move.isRollback === true ? 1 : 0],
      ]);
  }

  recordAlias(modelId: number, move: Omit<AliasMove, 'model'>): void {
    this.db
      .prepare(
        'INSERT INTO alias_move (model_id, alias, from_version, to_version, at, moved_by, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run([modelId, move.alias, move.from, move.to, move.at, move.by, move.reason]);
  }

  /** The number of a model's newest move; 0: none yet. */
  last(model: ModelRow): number {
    const row = this.db
      .prepare('SELECT coalesce(max(id), 0) AS last FROM stage_move WHERE model_id = ?')
      .get([model.id]);
    return row === undefined ? 0 : integer(row, 'last');
  }

  /** Moves after that one, in their order. */
  after(model: Pick<ModelRow, 'id'>, after: number): readonly RecordedMove[] {
    return this.db
      .prepare(
        `SELECT sm.id, sm.version, sm.from_stage, sm.to_stage, sm.at, run.uuid AS run_uuid
         FROM stage_move sm
         JOIN model_version mv ON mv.model_id = sm.model_id AND mv.version = sm.version
         LEFT JOIN run ON run.id = mv.run_id
         WHERE sm.model_id = ? AND sm.id > ? ORDER BY sm.id`,
      )
      .all([model.id, after])
      .map(recordedMove);
  }

  /** Newest first, by the ids of their models. */
  histories(models: readonly ModelRow[]): ReadonlyMap<number, readonly StageMove[]> {
    const { rows, nameOf } = this.ofModels(
      models,
      `SELECT model_id, version, from_stage, to_stage, at, moved_by, reason, gates, is_rollback
       FROM json_each(?) j CROSS JOIN stage_move sm ON sm.model_id = j.value ORDER BY sm.id DESC`,
    );
    const moves = rows.map(row => moveRow(nameOf(row), row));
    return groupBy(moves, (_, index) => integer(rows[index] ?? {}, 'model_id'));
  }

  /** Newest first, by the ids of their models. */
  aliasHistories(models: readonly ModelRow[]): ReadonlyMap<number, readonly AliasMove[]> {
    const { rows, nameOf } = this.ofModels(
      models,
      `SELECT model_id, alias, from_version, to_version, at, moved_by, reason
       FROM json_each(?) j CROSS JOIN alias_move am ON am.model_id = j.value ORDER BY am.id DESC`,
    );
    const moves = rows.map(row => aliasRow(nameOf(row), row));
    return groupBy(moves, (_, index) => integer(rows[index] ?? {}, 'model_id'));
  }

  private ofModels(
    models: readonly ModelRow[],
    select: string,
  ): { readonly rows: readonly Row[]; readonly nameOf: (row: Row) => string } {
    const names = new Map(models.map(({ id, name }) => [id, name]));
    const rows = this.db.prepare(select).all([JSON.stringify([...names.keys()])]);
    return { rows, nameOf: row => names.get(integer(row, 'model_id')) ?? '' };
  }
}

function moveRow(model: string, row: Row): StageMove {
  const gates = optionalText(row, 'gates');
  return {
    model,
    version: integer(row, 'version'),
    from: optionalText(row, 'from_stage') ?? null,
    to: text(row, 'to_stage'),
    at: integer(row, 'at'),
    by: text(row, 'moved_by'),
    reason: text(row, 'reason'),
    ...(gates !== undefined && { gates: v.parse(storedReport, gates) }),
    ...(integer(row, 'is_rollback') === 1 && { isRollback: true }),
  };
}

const aliasRow = (model: string, row: Row): AliasMove => ({
  model,
  alias: text(row, 'alias'),
  from: optionalInteger(row, 'from_version') ?? null,
  to: optionalInteger(row, 'to_version') ?? null,
  at: integer(row, 'at'),
  by: text(row, 'moved_by'),
  reason: text(row, 'reason'),
});

function recordedMove(row: Row): RecordedMove {
  const [from, run] = [optionalText(row, 'from_stage'), optionalText(row, 'run_uuid')];
  return {
    id: integer(row, 'id'),
    version: integer(row, 'version'),
    ...(from !== undefined && { from }),
    to: text(row, 'to_stage'),
    at: integer(row, 'at'),
    ...(run !== undefined && { runId: runId(run) }),
  };
}
