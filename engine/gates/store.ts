import * as v from 'valibot';
import type { GateReport } from '../protocol/gates';
import { gateReportSchema } from '../schemas/gateReport';
import type { Database } from '../store/database';
import { text } from '../store/row';

/**
 * Every judgement of a registered version, kept as it was. Which ones are the newest is told by the index alone: a history
 * of thousands of reports is not read for a few of them.
 */
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

  /** The newest report of each stage of models, by their names; a model without reports is not in it. */
  latest(models: readonly string[]): ReadonlyMap<string, readonly GateReport[]> {
    const rows = this.db
      .prepare(
        `WITH newest AS (
           SELECT m.name AS name, max(g.id) AS id FROM json_each(?) j
           CROSS JOIN registered_model m ON m.name = j.value AND m.deleted_at IS NULL
           CROSS JOIN gate_report g ON g.model_id = m.id GROUP BY m.id, g.stage)
         SELECT newest.name AS name, report FROM newest CROSS JOIN gate_report g ON g.id = newest.id ORDER BY g.id DESC`,
      )
      .all([JSON.stringify(models)]);
    const reports = new Map<string, GateReport[]>();
    for (const row of rows) {
      const name = text(row, 'name');
      const own = reports.get(name) ?? [];
      own.push(v.parse(storedReport, row['report']));
      reports.set(name, own);
    }
    return reports;
  }

  /** The reports of a stage of a model, newest first. */
  history(subject: { readonly model: string; readonly stage: string }, limit: number): readonly GateReport[] {
    return this.db
      .prepare(
        `SELECT report FROM gate_report WHERE stage = ? AND model_id =
           (SELECT id FROM registered_model WHERE name = ? AND deleted_at IS NULL) ORDER BY id DESC LIMIT ?`,
      )
      .all([subject.stage, subject.model, limit])
      .map(row => v.parse(storedReport, row['report']));
  }

  /** The newest report of some versions of a model for each stage, newest first. */
  ofVersions(model: string, versions: readonly number[]): readonly GateReport[] {
    return this.db
      .prepare(
        `WITH newest AS (
           SELECT max(g.id) AS id FROM json_each(?) j
           CROSS JOIN registered_model m ON m.name = ? AND m.deleted_at IS NULL
           CROSS JOIN gate_report g ON g.model_id = m.id AND g.version = j.value GROUP BY g.version, g.stage)
         SELECT report FROM newest CROSS JOIN gate_report g ON g.id = newest.id ORDER BY g.id DESC`,
      )
      .all([JSON.stringify(versions), model])
      .map(row => v.parse(storedReport, row['report']));
  }
}

const storedReport = v.pipe(v.string(), v.parseJson(), gateReportSchema);
