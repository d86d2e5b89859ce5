import type { ImportReport, SourceKind, TransferProblem } from '../../protocol/transfer';

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

/** What has come of an import so far. */
export class Tally {
  readonly runs: Writable<ImportReport['runs']> = {
    imported: 0,
    updated: 0,
    unchanged: 0,
    conflicting: 0,
    broken: 0,
    incomplete: 0,
  };
  experiments = 0;
  points = 0;
  readonly artifacts = { files: 0, bytes: 0 };
  readonly problems = new Problems();
  readonly notes: string[] = [];

  /** Runs that have been looked at. */
  get seen(): number {
    const { imported, updated, unchanged, conflicting, broken } = this.runs;
    return imported + updated + unchanged + conflicting + broken;
  }

  report(source: string, kind: SourceKind): ImportReport {
    const { runs, experiments, points, artifacts, problems, notes } = this;
    return {
      source,
      kind,
      runs: { ...runs },
      experiments,
      points,
      artifacts: { ...artifacts },
      problems: problems.listed,
      moreProblems: problems.more,
      notes,
    };
  }
}
