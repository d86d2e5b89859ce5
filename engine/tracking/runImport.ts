import { experimentId } from '../ids';
import type { ExperimentId, RunId } from '../protocol/ids';
import type { Database } from '../store/database';
import { ArtifactStore } from './artifactStore';
import { ExperimentStore } from './experimentStore';
import { experimentExists } from './failures';
import type { ImportedExperiment, ImportedRun, ImportedPoint, StoredPoint, KnownRun } from './importedRun';
import { ImportStore } from './importStore';
import { MetricWriter } from './metricWriter';
import { addExact } from './records';
import type { RunRow, RunStore } from './runStore';

export interface RunImportOptions {
  readonly db: Database;
  readonly runs: RunStore;
  readonly now: () => number;
  /** Runs a write in a transaction of its own, behind all that waits to be written. */
  readonly write: <T>(work: () => T) => T;
  /** Tells of a run once the transaction is through. */
  readonly changed: (run: RunRow) => void;
  /** What those who log remember of series is out of date: within a `write`. */
  readonly forgetSeries: () => void;
}

/**
 * Takes in runs that were made elsewhere. Every call but `write` and the reading ones belongs into a `write`, which must
 * stay small: other clients wait for it.
 */
export class RunImport {
  private readonly store: ImportStore;
  private readonly experiments: ExperimentStore;
  private readonly artifacts: ArtifactStore;
  /** Remembers where series stand; only as long as nobody else commits anything. */
  private writer: MetricWriter;
  private commits = 0;
  private seenCommits = 0;

  constructor(private readonly options: RunImportOptions) {
    options.db.onCommit(() => this.commits++);
    this.store = new ImportStore(options.db);
    this.experiments = new ExperimentStore(options.db);
    this.artifacts = new ArtifactStore(options.db);
    this.writer = new MetricWriter(options.db);
  }

  /** One transaction. Points are written by its end. */
  write<T>(work: () => T): T {
    try {
      return this.options.write(() => {
        if (this.commits !== this.seenCommits) this.forget();
        const result = work();
        this.writer.finish();
        return result;
      });
    } catch (error) {
      this.forget();
      throw error;
    } finally {
      this.seenCommits = this.commits;
    }
  }

  /** The experiment of that name, made as it is elsewhere. @throws ModelyardError `conflict` when it was deleted here */
  experiment(experiment: ImportedExperiment): { readonly id: ExperimentId; readonly isNew: boolean } {
    const found = this.experiments.byName(experiment.name);
    if (found?.lifecycle === 'deleted' && experiment.lifecycle === 'active')
      throw experimentExists(experiment.name, 'deleted');
    if (found !== undefined) return { id: found.id, isNew: false };
    const id = this.store.insertExperiment(experiment, this.options.now());
    return { id: experimentId(String(id)), isNew: true };
  }

  find(id: RunId): KnownRun | undefined {
    const run = this.options.runs.byId(id);
    if (run === undefined) return undefined;
    const [record] = this.options.runs.records([run.row]);
    if (record === undefined) return undefined;
    return {
      row: run.row,
      id,
      experimentId: run.experimentId,
      name: run.name,
      status: run.status,
      user: run.user,
      startedAt: run.startedAt,
      ...(run.endedAt !== undefined && { endedAt: run.endedAt }),
      lifecycle: run.lifecycle,
      params: record.params,
      tags: record.tags,
      inputs: record.inputs,
      artifacts: this.artifacts.below(run, undefined),
      series: this.store.series(run.row),
    };
  }

  /** Makes the run. `isHidden`: it shows only once `reveal` is called, when its points are complete. */
  insert(run: ImportedRun, isHidden = false): number {
    const hidden = { ...run, lifecycle: 'deleted' } as const;
    const row = this.store.insertRun(isHidden ? hidden : run, isHidden ? 0 : this.deletedAt(run));
    this.store.putParams(row, run.params);
    this.store.putTags(row, run.tags);
    this.store.putInputs(row, run.inputs);
    this.store.putArtifacts(row, run.artifacts, this.options.now());
    return row;
  }

  reveal(run: ImportedRun, row: number): void {
    this.store.setLifecycle(row, run.lifecycle, this.deletedAt(run));
    this.tell(run.id);
  }

  /** Makes a known run what it is elsewhere; params, inputs and artifacts that are here only stay. */
  update(run: ImportedRun, row: number): void {
    this.store.updateRun(row, run, this.deletedAt(run));
    this.store.putParams(row, run.params);
    this.store.removeTags(row);
    this.store.putTags(row, run.tags);
    this.store.putInputs(row, run.inputs);
    this.store.putArtifacts(row, run.artifacts, this.options.now());
    this.tell(run.id);
  }

  /** Adds points; those that are there already change nothing. `isKnown`: others may log to the run. */
  addPoints(run: RunId, points: Iterable<ImportedPoint>, isKnown = false): number {
    const row = this.options.runs.byId(run);
    if (row === undefined) return 0;
    if (isKnown) this.options.forgetSeries();
    let added = 0;
    for (const point of points) if (this.writer.add(row, point)) added++;
    return added;
  }

  /** The points of a series by step, read in pieces of `size`; other work may be done between them. */
  *points(run: KnownRun, series: number, size: number): Generator<readonly StoredPoint[]> {
    let piece = this.store.points(series, undefined, size);
    while (piece.length > 0) {
      yield piece.map(({ step, time, value }) => ({ step, time: addExact(time, run.startedAt), value }));
      piece = piece.length < size ? [] : this.store.points(series, piece.at(-1), size);
    }
  }

  /** Whether a series has this point already. */
  hasPoint(run: KnownRun, series: number, point: StoredPoint): boolean {
    return this.store.hasPoint(series, { ...point, time: addExact(point.time, run.startedAt, -1) });
  }

  /** Takes a piece of an unfinished run away, at most so many points. @returns whether something is left */
  removePiece(row: number, points: number): boolean {
    this.forget();
    return this.store.removePiece(row, points);
  }

  /** The same for one metric of a run that stays. */
  removeSeriesPiece(row: number, key: string, points: number): boolean {
    const series = this.store.series(row).find(one => one.key === key);
    if (series === undefined) return false;
    this.store.removeSeriesPiece(series.id, points);
    this.forget();
    this.options.forgetSeries();
    return true;
  }

  /** Tells of a run after the transaction. */
  tell(id: RunId): void {
    const row = this.options.runs.byId(id);
    if (row !== undefined) this.options.changed(row);
  }

  private forget(): void {
    this.writer = new MetricWriter(this.options.db);
  }

  /** Runs of a deleted experiment come back with it: they are marked with the moment of its deletion. */
  private deletedAt(run: ImportedRun): number | undefined {
    if (run.lifecycle === 'active') return undefined;
    const experiment = this.experiments.byId(run.experimentId);
    return experiment?.lifecycle === 'deleted' ? experiment.updatedAt : this.options.now();
  }
}
