import { RunDocuments } from './runDocuments';
import type { RunDocument } from './runDocuments';
import type { Database } from '../store/database';

/** Writes a run as text; of one run always the same. */
export type WriteRun = (run: RunDocument) => string;

/** Characters of texts that are kept: some ten thousand runs of ten params and metrics. */
const LIMIT = 24 << 20;
const BATCH = 200;

/**
 * Runs as texts, kept until the run changes: who looks at a table of runs asks for the same ones again and again. Told of
 * every commit to runs by `forget`, before anybody else can ask.
 */
export class RunTexts {
  private readonly documents: RunDocuments;
  private readonly texts = new Map<number, string>();
  private size = 0;
  private write: WriteRun | undefined;

  constructor(
    db: Database,
    private readonly limit = LIMIT,
  ) {
    this.documents = new RunDocuments(db);
  }

  /** In the order of the numbers; those that do not exist are left out. To be taken before anything is written. */
  *each(numbers: readonly number[], write: WriteRun): Iterable<string> {
    if (write !== this.write) this.forget();
    this.write = write;
    for (let from = 0; from < numbers.length; from += BATCH) {
      const batch = numbers.slice(from, from + BATCH);
      const known = batch.map(number => this.texts.get(number));
      const missing = batch.filter((_, index) => known[index] === undefined);
      const read = new Map(this.documents.of(missing).map(run => [run.info.row, this.keep(run.info.row, write(run))]));
      for (const [index, number] of batch.entries()) {
        const text = known[index] ?? read.get(number);
        if (text !== undefined) yield text;
      }
    }
  }

  /** A run, or any, has changed. */
  forget(number?: number): void {
    if (number === undefined) {
      this.texts.clear();
      this.size = 0;
      return;
    }
    this.size -= this.texts.get(number)?.length ?? 0;
    this.texts.delete(number);
  }

  private keep(number: number, text: string): string {
    this.texts.set(number, text);
    this.size += text.length;
    for (const [oldest] of this.texts) {
      if (this.size <= this.limit) break;
      this.forget(oldest);
    }
    return text;
  }
}
