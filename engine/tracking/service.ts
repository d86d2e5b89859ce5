import { runId } from '../ids';
import type { CurveKey, CurvesQuery, RunCurves } from '../protocol/curves';
import type { ExperimentId, RunId } from '../protocol/ids';
import type {
  RunSearch,
  ArtifactEntry,
  Experiment,
  MetricSeries,
  RunInput,
  RunStatus,
  RunSummary,
} from '../protocol/tracking';
import type { RunsChange } from '../protocol/runTable';
import type { Database } from '../store/database';
import { Artifacts } from './artifacts';
import type { ArtifactBytes, ArtifactFolder, ArtifactObjects, ModelPartOf, OwnedFolder, PartOf } from './artifacts';
import { ArtifactStore } from './artifactStore';
import type { ArtifactFile, ArtifactOwner, StoredArtifact } from './artifactStore';
import { foldersBelow } from './artifactTree';
import { EffectReader } from './effectReader';
import type { ExperimentSearch } from './experimentSearch';
import { CurveReader } from './curves/curveReader';
import { DatasetUse } from './datasetUse';
import { Experiments } from './experiments';
import type { ExperimentPage } from './experiments';
import { invalid } from './failures';
import { NewPoints } from './newPoints';
import { Liveness } from './liveness';
import { LoggedModels } from './loggedModels';
import { MetricReader } from './metricReader';
import type { HistoryPage } from './metricReader';
import { MetricSamples } from './metricSamples';
import type { SampleRange } from './metricSamples';
import { toSummary } from './records';
import type {
  ExactPoint,
  ModelOutput,
  NewRun,
  PointInput,
  RunBatch,
  RunInputDetail,
  RunRecord,
  RunUpdate,
  TrackingEvents,
} from './records';
import type { RunDocument } from './runDocuments';
import type { WriteRun } from './runTexts';
import { RunImport } from './runImport';
import { RunLog } from './runLog';
import { Runs } from './runs';
import type { RunRow } from './runStore';
import { RunTable } from './table/runTable';
import { Traces } from './traces';

export interface TrackingOptions {
  readonly store: { readonly db: Database; readonly objects: ArtifactObjects };
  readonly events: TrackingEvents;
  /** ms since 1970 */
  readonly now?: () => number;
  /** Silence after which a run with a promised heartbeat counts as dead. Default 60 s. */
  readonly heartbeatTimeoutMs?: number;
  /** Default: files may always change. */
  readonly partOf?: PartOf;
  /** The same for logged models. */
  readonly modelPartOf?: ModelPartOf;
}

type Texts = Readonly<Record<string, string>>;

/**
 * Experiments, runs and all that is logged to them. A run is named by its id; `getRun` and `findRun` also take `r-42`,
 * `42` and the beginning of an id. What returns a promise resolves, and what does not returns, when the change is on the
 * disk. Errors: `not-found`, `conflict` (deleted, exists, immutable), `params.invalid`, `store.*`.
 */
export class TrackingService {
  readonly models: LoggedModels;
  readonly traces: Traces;
  /** What finished runs have measured with which params. */
  readonly effects: EffectReader;
  readonly datasetUse: DatasetUse;
  /** What was measured since somebody looked. */
  readonly newPoints: NewPoints;
  readonly table: RunTable;
  private readonly log: RunLog;
  private readonly experimentBook: Experiments;
  private readonly runs: Runs;
  private readonly metrics: MetricReader;
  private readonly samples: MetricSamples;
  private readonly curveReader: CurveReader;
  private readonly files: Artifacts<RunRow>;
  private readonly looseFiles: Artifacts<ArtifactOwner>;
  private readonly liveness: Liveness;
  private readonly now: () => number;
  private readonly db: Database;
  private news = 0;
  /** Takes in runs that were made elsewhere. */
  readonly imports: RunImport;

