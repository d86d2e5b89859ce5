import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { Database } from '../../store/database';
import { nodeFiles } from '../../store/hostFiles';
import { integer, text } from '../../store/row';

interface Logged {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  readonly newest: number;
}

export interface PushedLines {
  /** JSON objects, in the order in which they were pushed. */
  readonly lines: readonly string[];
  /** µs, of the newest event. */
  readonly newest: number;
}

/** What a push has brought, for when it is repeated. */
export interface TakenPush {
  /** sha-256 of the rows and of what gets them. */
  readonly digest: string;
  readonly accepted: number;
  readonly stale: number;
}

/** ms for which a push is known that may be repeated. */
const KNOWN = 7 * 86_400_000;

/** A file of JSON lines, of which the first so many bytes hold and never change. */
export interface PushedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Rows that were pushed to views, for all who read their sources later: a file of JSON lines a view. What the database does not
 * count was never acknowledged; the next push writes over it.
 */
export class PushLog {
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(
    private readonly db: Database,
    /** Absolute. */
    private readonly folder: string,
  ) {}

  /**
   * Appends rows, on the disk when this resolves; pushes to a view come one after the other.
   * @param finish is told the number of the first of them, from 0, and has them count: those of which it does not never were
   */
  append(
    view: string,
    pushed: PushedLines,
    finish: (first: number, count: () => void) => Promise<void>,
  ): Promise<void> {
    const own = (this.queues.get(view) ?? Promise.resolve()).then(() => this.write(view, pushed, finish));
    this.queues.set(
      view,
      own.catch(() => undefined),
    );
    return own;
  }

  /** How many rows were pushed to a view for training. */
  rows(view: string): number {
    return this.logged(view)?.rows ?? 0;
  }

  /** What a push has brought that had this id; undefined: there was none, or long ago. */
  taken(view: string, id: string): TakenPush | undefined {
    const row = this.db.prepare('SELECT * FROM feature_push WHERE view = ? AND push_id = ?').get([view, id]);
    return row && { digest: text(row, 'digest'), accepted: integer(row, 'accepted'), stale: integer(row, 'stale') };
  }

  /** Within the transaction of the push. `at`: ms since 1970 */
  take(
    view: string,
    { id, at, digest, accepted, stale }: TakenPush & { readonly id: string; readonly at: number },
  ): void {
    this.db.transaction(() => {
      this.db.prepare('DELETE FROM feature_push WHERE pushed_at < ?').run([at - KNOWN]);
      this.db
        .prepare(
          'INSERT OR REPLACE INTO feature_push (view, push_id, digest, accepted, stale, pushed_at) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run([view, id, digest, accepted, stale, at]);
    });
  }

  /** In one commit. */
  together(work: () => void): void {
    this.db.transaction(work);
  }

  file(view: string): PushedFile | undefined {
    const logged = this.logged(view);
    return logged && { path: path.join(this.folder, logged.file), bytes: logged.bytes };
  }

  /** µs, of the newest event that was pushed. */
  newest(view: string): number | undefined {
    return this.logged(view)?.newest;
  }

  private async write(
    view: string,
    { lines, newest }: PushedLines,
    finish: (first: number, count: () => void) => Promise<void>,
  ): Promise<void> {
    const logged = this.logged(view) ?? { file: fileOf(view), bytes: 0, rows: 0, newest };
    const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));
    await mkdir(this.folder, { recursive: true });
    const file = await open(path.join(this.folder, logged.file), logged.bytes === 0 ? 'w' : 'r+');
    try {
      if ((await file.stat()).size < logged.bytes) throw shortened(view, logged.file);
      await file.truncate(logged.bytes); // what an engine left that was killed while it wrote
      for (let done = 0; done < bytes.length;) {
        // a disk that is full takes a part, and fails only when it is asked for the rest
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, logged.bytes + done);
        done += bytesWritten;
      }
      await file.datasync();
    } finally {
      await file.close();
    }
    if (logged.bytes === 0) nodeFiles.syncFolder(this.folder);
    const counted = {
      file: logged.file,
      bytes: logged.bytes + bytes.length,
      rows: logged.rows + lines.length,
      newest: Math.max(logged.newest, newest),
    };
    await finish(logged.rows, () => this.put(view, counted));
  }

  private logged(view: string): Logged | undefined {
    const row = this.db.prepare('SELECT * FROM feature_push_log WHERE view = ?').get([view]);
    if (!row) return undefined;
    const [bytes, rows, newest] = [integer(row, 'bytes'), integer(row, 'row_count'), integer(row, 'newest_event')];
    return { file: text(row, 'file'), bytes, rows, newest };
  }

  private put(view: string, { file, bytes, rows, newest }: Logged): void {
    this.db.transaction(() =>
      this.db
        .prepare(
          `INSERT OR REPLACE INTO feature_push_log (view, file, bytes, row_count, newest_event) VALUES (?, ?, ?, ?, ?)`,
        )
        .run([view, file, bytes, rows, newest]),
    );
  }
}

/** Views whose names differ in their case only have files of their own on every disk. */
const fileOf = (view: string): string => `${view}-${createHash('sha256').update(view).digest('hex').slice(0, 8)}.jsonl`;

const shortened = (view: string, file: string): ModelyardError =>
  new ModelyardError('store.corrupt', `The file ${file} of rows that were pushed to ${view} has lost rows.`, {
    fix: 'Bring the folder .modelyard/features/pushed back from a copy.',
  });
