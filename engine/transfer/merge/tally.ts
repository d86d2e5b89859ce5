import type { ImportCounts, ImportReport, SourceKind, TransferProblem } from '../../protocol/transfer';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Problems that a report spells out. */
export const MOST_PROBLEMS = 1_000;

/** Collects problems, the first of them with all they say. */
export class Problems {
  readonly listed: TransferProblem[] = [];
  more = 0;

  get count(): number {
    return this.listed.length + this.more;
  }

  add(problem: TransferProblem): void {
    if (this.listed.length < MOST_PROBLEMS) this.listed.push(problem);
    else this.more++;
  }
}

/** Notes that a report spells out. */
const MOST_NOTES = 50;

const noCounts = (): Writable<ImportCounts> => ({
  imported: 0,
  updated: 0,
  unchanged: 0,
  conflicting: 0,
  broken: 0,
  incomplete: 0,
});

/** What has come of an import so far. */
export class Tally {
  readonly runs = noCounts();
  experiments = 0;
  points = 0;
  readonly artifacts = { files: 0, bytes: 0 };
  readonly problems = new Problems();
  readonly models = noCounts();
  readonly versions = noCounts();
  private readonly notes: string[] = [];
  private moreNotes = 0;

  /** Runs that have been looked at. */
  get seen(): number {
    return seenOf(this.runs);
  }

  get seenModels(): number {
    return seenOf(this.models);
  }

  /** The first of them are told, and how many more there were. */
  note(text: string): void {
    if (this.notes.length < MOST_NOTES) this.notes.push(text);
    else this.moreNotes++;
  }

  report(source: string, kind: SourceKind): ImportReport {
    const { runs, models, versions, experiments, points, artifacts, problems, notes, moreNotes } = this;
    return {
      source,
      kind,
      runs: { ...runs },
      models: { ...models },
      versions: { ...versions },
      experiments,
      points,
      artifacts: { ...artifacts },
      problems: problems.listed,
      moreProblems: problems.more,
      notes: moreNotes > 0 ? [...notes, `… and ${moreNotes} more of the kind.`] : notes,
    };
  }
}

const seenOf = ({ imported, updated, unchanged, conflicting, broken }: ImportCounts): number =>
  imported + updated + unchanged + conflicting + broken;