  constructor(options: TrackingOptions) {
    const { db, objects } = options.store;
    const now = options.now ?? Date.now;
    this.now = now;
    this.db = db;
    this.datasetUse = new DatasetUse(db);
    this.newPoints = new NewPoints(db);
    const events: TrackingEvents = {
      runsChanged: runs => {
        this.news++;
        options.events.runsChanged(runs);
      },
      points: (id, points) => {
        this.news++;
        options.events.points(id, points);
      },
    };
    this.log = new RunLog({ db, now, events, runs: () => this.runs, models: () => this.models });
    const write = <T>(work: () => T): T => this.log.write(work);
    const changed = (run: RunRow): void => this.log.changed(run);
    this.experimentBook = new Experiments({ db, now, write });
    const activeExperiment = (id: ExperimentId): Pick<Experiment, 'id' | 'artifactLocation'> =>
      this.experimentBook.active(id);
    this.runs = new Runs({ db, now, write, changed, activeExperiment });
    const runChanged = (id: string): void => this.runChanged(id);
    const parts = { db, objects, now, write, activeExperiment, runChanged };
    const { partOf, modelPartOf } = options;
    this.models = new LoggedModels({ ...parts, ...(modelPartOf && { partOf: modelPartOf }) });
    this.traces = new Traces(parts);
    this.table = new RunTable(db, this.runs.store);
    this.metrics = new MetricReader(db);
    this.effects = new EffectReader(db);
    this.samples = new MetricSamples(db);
    this.curveReader = new CurveReader(db);
    const files = { objects, now, write };
    const store = new ArtifactStore(db);
    const protect = partOf && { partOf: (run: RunRow, path: string) => partOf(run.id, path) };
    this.files = new Artifacts({ ...files, store, changed, called: run => `run r-${run.row}`, ...protect });
    this.looseFiles = new Artifacts({
      ...files,
      store: new ArtifactStore(db, 'loose_artifact'),
      changed: () => undefined,
      called: () => 'the workspace',
    });
    const forgetSeries = (): void => this.log.forgetSeries();
    this.imports = new RunImport({ db, now, write, changed, forgetSeries, runs: this.runs.store });
    const timeoutMs = options.heartbeatTimeoutMs ?? 60_000;
    this.liveness = new Liveness({ runs: this.runs.store, now, timeoutMs, write, changed });
  }

