import type { ExperimentId, RunId } from '../protocol/ids';
import type { RunSearch } from '../protocol/methods';
import type { ArtifactEntry, Experiment, MetricSeries, RunStatus, RunSummary } from '../protocol/tracking';
import type { Database } from '../store/database';
import { Artifacts } from './artifacts';
import type { ArtifactBytes, ArtifactObjects } from './artifacts';
import type { ArtifactFile } from './artifactStore';
import type { ExperimentSearch } from './experimentSearch';
import { Experiments } from './experiments';
import type { ExperimentPage } from './experiments';
import { invalid } from './failures';
import { FAILURE_TAG, Liveness } from './liveness';
import { MetricReader } from './metricReader';
import type { HistoryPage } from './metricReader';
import { toSummary } from './records';
import type { NewRun, PointInput, RunBatch, RunInputDetail, RunRecord, RunUpdate, TrackingEvents } from './records';
import { RunImport } from './runImport';
import { RunLog } from './runLog';
import { Runs } from './runs';
import type { RunRow } from './runStore';

export interface TrackingOptions {
  readonly store: { readonly db: Database; readonly objects: ArtifactObjects };
  readonly events: TrackingEvents;
  /** ms since 1970 */
  readonly now?: () => number;
  /** Silence after which a run with a promised heartbeat counts as dead. Default 60 s. */
  readonly heartbeatTimeoutMs?: number;
}

type Texts = Readonly<Record<string, string>>;

/**
 * Experiments, runs and all that is logged to them. A run is named by its id; `getRun` and `findRun` also take `r-42`,
 * `42` and the beginning of an id. What returns a promise resolves, and what does not returns, when the change is on the
 * disk. Errors: `not-found`, `conflict` (deleted, exists, immutable), `params.invalid`, `store.*`.
 */
export class TrackingService {
  private readonly log: RunLog;
  private readonly experimentBook: Experiments;
  private readonly runs: Runs;
  private readonly metrics: MetricReader;
  private readonly files: Artifacts;
  private readonly liveness: Liveness;
  private readonly now: () => number;
  /** Takes in runs that were made elsewhere. */
  readonly imports: RunImport;

  constructor(options: TrackingOptions) {
    const { db, objects } = options.store;
    const now = options.now ?? Date.now;
    this.now = now;
    this.log = new RunLog({ db, now, events: options.events, runs: () => this.runs });
    const write = <T>(work: () => T): T => this.log.write(work);
    const changed = (run: RunRow): void => this.log.changed(run);
    this.experimentBook = new Experiments({ db, now, write });
    this.runs = new Runs({ db, now, write, changed, activeExperiment: id => this.experimentBook.active(id) });
    this.metrics = new MetricReader(db);
    this.files = new Artifacts({ db, objects, now, write, changed });
    const forgetSeries = (): void => this.log.forgetSeries();
    this.imports = new RunImport({ db, now, write, changed, forgetSeries, runs: this.runs.store });
    this.liveness = new Liveness({ runs: this.runs.store, now, timeoutMs: options.heartbeatTimeoutMs ?? 60_000 });
  }

  // experiments ------------------------------------------------------------------------------------------------------
  /** The active ones, last changed first. */
  experiments(): readonly Experiment[] {
    return this.experimentBook.list();
  }
  searchExperiments(search: ExperimentSearch): ExperimentPage {
    return this.experimentBook.search(search);
  }
  /** The experiment of that name, made when there is none. */
  ensureExperiment(name: string): Experiment {
    return this.experimentBook.ensure(name);
  }
  createExperiment(name: string, tags: Texts = {}): Experiment {
    return this.experimentBook.create(name, tags);
  }
  /** Also a deleted one. */
  getExperiment(id: ExperimentId): Experiment {
    return this.experimentBook.get(id);
  }
  experimentByName(name: string): Experiment {
    return this.experimentBook.byName(name);
  }
  renameExperiment(id: ExperimentId, name: string): Experiment {
    return this.experimentBook.rename(id, name);
  }
  /** Its runs are deleted with it. */
  deleteExperiment(id: ExperimentId): void {
    this.experimentBook.delete(id);
  }
  /** With the runs that were deleted with it. */
  restoreExperiment(id: ExperimentId): void {
    this.experimentBook.restore(id);
  }
  setExperimentTag(id: ExperimentId, key: string, value: string): void {
    this.experimentBook.setTag(id, key, value);
  }
  deleteExperimentTag(id: ExperimentId, key: string): void {
    this.experimentBook.deleteTag(id, key);
  }

