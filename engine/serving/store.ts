import * as v from 'valibot';
import type { ServingTest } from '../protocol/serving';
import { servingTestSchema } from '../schemas/servingTest';
import type { Database } from '../store/database';
import { text } from '../store/row';

/** What versions did when they were served; each test is kept. */
export class ServingStore {
  constructor(private readonly db: Database) {}

  record(test: ServingTest): void {
    this.db.transaction(() => {
      this.db
        .prepare(
          `INSERT INTO serving_test (model_id, version, tested_at, report)
           SELECT id, ?, ?, ? FROM registered_model WHERE name = ? AND deleted_at IS NULL`,
        )
        .run([test.version, test.testedAt, JSON.stringify(test), test.model]);
    });
  }

  /** Newest first. */
  tests(model: string, version: number, limit: number): readonly ServingTest[] {
    return this.db
      .prepare(
        `SELECT report FROM serving_test s JOIN registered_model m ON m.id = s.model_id AND m.deleted_at IS NULL
         WHERE m.name = ? AND s.version = ? ORDER BY s.id DESC LIMIT ?`,
      )
      .all([model, version, limit])
      .map(row => v.parse(stored, text(row, 'report')));
  }
}

const stored = v.pipe(v.string(), v.parseJson(), servingTestSchema);
