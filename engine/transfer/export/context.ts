import type { ProgressReport } from '../../protocol/progress';
import type { ExportReport, ExportTarget, TransferProblem } from '../../protocol/transfer';
import type { ObjectStore } from '../../store/objects';
import { Notes, Problems } from '../merge/tally';
import type { ModelExportPort } from '../modelPort';
import type { ExportPort, ImportPort } from '../ports';
import { nounOf } from '../../plural';

/** What every way out has of the workspace. */
export interface ExportContext {
  readonly runs: ExportPort;
  readonly imports: Pick<ImportPort, 'find' | 'points'>;
  readonly models: ModelExportPort;
  readonly objects: ObjectStore;
  readonly now: () => number;
  readonly progress: (report: ProgressReport) => void;
}

/** What has come of an export so far. */
export class ExportTally {
  readonly runs = { exported: 0, unchanged: 0, broken: 0 };
  readonly models = { exported: 0, unchanged: 0, broken: 0 };
  readonly versions = { exported: 0, unchanged: 0, broken: 0 };
  private readonly notes = new Notes();
  points = 0;
  readonly artifacts = { files: 0, bytes: 0 };
  readonly problems = new Problems();
  private lastAt = 0;

  constructor(
    private readonly total: number,
    private readonly progress: (report: ProgressReport) => void,
  ) {}

  note(text: string): void {
    this.notes.add(text);
  }

  /** What was found of models before anything went: each problem is a version that stays. */
  selected({ notes, problems }: { notes: readonly string[]; problems: readonly TransferProblem[] }): void {
    notes.forEach(text => this.note(text));
    problems.forEach(problem => this.problems.add(problem));
    this.versions.broken += problems.length;
  }

  /** Says how far it is, now and then. */
  tell(): void {
    const { exported, unchanged, broken } = this.runs;
    const now = performance.now();
    if (now - this.lastAt < 100) return;
    this.lastAt = now;
    const seen = exported + unchanged + broken;
    const message = `${seen.toLocaleString('en-US')} of ${this.total.toLocaleString('en-US')} ${nounOf(this.total, 'run')}`;
    this.progress({ message, fraction: this.total === 0 ? 1 : seen / this.total });
  }

  report(kind: ExportTarget['kind'], to: string): ExportReport {
    const { runs, models, versions, points, artifacts, problems, notes } = this;
    return {
      to,
      kind,
      runs: { ...runs },
      models: { ...models },
      versions: { ...versions },
      points,
      artifacts: { ...artifacts },
      problems: problems.listed,
      moreProblems: problems.more,
      notes: notes.listed(),
    };
  }
}
