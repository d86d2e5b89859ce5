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
   * Appends rows, on the disk when this resolves.
   * @param also is done before they count; when it fails, they do not
   */
  append(view: string, pushed: PushedLines, also: () => Promise<void>): Promise<void> {
    const own = (this.queues.get(view) ?? Promise.resolve()).then(() => this.write(view, pushed, also));
    this.queues.set(
      view,
      own.catch(() => undefined),
    );
    return own;
  }

  file(view: string): PushedFile | undefined {
    const logged = this.logged(view);
    return logged && { path: path.join(this.folder, logged.file), bytes: logged.bytes };
  }

  /** µs, of the newest event that was pushed. */
  newest(view: string): number | undefined {
    return this.logged(view)?.newest;
  }

  private async write(view: string, { lines, newest }: PushedLines, also: () => Promise<void>): Promise<void> {
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
    await also();
    this.put(view, {
      file: logged.file,
      bytes: logged.bytes + bytes.length,
      rows: logged.rows + lines.length,
      newest: Math.max(logged.newest, newest),
    });
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
