import * as v from 'valibot';
import type { ScanReport, ScanSummary } from '../protocol/security';
import { scanReportSchema } from '../schemas/scanReport';
import type { Database } from '../store/database';
import { integer, text } from '../store/row';

export interface StoredScan {
  readonly scannedAt: number;
  readonly content: string;
  readonly judgedBy: string;
  readonly report: ScanReport;
}

/** Scans of registered versions, kept as they were. */
export class ScanStore {
  constructor(private readonly db: Database) {}

  record(name: string, version: number, { scannedAt, content, judgedBy, report }: StoredScan): void {
    const count = (verdict: string): number => report.findings.filter(one => one.verdict === verdict).length;
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO model_scan (model_id, version, scanned_at, verdict, content, judged_by, blocks, reviews, report)
           SELECT m.id, mv.version, ?, ?, ?, ?, ?, ?, ? FROM registered_model m
           JOIN model_version mv ON mv.model_id = m.id AND mv.version = ? WHERE m.name = ? AND m.deleted_at IS NULL`,
        )
        .run([
          ...[scannedAt, report.verdict, content, judgedBy, count('block'), count('review')],
          ...[JSON.stringify(report), version, name],
        ]);
    });
  }

  newest(name: string, version: number): StoredScan | undefined {
    const row = this.db
      .prepare(
        `SELECT s.* FROM registered_model m JOIN model_scan s ON s.model_id = m.id AND s.version = ?
         WHERE m.name = ? AND m.deleted_at IS NULL ORDER BY s.id DESC LIMIT 1`,
      )
      .get([version, name]);
    if (row === undefined) return undefined;
    return {
      scannedAt: integer(row, 'scanned_at'),
      content: text(row, 'content'),
      judgedBy: text(row, 'judged_by'),
      report: v.parse(storedReport, row['report']),
    };
  }

  /** The newest scan of each version of models in short, by the names of the models. */
  summaries(names: readonly string[]): ReadonlyMap<string, readonly ScanSummary[]> {
    const rows = this.db
      .prepare(
        `SELECT m.name, s.version, s.scanned_at, s.verdict, s.blocks, s.reviews, max(s.id) FROM json_each(?) j
         CROSS JOIN registered_model m ON m.name = j.value AND m.deleted_at IS NULL
         CROSS JOIN model_scan s ON s.model_id = m.id GROUP BY m.id, s.version ORDER BY s.version DESC`,
      )
      .all([JSON.stringify(names)]);
    const found = new Map<string, ScanSummary[]>();
    for (const row of rows) {
      const own = found.get(text(row, 'name')) ?? [];
      own.push({
        version: integer(row, 'version'),
        scannedAt: integer(row, 'scanned_at'),
        verdict: v.parse(verdict, row['verdict']),
        blocks: integer(row, 'blocks'),
        reviews: integer(row, 'reviews'),
      });
      found.set(text(row, 'name'), own);
    }
    return found;
  }

  /** Of the newest versions of a model those that were never scanned; prompts have no files. */
  unscanned(name: string, limit: number): readonly number[] {
    return this.db
      .prepare(
        `SELECT mv.version FROM registered_model m JOIN model_version mv ON mv.model_id = m.id AND mv.deleted_at IS NULL
         WHERE m.name = ? AND m.deleted_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM model_scan s WHERE s.model_id = m.id AND s.version = mv.version)
         ORDER BY mv.version DESC LIMIT ?`,
      )
      .all([name, limit])
      .map(row => integer(row, 'version'));
  }
}

const verdict = v.picklist(['pass', 'review', 'block']);
const storedReport = v.pipe(v.string(), v.parseJson(), scanReportSchema);