  // runs -------------------------------------------------------------------------------------------------------------
  createRun(run: NewRun): RunSummary {
    return toSummary(this.runs.record(this.runs.create(run)));
  }
  getRun(run: string): RunSummary {
    return toSummary(this.runs.record(this.runs.find(run)));
  }
  /** By its whole id only, with 64-bit integers and inputs exact. */
  record(id: RunId): RunRecord {
    return this.runs.record(this.runs.get(id));
  }
  /** A status that ends the run sets its end to now, when no end is given. */
  updateRun(id: RunId, change: RunUpdate): RunSummary {
    return toSummary(this.runs.record(this.runs.update(id, change)));
  }
  endRun(id: RunId, status: RunStatus): void {
    this.runs.update(id, { status });
  }
  deleteRun(id: RunId): void {
    this.runs.setLifecycle(id, 'deleted');
  }
  restoreRun(id: RunId): void {
    this.runs.setLifecycle(id, 'active');
  }
  /** MLflow's filter and order; at most 1,000 runs a page unless `limit` says otherwise (up to 50,000). */
  search(search: RunSearch): { readonly runs: readonly RunSummary[]; readonly nextPageToken?: string } {
    const { records, ...rest } = this.runs.search(search);
    return { runs: records.map(toSummary), ...rest };
  }
  searchRecords(search: RunSearch): { readonly records: readonly RunRecord[]; readonly nextPageToken?: string } {
    return this.runs.search(search);
  }

  // logging ----------------------------------------------------------------------------------------------------------
  /** A param keeps its first value: another one is refused. */
  logParams(id: RunId, params: Texts): void {
    this.log.logNow(id, { params });
  }
  setTags(id: RunId, tags: Texts): void {
    this.log.logNow(id, { tags });
  }
  deleteTag(id: RunId, key: string): void {
    this.log.deleteTag(id, key);
  }
  /** Shares commits with other callers; more than 10,000 points take several. */
  logMetrics(id: RunId, points: readonly PointInput[]): Promise<void> {
    return this.log.logMetrics(id, points);
  }
  /** All of it or nothing, in a shared commit. `single`: words a refused param as the only one. */
  logBatch(id: RunId, batch: RunBatch, options: { readonly single?: boolean } = {}): Promise<void> {
    return this.log.logBatch(id, batch, options.single === true);
  }
  /** The same dataset, digest and context a second time changes nothing. */
  logInputs(id: RunId, inputs: readonly RunInputDetail[]): void {
    this.log.logInputs(id, inputs);
  }
  /** Everything logged so far is on the disk when it returns. */
  flush(): void {
    this.log.drain();
  }
  close(): void {
    this.log.drain();
  }

  // metrics ----------------------------------------------------------------------------------------------------------
  /** By time, step and value. Without `maxResults`: all points. */
  history(id: RunId, key: string, page: { maxResults?: number; pageToken?: string } = {}): HistoryPage {
    return this.metrics.history(this.runs.get(id), key, page);
  }
  /** Curves for charts, by step; all metrics unless keys are named. */
  series(id: RunId, keys: readonly string[] | undefined, maxPoints = 1_000): readonly MetricSeries[] {
    if (!Number.isInteger(maxPoints) || maxPoints < 1 || maxPoints > 100_000)
      throw invalid(`The number of points of a curve must be between 1 and 100000, not ${maxPoints}.`);
    return this.metrics.series(this.runs.get(id), keys, maxPoints);
  }

  // artifacts --------------------------------------------------------------------------------------------------------
  /** A file that is in the object store. */
  logArtifact(id: RunId, path: string, file: Omit<ArtifactFile, 'path'>): void {
    this.files.log(this.runs.active(id), [{ path, digest: file.digest, size: file.size }]);
  }
  logArtifactBytes(id: RunId, path: string, bytes: Uint8Array): void {
    this.files.putBytes(this.runs.active(id), path, bytes);
  }
  /** The files of a folder of the disk, below `prefix`, in one commit. */
  logArtifactFolder(
    id: RunId,
    folder: { readonly path: string; readonly prefix: string },
    signal?: AbortSignal,
  ): Promise<readonly ArtifactFile[]> {
    return this.files.logFolder(this.runs.active(id), folder, signal);
  }
  artifacts(id: RunId, path?: string): readonly ArtifactEntry[] {
    return this.files.list(this.runs.get(id), path);
  }
  /** @throws ModelyardError `not-found` also for a folder */
  artifact(id: RunId, path: string): ArtifactFile {
    return this.files.get(this.runs.get(id), path);
  }
  readArtifact(id: RunId, path: string, maxBytes?: number): Promise<ArtifactBytes> {
    return this.files.read(this.runs.get(id), path, maxBytes);
  }
  deleteArtifact(id: RunId, path: string): void {
    this.files.delete(this.runs.active(id), path);
  }

  // life -------------------------------------------------------------------------------------------------------------
  heartbeat(id: RunId): void {
    const run = this.runs.get(id);
    if (run.heartbeatAt !== undefined) this.log.write(() => this.runs.store.beat(run, this.now()));
  }
  /** Marks the runs whose heartbeat has stopped as failed. To be called every few seconds. */
  sweep(): readonly RunId[] {
    return this.fail(this.liveness.silent());
  }
  /** At the start of an engine: the runs that the last one left behind have failed. */
  recover(): readonly RunId[] {
    return this.fail(this.liveness.orphans());
  }

  private fail(dead: readonly { readonly run: RunRow; readonly reason: string }[]): readonly RunId[] {
    if (dead.length === 0) return [];
    this.log.write(() => {
      for (const { run, reason } of dead) {
        const endedAt = run.heartbeatAt ?? run.startedAt;
        this.runs.store.update(run, { status: 'FAILED', endedAt, name: run.name });
        this.runs.store.setTag(run, FAILURE_TAG, reason);
        this.log.changed(run);
      }
    });
    return dead.map(({ run }) => run.id);
  }
}
