import * as v from 'valibot';
import type { AuditPart, AuditReport } from '../../protocol/audit';
import { auditReportSchema } from '../../schemas/auditReport';
import type { Database } from '../../store/database';
import { integer } from '../../store/row';

export interface StoredAudit {
  /** ms since 1970 */
  readonly at: number;
  readonly report: AuditReport;
}

/** What audits of the workspace have found last, by their parts. */
export class AuditStore {
  constructor(private readonly db: Database) {}

  /** Takes the place of what was found before. */
  keep(part: AuditPart, { at, report }: StoredAudit): void {
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO audit_result (part, judged_at, report) VALUES (?, ?, ?)
           ON CONFLICT (part) DO UPDATE SET judged_at = excluded.judged_at, report = excluded.report`,
        )
        .run([part, at, JSON.stringify(report)]);
    });
  }

  last(part: AuditPart): StoredAudit | undefined {
    const row = this.db.prepare('SELECT judged_at, report FROM audit_result WHERE part = ?').get([part]);
    return row && { at: integer(row, 'judged_at'), report: v.parse(storedReport, row['report']) };
  }
}

const storedReport = v.pipe(v.string(), v.parseJson(), auditReportSchema);
