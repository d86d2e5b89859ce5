import { digest } from '../ids';
import type { Digest } from '../protocol/ids';
import type { Database } from '../store/database';
import { integer, text } from '../store/row';

/** The table `imported_run`. */
export class TransferStore {
  constructor(private readonly db: Database) {}

  /** The content that a run had in its source when it came, or came again, last. */
  last(run: number): { readonly digest: Digest; readonly source: string } | undefined {
    const row = this.db.prepare('SELECT digest, source FROM imported_run WHERE run_id = ? AND finished = 1').get([run]);
    return row && { digest: digest(text(row, 'digest')), source: text(row, 'source') };
  }

  record(run: number, came: { digest: Digest; source: string; at: number; finished: boolean }): void {
    this.db
      .prepare(
        'INSERT OR REPLACE INTO imported_run (run_id, digest, source, imported_at, finished) VALUES (?, ?, ?, ?, ?)',
      )
      .run([run, came.digest, came.source, came.at, Number(came.finished)]);
  }

  /** Runs whose points are not all here: the engine ended in the middle. */
  unfinished(): readonly number[] {
    return this.db
      .prepare('SELECT run_id FROM imported_run WHERE finished = 0')
      .all()
      .map(row => integer(row, 'run_id'));
  }
}
