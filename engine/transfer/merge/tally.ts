import type { ImportCounts, ImportReport, SourceKind, TransferProblem } from '../../protocol/transfer';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Problems that a report spells out. */
const MOST_PROBLEMS = 1_000;

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

/** Collects notes: the first of them are told, and how many more there were. */
export class Notes {
  private readonly first: string[] = [];
  private more = 0;

  add(text: string): void {
    if (this.first.length < MOST_NOTES) this.first.push(text);
    else this.more++;
  }

  listed(): readonly string[] {
    return this.more > 0 ? [...this.first, `… and ${this.more} more of the kind.`] : [...this.first];
  }
}

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
  private readonly notes = new Notes();

  /** Runs that have been looked at. */
  get seen(): number {
    return seenOf(this.runs);
  }

  get seenModels(): number {
    return seenOf(this.models);
  }

  note(text: string): void {
    this.notes.add(text);
  }

  report(source: string, kind: SourceKind): ImportReport {
    const { runs, models, versions, experiments, points, artifacts, problems, notes } = this;
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
      notes: notes.listed(),
    };
  }
}

const seenOf = ({ imported, updated, unchanged, conflicting, broken }: ImportCounts): number =>
  imported + updated + unchanged + conflicting + broken;
