import * as v from 'valibot';
import type { GateReport } from '../protocol/gates';
import { gateReportSchema } from '../schemas/gateReport';
import type { Database } from '../store/database';

/** Every judgement of a registered version, kept as it was. */
export class GateStore {
  constructor(private readonly db: Database) {}

  record(report: GateReport & { readonly version: number }): void {
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO gate_report (model_id, version, stage, verdict, judged_at, report)
           SELECT id, ?, ?, ?, ?, ? FROM registered_model WHERE name = ? AND deleted_at IS NULL`,
        )
        .run([report.version, report.stage, report.verdict, report.judgedAt, JSON.stringify(report), report.model]);
    });
  }

  /** The newest report of each stage of a model. */
  latest(model: string): readonly GateReport[] {
    return this.db
      .prepare(
        `SELECT report, max(g.id) FROM gate_report g JOIN registered_model m ON m.id = g.model_id
         WHERE m.name = ? AND m.deleted_at IS NULL GROUP BY stage ORDER BY max(g.id) DESC`,
      )
      .all([model])
      .map(row => v.parse(storedReport, row['report']));
  }
}

const storedReport = v.pipe(v.string(), v.parseJson(), gateReportSchema);
