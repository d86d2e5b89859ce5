import { open, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { Database, Row } from '../../store/database';
import { integer, optionalInteger, text } from '../../store/row';
import { nodeFiles } from '../../store/hostFiles';

/** Bytes after which a file gets no more rows; smaller ones are put together. */
const LARGE = 16 << 20;
/** Small files of a view that are sealed before they are put together. */
const MANY = 16;

interface Segment {
  readonly number: number;
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  readonly newest: number;
  readonly isSealed: boolean;
}

export interface PushedLines {
  /** JSON objects, in the order in which they were pushed. */
  readonly lines: readonly string[];
  /** µs, of the newest event. */
  readonly newest: number;
}

/**
 * Rows that were pushed to views, for all who read their sources later: files of JSON lines. Readers get files that are not
 * written to any more; what the database does not count in a file was never acknowledged.
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
  append(view: string, { lines, newest }: PushedLines, also: () => Promise<void>): Promise<void> {
    return this.inTurn(view, async () => {
      const segment = this.open(view);
      await mkdir(this.folder, { recursive: true });
      const file = await open(path.join(this.folder, segment.file), segment.bytes === 0 ? 'w+' : 'r+');
      const written = Buffer.from(lines.map(line => `${line}\n`).join(''));
      try {
        const { size } = await file.stat();
        if (size < segment.bytes) throw shortened(view, segment.file);
        await file.truncate(segment.bytes); // what an engine left that was killed while it wrote
        try {
          await file.write(written, 0, written.length, segment.bytes);
          await file.datasync();
          await also();
        } catch (error) {
          await file.truncate(segment.bytes).catch(() => undefined);
          throw error;
        }
      } finally {
        await file.close();
      }
      if (segment.bytes === 0) nodeFiles.syncFolder(this.folder);
      this.count(view, {
        ...segment,
        bytes: segment.bytes + written.length,
        rows: segment.rows + lines.length,
        newest: Math.max(segment.newest, newest),
      });
    });
  }

  /** Absolute paths of all files of a view, in order; they get no more rows. */
  files(view: string): Promise<readonly string[]> {
    return this.inTurn(view, async () => {
      this.db.transaction(() =>
        this.db.prepare('UPDATE feature_push_segment SET sealed = 1 WHERE view = ?').run([view]),
      );
      const segments = await this.together(view, this.segments(view));
      return segments.map(({ file }) => path.join(this.folder, file));
    });
  }

  /** µs, of the newest event that was pushed. */
  newest(view: string): number | undefined {
    const row = this.db
      .prepare('SELECT max(newest_event) AS newest FROM feature_push_segment WHERE view = ?')
      .get([view]);
    return optionalInteger(row ?? {}, 'newest');
  }

  /** Before anybody reads: removes what an engine left that was killed. */
  async recover(): Promise<void> {
    const known = new Map<string, number>();
    for (const row of this.db.prepare('SELECT file, bytes FROM feature_push_segment').all())
      known.set(text(row, 'file'), integer(row, 'bytes'));
    for (const name of await readdir(this.folder).catch(() => [])) {
      const bytes = known.get(name);
      const file = path.join(this.folder, name);
      if (bytes === undefined) await rm(file, { force: true });
      else await cutTo(file, bytes);
    }
  }

  /** The file that gets the next rows. */
  private open(view: string): Segment {
    const last = this.segments(view).at(-1);
    if (last && !last.isSealed && last.bytes < LARGE) return last;
    const number = (last?.number ?? 0) + 1;
    return { number, file: `${view}.${number}.jsonl`, bytes: 0, rows: 0, newest: 0, isSealed: false };
  }

  /** Puts small files into one, so that reading them does not cost more with each reading. */
  private async together(view: string, segments: readonly Segment[]): Promise<readonly Segment[]> {
    const first = segments.findLastIndex(({ bytes }) => bytes >= LARGE) + 1;
    const run = segments.slice(first);
    if (run.length < MANY) return segments;
    const last = run.at(-1)!;
    const file = `${view}.${run[0]!.number}-${last.number}.jsonl`;
    const target = path.join(this.folder, file);
    const whole = await open(`${target}.partial`, 'w');
    try {
      for (const segment of run) {
        const bytes = await readFile(path.join(this.folder, segment.file));
        await whole.writeFile(bytes.subarray(0, segment.bytes));
      }
      await whole.datasync();
    } finally {
      await whole.close();
    }
    await rename(`${target}.partial`, target);
    nodeFiles.syncFolder(this.folder);
    const merged: Segment = {
      ...{ number: last.number, file, isSealed: true },
      bytes: run.reduce((sum, { bytes }) => sum + bytes, 0),
      rows: run.reduce((sum, { rows }) => sum + rows, 0),
      newest: Math.max(...run.map(({ newest }) => newest)),
    };
    // the files themselves may be read by somebody: the next engine removes them
    this.db.transaction(() => {
      const forget = this.db.prepare('DELETE FROM feature_push_segment WHERE view = ? AND number = ?');
      for (const { number } of run) forget.run([view, number]);
      this.count(view, merged);
    });
    return [...segments.slice(0, first), merged];
  }

  private count(view: string, { number, file, bytes, rows, newest, isSealed }: Segment): void {
    this.db.transaction(() =>
      this.db
        .prepare(
          `INSERT OR REPLACE INTO feature_push_segment (view, number, file, bytes, row_count, newest_event, sealed)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run([view, number, file, bytes, rows, newest, Number(isSealed)]),
    );
  }

  private segments(view: string): readonly Segment[] {
    return this.db
      .prepare('SELECT * FROM feature_push_segment WHERE view = ? ORDER BY number')
      .all([view])
      .map(row => segmentOf(row));
  }

  private inTurn<T>(view: string, work: () => Promise<T>): Promise<T> {
    const own = (this.queues.get(view) ?? Promise.resolve()).then(work);
    this.queues.set(
      view,
      own.catch(() => undefined),
    );
    return own;
  }
}

async function cutTo(file: string, bytes: number): Promise<void> {
  const opened = await open(file, 'r+');
  try {
    if ((await opened.stat()).size > bytes) await opened.truncate(bytes);
  } finally {
    await opened.close();
  }
}

const segmentOf = (row: Row): Segment => ({
  number: integer(row, 'number'),
  file: text(row, 'file'),
  bytes: integer(row, 'bytes'),
  rows: integer(row, 'row_count'),
  newest: integer(row, 'newest_event'),
  isSealed: integer(row, 'sealed') === 1,
});

const shortened = (view: string, file: string): ModelyardError =>
  new ModelyardError('store.corrupt', `The file ${file} of rows that were pushed to ${view} has lost rows.`, {
    fix: 'Bring the folder .modelyard/features/pushed back from a copy.',
  });
