import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { ModelyardError, toWireError } from '../errors';
import { newPipelineRunId } from '../ids';
import type { PipelineRunId } from '../protocol/ids';
import type { DebugEnd } from '../protocol/debug';
import type { ProgressReport } from '../protocol/methods';
import type {
  PipelineFlow,
  PipelinePlan,
  PipelineRequest,
  PipelineRun,
  PipelineSummary,
  PlanRequest,
  StepMade,
} from '../protocol/pipelines';
import type { PipelineConfig, WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Database } from '../store/database';
import { StepCache } from './cache/stepCache';
import { ignoring } from './cache/ignoring';
import { planPipeline } from './cache/plan';
import { readWorld } from './cache/readWorld';
import { WorkspaceFiles } from './cache/workspaceFiles';
import { Announcer } from './run/announcer';
import { Environments } from './environments/environments';
import { DebugSessions } from './debug/debugSessions';
import { Execution } from './run/execution';
import { stepFlow, stepMade } from './outputs/flowOf';
import { endInterrupted } from './run/interrupted';
import { LateEnds } from './run/lateEnds';
import type { LockFile } from './outputs/lockFile';
import type { Objects } from './outputs/outputs';
import type { LoadedConfig, PipelinePorts, PipelineQuery } from './ports';
import { debugRuntime, newRun, paramsOf, pipelineOf, tagsOf, unlessRefused, waiting } from './run/newRun';
import { Partitions } from './partitions/partitions';
import { RunState } from './run/runState';
import type { Beginning, Running, TaggedRequest } from './run/running';
import { readLogPart } from './step/stepLog';
import { PipelineStore } from './store';
import { progressOf } from './run/progressOf';
import type { Outcome } from './graph/scheduler';
import type { Selection } from './graph/selection';
import { isWholeRun, selectSteps } from './graph/selection';

export interface PipelineServiceOptions {
  readonly db: Database;
  readonly objects: Objects;
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  /** The bundle that runs one job in a child process. */
  readonly jobFile: string;
  readonly lockFile: LockFile;
  readonly ports: PipelinePorts;
  /** Steps at a time; default: one a processor. */
  readonly parallel?: number;
  /** ms that a step waits for what is found out about git and the host; default 30 s. */
  readonly patience?: number;
  /** ms since 1970; default: the clock. */
  readonly now?: () => number;
}

/** Runs among which the last one of the whole pipeline is looked for. */
const lookedBack = 50;
const heartbeatMs = 10_000;

/** Runs pipelines and remembers how they went. */
export class PipelineService {
  private readonly store: PipelineStore;
  private readonly files: WorkspaceFiles;
  private readonly environments: Environments;
  private readonly active = new Map<PipelineRunId, Running>();
  private readonly late = new LateEnds();
  /** What has been made of each partition of a pipeline. */
  readonly partitions: Partitions;
  private readonly debugged = new DebugSessions();

  constructor(private readonly options: PipelineServiceOptions) {
    this.store = new PipelineStore(options.db);
    const { workspace, ports } = options;
    this.files = new WorkspaceFiles({ workspace, reading: ports.files, known: this.store.cache });
    this.environments = new Environments(workspace, this.files);
    this.partitions = new Partitions({
      config: ports.config,
      files: this.files,
      store: this.store.partitions,
      running: () => this.running(),
      run: (request, onProgress, signal) => this.run(request, onProgress, signal),
      now: options.now ?? Date.now,
    });
  }

  /** Those of modelyard.yaml, with their last run. */
  async list(): Promise<readonly PipelineSummary[]> {
    const { config } = await this.options.ports.config();
    return Object.entries(config.pipelines).map(([name, pipeline]) => {
      const last = this.search({ pipeline: name, limit: 1 })[0];
      const steps = Object.entries(pipeline.steps).map(([step, { uses, needs }]) => ({ name: step, uses, needs }));
      const { partitions } = pipeline;
      return { name, steps, ...(last && { last }), ...(partitions && { partitions }) };
    });
  }

