import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { PipelineRunId } from '../protocol/ids';
import type { DebugEnd } from '../protocol/debug';
import type { ProgressReport } from '../protocol/progress';
import type {
  PipelineFlow,
  PipelinePlan,
  PipelineRequest,
  PipelineRun,
  PipelineSummary,
  PlanRequest,
  StepMade,
} from '../protocol/pipelines';
import type { PipelineConfig } from '../protocol/workspaceConfig';
import type { Database } from '../store/database';
import { ignoring } from './cache/ignoring';
import { planPipeline } from './cache/plan';
import { readWorld } from './cache/readWorld';
import { WorkspaceFiles } from './cache/workspaceFiles';
import { Environments } from './environments/environments';
import { DebugSessions } from './debug/debugSessions';
import { stepFlow, stepMade } from './outputs/flowOf';
import { endInterrupted } from './run/interrupted';
import type { LockFile } from './outputs/lockFile';
import type { Objects } from './outputs/outputs';
import type { PipelinePorts, PipelineQuery } from './ports';
import { debugRuntime, paramsOf, pipelineOf, unlessRefused } from './run/newRun';
import { Partitions } from './partitions/partitions';
import { LiveRuns } from './run/liveRuns';
import type { Beginning, TaggedRequest } from './run/running';
import { readLogPart } from './step/stepLog';
import { PipelineStore } from './store';
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

/** Runs pipelines and remembers how they went. */
export class PipelineService {
  private readonly store: PipelineStore;
  private readonly files: WorkspaceFiles;
  private readonly environments: Environments;
  private readonly debugged = new DebugSessions();
  private readonly live: LiveRuns;
  /** What has been made of each partition of a pipeline. */
  readonly partitions: Partitions;

  constructor(private readonly options: PipelineServiceOptions) {
    this.store = new PipelineStore(options.db);
    const { workspace, ports } = options;
    this.files = new WorkspaceFiles({ workspace, reading: ports.files, known: this.store.cache });
    this.environments = new Environments(workspace, this.files);
    const { store, files, environments, debugged } = this;
    this.live = new LiveRuns({ ...options, store, files, environments, debugged, workFolder: this.workFolder });
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
    return this.live.all();
  }

  /** @throws ModelyardError `not-found` */
  get(id: PipelineRunId): PipelineRun {
    const run = this.live.get(id) ?? this.store.get(id);
    if (run === undefined) throw new ModelyardError('not-found', `There is no pipeline run ${id}.`);
    return run;
  }

  search(query: PipelineQuery): readonly PipelineRun[] {
    return this.store.search(query).map(run => this.live.get(run.id) ?? run);
  }

  /** Cancels a run that is under way; one that has ended stays as it is. */
  cancel(id: PipelineRunId): void {
    if (!this.live.cancel(id)) this.get(id);
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
    const file = this.live.openLog(id, step) ?? (digest && this.options.objects.path(digest));
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
    const beginning: Beginning = {
      name: request.pipeline,
      pipeline,
      loaded,
      params: asked.params ?? {},
      selection: selectSteps(request, pipeline, earlier),
      parallel: this.parallel(request, pipeline),
      handover: { from: request.from ?? [], ...(request.to !== undefined && { to: request.to }) },
      request,
      ...(runtime !== undefined && { runtime }),
      ...(partition && { partition: partition.key, isNewest: partition.isNewest, definition: definition ?? '' }),
      onProgress,
    };
    return this.live.run(beginning, signal);
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
    this.live.cancelAll();
  }

  /** Steps at a time: as asked for, else as the pipeline says. */
  private parallel({ parallel }: Pick<PipelineRequest, 'parallel'>, pipeline: PipelineConfig): number {
    return parallel ?? pipeline.parallel ?? this.options.parallel ?? availableParallelism();
  }

  private get workFolder(): string {
    return path.join(this.options.workspace, '.modelyard', 'work');
  }
}