  /** Another number when something was logged, or a run has changed, since it was asked last. */
  get changes(): number {
    return this.news;
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
  createExperiment(name: string, tags: Texts = {}, artifactLocation?: string): Experiment {
    return this.experimentBook.create(name, { tags, ...(artifactLocation !== undefined && { artifactLocation }) });
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
  /** As `createRun`, but without a tag for the user, and without reading back what was written. */
  createDocument(run: NewRun): RunDocument {
    return this.runs.newDocument(run);
  }
  getRun(run: string): RunSummary {
    return toSummary(this.runs.record(this.runs.find(run)));
  }
  /** Of the run that people call so; undefined: there is none. @throws ModelyardError when several are meant */
  numberOf(name: string): number | undefined {
    return this.runs.numberOf(name);
  }
  /** By its whole id only, ready to be written as JSON. */
  document(id: RunId): RunDocument {
    return this.runs.document(this.runs.get(id));
  }
  /** By its whole id only, with 64-bit integers and inputs exact. */
  record(id: RunId): RunRecord {
    return this.runs.record(this.runs.get(id));
  }
  /**
   * A status that ends the run sets its end to now, when no end is given. A run under way with a promised heartbeat keeps
   * its status until `endRun`: a client that continues it only logs.
   */
  updateRun(id: RunId, change: RunUpdate): RunSummary {
    return toSummary(this.runs.record(this.runs.update(id, change)));
  }
  /** Nothing but what is said changes: neither does a status set the end, nor take it away. */
  updateInfo(id: RunId, change: RunUpdate): RunRow {
    return this.runs.updateExactly(id, change);
  }
  /** By whoever made the run; also of a run that has been deleted meanwhile. */
  endRun(id: RunId, status: RunStatus): void {
    this.runs.end(id, status);
  }
  /** Tags and deletion of many runs in one commit: all of it or nothing. */
  changeRuns(change: RunsChange): void {
    this.runs.changeMany(change);
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
  /** As `search`; the texts are made while they are taken: at once, before anything else is asked. */
  searchTexts(
    search: RunSearch,
    write: WriteRun,
  ): { readonly texts: Iterable<string>; readonly nextPageToken?: string } {
    return this.runs.searchTexts(search, write);
  }
  /** As `search`, with 64-bit integers and inputs exact. */
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
  /**
   * The same dataset, digest and context a second time changes nothing. `once`: nor does the same dataset and digest in
   * another context, and how the experiment first described a dataset stays its description.
   */
  logInputs(id: RunId, inputs: readonly RunInputDetail[], options: { readonly once?: boolean } = {}): void {
    this.log.logInputs(id, inputs, options.once === true);
  }
  /** Logged models, by their ids, that the run used and made. */
  logModels(
    id: RunId,
    models: { readonly inputs?: readonly string[]; readonly outputs?: readonly ModelOutput[] },
  ): void {
    this.log.logModels(id, models);
  }
  /** The datasets that runs of the experiments read, each once for every context. */
  searchDatasets(
    experiments: readonly ExperimentId[],
    limit: number,
  ): readonly (RunInput & { readonly experimentId: ExperimentId })[] {
    return this.runs.store.datasets(experiments.map(Number), limit);
  }
  close(): void {
    this.log.drain();
  }

  // metrics ----------------------------------------------------------------------------------------------------------
  /** By time, step and value. Without `maxResults`: all points. */
  history(id: RunId, key: string, page: { maxResults?: number; pageToken?: string } = {}): HistoryPage {
    return this.metrics.history(this.runs.get(id), key, page);
  }
  /** By step, time and value: at most `maxPoints`, evenly spread, the first and the last among them. */
  sample(id: RunId, key: string, range: SampleRange): readonly ExactPoint[] {
    return this.samples.of(this.runs.get(id), key, range);
  }
  /** Curves for charts, by step; all metrics unless keys are named. */
  series(id: RunId, keys: readonly string[] | undefined, maxPoints = 1_000): readonly MetricSeries[] {
    if (!Number.isInteger(maxPoints) || maxPoints < 1 || maxPoints > 100_000)
      throw invalid(`The number of points of a curve must be between 1 and 100000, not ${maxPoints}.`);
    return this.metrics.series(this.runs.get(id), keys, maxPoints);
  }
  /** One metric of many runs, down-sampled to what a chart shows; the runs one after the other, others in between. */
  curves({ runIds, ...query }: CurvesQuery, signal: AbortSignal): Promise<RunCurves> {
    const { from = -Infinity, to = Infinity } = query;
    if (from > to) throw invalid(`The part of the x axis begins at ${from}, behind its end at ${to}.`);
    return this.curveReader.curves(
      runIds.map(id => this.runs.get(id)),
      query,
      signal,
    );
  }
  /** The metrics that these runs have. */
  curveKeys(runIds: readonly RunId[]): readonly CurveKey[] {
    return this.curveReader.keys(runIds.map(id => this.runs.get(id)));
  }

  // artifacts --------------------------------------------------------------------------------------------------------
  /** A file that is in the object store. */
  logArtifact(id: RunId, path: string, file: Omit<ArtifactFile, 'path'>): void {
    this.files.log(this.runs.active(id), [{ path, digest: file.digest, size: file.size }]);
  }
  logArtifactBytes(id: RunId, path: string, bytes: Uint8Array): void {
    this.files.putBytes(this.runs.active(id), path, bytes);
  }
  artifacts(id: RunId, path?: string): readonly ArtifactEntry[] {
    return this.files.list(this.runs.get(id), path);
  }
  /** @throws ModelyardError `not-found` also for a folder */
  artifact(id: RunId, path: string): StoredArtifact {
    return this.files.get(this.runs.get(id), path);
  }
  readArtifact(id: RunId, path: string, maxBytes?: number): Promise<ArtifactBytes> {
    return this.files.read(this.runs.get(id), path, maxBytes);
  }
  /** A file, or a folder with all below it; nothing when there is none. */
  deleteArtifact(id: RunId, path: string): void {
    this.files.delete(this.runs.active(id), path);
  }

  /** The files of a run; those of a deleted one can be read only. */
  folder(id: RunId): OwnedFolder {
    const run = this.runs.get(id);
    return { ...this.files.folder(run, () => this.runs.active(id)), experimentId: run.experimentId };
  }
  /** Files that belong to no run and no logged model. */
  looseFolder(): ArtifactFolder {
    return this.looseFiles.folder({ row: 0 });
  }
  /** Names of the folders below a place above those of runs and logged models, as `foldersBelow` has them. */
  foldersBelow(place: string): readonly string[] {
    return foldersBelow(this.db, place);
  }

  // life -------------------------------------------------------------------------------------------------------------
  heartbeat(id: RunId): void {
    const run = this.runs.get(id);
    if (run.heartbeatAt !== undefined) this.log.write(() => this.runs.store.beat(run, this.now()), false);
  }
  /** Marks the runs whose heartbeat has stopped as failed. To be called every few seconds. */
  sweep(): readonly RunId[] {
    return this.liveness.sweep();
  }
  /** At the start of an engine: the runs that the last one left behind have failed. */
  recover(): readonly RunId[] {
    return this.liveness.endOrphans();
  }

  private runChanged(id: string): void {
    const run = /^[a-zA-Z0-9][\w-]{0,255}$/.test(id) ? this.runs.store.byId(runId(id)) : undefined;
    if (run !== undefined) this.log.changed(run);
  }
}
