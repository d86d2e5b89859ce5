import * as v from 'valibot';
import { digest } from '../ids';
import type { Person } from '../protocol/approvals';
import { gateReportSchema } from '../schemas/gateReport';
import type { Database, Row } from '../store/database';
import { integer, optionalInteger, optionalText, text } from '../store/row';
import type { ApprovalRecord } from './approvalStanding';
import { groupBy } from './modelStore';
import type { ModelRecord } from './records';

const storedReport = v.pipe(v.string(), v.parseJson(), gateReportSchema);
const storedPerson = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    account: v.string(),
    email: v.exactOptional(v.string()),
    emailFrom: v.exactOptional(v.picklist(['repository', 'account', 'environment'])),
  }),
);

type ModelRow = Pick<ModelRecord, 'id' | 'name'>;

/** The SQL of approvals. */
export class ApprovalStore {
  constructor(private readonly db: Database) {}

  insert(modelId: number, approval: Omit<ApprovalRecord, 'id' | 'model' | 'withdrawn'>): number {
    const { version, stage, decision, by, at, comment, subject, gates } = approval;
    const row = this.db
      .prepare(
        `INSERT INTO approval (model_id, version, stage, decision, by_person, at, comment, subject, gates)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      )
      .all([modelId, version, stage, decision, JSON.stringify(by), at, comment, subject, JSON.stringify(gates)])[0];
    return integer(row ?? {}, 'id');
  }

  withdraw(
    id: number,
    { at, by, reason }: { readonly at: number; readonly by: Person; readonly reason: string },
  ): void {
    this.db
      .prepare('UPDATE approval SET withdrawn_at = ?, withdrawn_by = ?, withdrawn_reason = ? WHERE id = ?')
      .run([at, JSON.stringify(by), reason, id]);
  }

  /** Newest first, by the ids of their models. */
  ofModels(models: readonly ModelRow[]): ReadonlyMap<number, readonly ApprovalRecord[]> {
    const names = new Map(models.map(({ id, name }) => [id, name]));
    const rows = this.db
      .prepare(`SELECT a.* FROM json_each(?) j CROSS JOIN approval a ON a.model_id = j.value ORDER BY a.id DESC`)
      .all([JSON.stringify([...names.keys()])]);
    const records = rows.map(row => approvalRow(names.get(integer(row, 'model_id')) ?? '', row));
    return groupBy(records, (_, index) => integer(rows[index] ?? {}, 'model_id'));
  }
}

function approvalRow(model: string, row: Row): ApprovalRecord {
  const withdrawnAt = optionalInteger(row, 'withdrawn_at');
  const withdrawnBy = optionalText(row, 'withdrawn_by');
  return {
    id: integer(row, 'id'),
    model,
    version: integer(row, 'version'),
    stage: text(row, 'stage'),
    decision: v.parse(v.picklist(['approved', 'rejected']), row['decision']),
    by: v.parse(storedPerson, row['by_person']),
    at: integer(row, 'at'),
    comment: text(row, 'comment'),
    subject: digest(text(row, 'subject')),
    gates: v.parse(storedReport, row['gates']),
    ...(withdrawnAt !== undefined &&
      withdrawnBy !== undefined && {
        withdrawn: {
          at: withdrawnAt,
          by: v.parse(storedPerson, withdrawnBy),
          reason: optionalText(row, 'withdrawn_reason') ?? '',
        },
      }),
  };
}
