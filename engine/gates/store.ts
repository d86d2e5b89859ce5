import type { GateReport } from '../protocol/gates';
import type { Database } from '../store/database';

/** Every judgement of a registered version, kept as it was. */
export class GateStore {
  constructor(private readonly db: Database) {}

  record(report: GateReport & { readonly version: number }): void {
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO gate_report (model_id, version, stage, verdict, judged_at, report)
           SELECT id, ?, ?, ?, ?, ? FROM registered_model WHERE name = ?`,
        )
        .run([report.version, report.stage, report.verdict, report.judgedAt, JSON.stringify(report), report.model]);
    });
  }
}