  running(): readonly PipelineRun[] {
    return [...this.active.values()].map(({ state }) => state.snapshot());
  }

  /** @throws ModelyardError `not-found` */
  get(id: PipelineRunId): PipelineRun {
    const run = this.active.get(id)?.state.snapshot() ?? this.late.get(id) ?? this.store.get(id);
    if (run === undefined) throw new ModelyardError('not-found', `There is no pipeline run ${id}.`);
    return run;
  }

  search(query: PipelineQuery): readonly PipelineRun[] {
    return this.store
      .search(query)
      .map(run => this.active.get(run.id)?.state.snapshot() ?? this.late.get(run.id) ?? run);
  }

  /** Cancels a run that is under way; one that has ended stays as it is. */
  cancel(id: PipelineRunId): void {
    const running = this.active.get(id);
    if (running) running.abort.abort();
    else this.get(id);
  }

  /** What a debugged step has printed. @throws ModelyardError `conflict` */
  debugOutput(id: PipelineRunId, step: string, text: string): void {
    this.debugged.output(id, step, text);
  }

  /** How a debugged step ended; one that somebody has stopped is cancelled. @throws ModelyardError `conflict` */
  debugEnded(id: PipelineRunId, step: string, how: DebugEnd): void {
    if (how.wasStopped === true) this.cancel(id);
    else this.debugged.end(id, step, how);
  }

  log(
    id: PipelineRunId,
    step: string,
    part: { offset: number; limit: number },
  ): { text: string; next: number; size: number } {
    if (!this.get(id).steps.some(({ name }) => name === step)) {
      throw new ModelyardError('not-found', `The pipeline run has no step ${step}.`);
    }
    const digest = this.store.logDigest(id, step);
    const file = this.active.get(id)?.execution.openLog(step) ?? (digest && this.options.objects.path(digest));
    return file === undefined ? { text: '', next: 0, size: 0 } : readLogPart(file, part.offset, part.limit);
  }

  /** What the steps of a run have read and made, so far. @throws ModelyardError `not-found` */
  flow(id: PipelineRunId): PipelineFlow {
    this.get(id);
    return { steps: this.store.flow.steps(id).map(stepFlow) };
  }

  /** What a step of a run was made of, and why it ran. @throws ModelyardError `not-found` */
  async made(id: PipelineRunId, step: string): Promise<StepMade> {
    const found = this.store.flow.step(id, step);
    if (found === undefined) {
      this.get(id);
      throw new ModelyardError('not-found', `The pipeline run has no step ${step}.`);
    }
    const now = await this.options.ports.config().catch(() => undefined);
    return stepMade(found, dataset => now?.config.datasets[dataset]?.path ?? dataset);
  }

  /**
   * What a run of the pipeline would do now, and why; nothing runs. `fresh`: as such a run. `startsNothing`: nor is a
   * program asked for its version.
   * @throws ModelyardError `config.*`, `not-found`, `cancelled`
   */
  async plan(
    { startsNothing = false, ...request }: PlanRequest & { readonly startsNothing?: boolean },
    signal: AbortSignal,
  ): Promise<PipelinePlan> {
    const { loaded, partition } = await this.partitions.load(request);
    const pipeline = pipelineOf(loaded, request.pipeline);
    const { store, files } = this;
    const environments = startsNothing ? this.environments.asSeen() : this.environments;
    const parallel = this.parallel(request, pipeline);
    const { ports, objects } = this.options;
    return planPipeline(
      await readWorld(
        {
          ...{ name: request.pipeline, pipeline, config: loaded.config, parallel, partition: partition?.key },
          ignored: ignoring(pipeline, request),
        },
        { store: store.cache, files, environments, ports, objects },
        signal,
      ),
    );
  }

  /**
   * Runs a pipeline (or `only` one of its steps, or from `startAt` on, on what the others made last) to its end; `fresh`:
   * without taking anything from an earlier run; `resume`: going on with the last run, which did not succeed. A failed step is in the result. `from`, `to`: folders by which one step takes what
   * others made elsewhere, and leaves what it made.
   * @throws ModelyardError `config.*`, `not-found`, `conflict`
   */
  async run(
    request: TaggedRequest,
    onProgress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ): Promise<PipelineRun> {
    const asked = request.resume === true && request.params === undefined ? await this.asBefore(request) : request;
    const { loaded, partition } = await this.partitions.load(asked);
    const pipeline = pipelineOf(loaded, request.pipeline);
    const runtime = debugRuntime(request, pipeline);
    const earlier = (): readonly PipelineRun[] =>
      this.search({ pipeline: request.pipeline, limit: lookedBack, ...(partition && { partition: partition.key }) });
    const definition = partition && (await this.partitions.definition(loaded, request.pipeline));
    const running = this.begin({
      name: request.pipeline,
      pipeline,
      loaded,
      params: asked.params ?? {},
      selection: selectSteps(request, pipeline, earlier),
      handover: { from: request.from ?? [], ...(request.to !== undefined && { to: request.to }) },
      request,
      ...(runtime !== undefined && { runtime }),
      ...(partition && { partition: partition.key, isNewest: partition.isNewest, definition: definition ?? '' }),
      onProgress,
    });
    const abort = (): void => running.abort.abort();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await this.execute(running, loaded);
    } finally {
      signal.removeEventListener('abort', abort);
      this.active.delete(running.state.id);
    }
  }

  /** With the parameters of the run that is gone on with: of another matrix it would not be the rest. */
  private async asBefore(request: TaggedRequest): Promise<TaggedRequest> {
    const { partition } = await this.partitions.load(request);
    const { pipeline } = request;
    for (const run of this.search({ pipeline, limit: lookedBack, ...(partition && { partition: partition.key }) })) {
      const params = paramsOf(this.options.ports.tracking.tags(run.runId));
      const asked = { ...request, ...(params && { params }) };
      const config = (await this.partitions.load(asked).catch(unlessRefused))?.loaded.config;
      const steps = config?.pipelines[pipeline]?.steps;
      if (run.debug === undefined && steps && isWholeRun(run, Object.keys(steps))) return asked;
    }
    return request;
  }

  private begin(what: Beginning): Running {
    this.late.retry();
    const { name, pipeline, loaded, selection, partition, definition = '', isNewest = true } = what;
    const { order, only } = selection;
    const { ports, db, workspace, jobFile, objects } = this.options;
    const id = newPipelineRunId();
    const shown = Object.keys(pipeline.steps).filter(step => order.includes(step));
    const tags = { ...what.request.tags, ...tagsOf(id, what) };
    const run = db.transaction(() => {
      const runId = ports.tracking.createRun({
        experimentId: ports.tracking.ensureExperiment(loaded.config.name).id,
        tags,
      });
      const steps = shown.map(step => waiting(step, pipeline));
      const created = newRun({ id, runId, name, loaded, steps, debug: what.runtime, partition });
      this.store.insert(created);
      const isPart = only !== undefined;
      if (partition !== undefined) this.store.partitions.set(id, { partition, definition, isPart });
      what.request.begun?.(created);
      return created;
    });
    const state = new RunState(run);
    const say = (now: PipelineRun): void => {
      what.onProgress(progressOf(now));
      ports.changed(now);
    };
    const announcer = new Announcer(say);
    const execution = new Execution({
      state,
      tags,
      loaded,
      order,
      ...(only !== undefined && { named: only }),
      handover: what.handover,
      workspace,
      folder: path.join(this.workFolder, id),
      jobFile,
      parallel: this.parallel(what.request, pipeline),
      patience: this.options.patience ?? 30_000,
      store: this.store,
      objects,
      files: this.files,
      environments: this.environments,
      cache: this.stepCache(pipeline, loaded, selection),
      ports,
      ...(what.runtime !== undefined && {
        debug: { id, sessions: this.debugged, launch: debug => what.onProgress({ message: name, debug }) },
      }),
      changed: announcer.changed.bind(announcer),
    });
    const running = { state, execution, announcer, abort: new AbortController(), isPart: only !== undefined, isNewest };
    this.active.set(id, running);
    say(run);
    return running;
  }

  private stepCache({ steps }: PipelineConfig, { config }: LoadedConfig, selection: Selection): StepCache {
    const { objects, ports } = this.options;
    const { ignored, resumed } = selection;
    const rooms = { store: this.store.cache, files: this.files, environments: this.environments, objects, ports };
    return new StepCache({ steps, config, ignored, ...(resumed && { resumed }), ...rooms });
  }

  private async execute(running: Running, { config }: LoadedConfig): Promise<PipelineRun> {
    const { state, execution, abort } = running;
    const { runId } = state.snapshot();
    const heartbeat = setInterval(() => execution.heartbeat(), heartbeatMs);
    const system = config.tracking.system_metrics ? this.options.ports.watchSystem(runId) : undefined;
    try {
      const outcome = await execution.run(abort.signal);
      const isLocked = running.isNewest && state.snapshot().debug === undefined;
      if (outcome === 'succeeded' && isLocked) await this.lock(running, config);
      return this.finish(running, { outcome });
    } catch (error) {
      return this.finish(running, { outcome: 'failed', error });
    } finally {
      clearInterval(heartbeat);
      system?.end();
    }
  }

  private finish(
    { state, execution, announcer }: Pick<Running, 'state' | 'execution' | 'announcer'>,
    end: { outcome: Outcome; error?: unknown },
  ): PipelineRun {
    announcer.end();
    const failed = state.snapshot().steps.find(step => step.error !== undefined && step.status === 'failed');
    const error = end.error === undefined ? failed?.error : toWireError(end.error);
    if (end.error !== undefined) state.leave();
    const run = state.end(end.outcome, Date.now(), error);
    const save = (): void =>
      this.options.db.transaction(() => {
        if (end.error !== undefined) for (const step of run.steps) this.store.updateStep(run.id, step);
        this.store.finish(run);
        execution.end(end.outcome);
      });
    try {
      save();
    } catch (unsaved) {
      if (end.error === undefined)
        return this.finish({ state, execution, announcer }, { outcome: 'failed', error: unsaved });
      this.late.add({ run, save });
    }
    this.options.ports.changed(run);
    return run;
  }

  private lock({ state, execution, isPart }: Running, config: WorkspaceConfig): Promise<void> {
    return this.options.lockFile.write({
      datasets: Object.fromEntries(execution.datasets),
      pipeline: state.snapshot().pipeline,
      steps: execution.digests,
      config,
      isPart,
    });
  }

  /**
   * At the start of an engine: what an engine that was killed had left running is marked as failed, truthfully, and
   * its folders are removed.
   */
  async recover(): Promise<void> {
    const { db, ports } = this.options;
    await endInterrupted({ db, store: this.store, tracking: ports.tracking });
    await this.options.ports.endElsewhere(this.workFolder);
    await rm(this.workFolder, { recursive: true, force: true });
  }

  /** Cancels all that is under way. */
  cancelAll(): void {
    for (const { abort } of this.active.values()) abort.abort();
  }

  /** Steps at a time: as asked for, else as the pipeline says. */
  private parallel({ parallel }: Pick<PipelineRequest, 'parallel'>, pipeline: PipelineConfig): number {
    return parallel ?? pipeline.parallel ?? this.options.parallel ?? availableParallelism();
  }

  private get workFolder(): string {
    return path.join(this.options.workspace, '.modelyard', 'work');
  }
}
