import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError, isAbort, toWireError } from '../../errors';
import type { WireError } from '../../protocol/errors';
import type { RunId } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import type { StepRun } from '../../protocol/pipelines';
import type { StepConfig } from '../../protocol/workspaceConfig';
import type { Point } from '../cache/points';
import { putBack } from '../cache/putBack';
import type { Look } from '../cache/stepCache';
import { ancestors } from '../graph/graph';
import { picking } from '../graph/pick';
import type { Outcome } from '../graph/scheduler';
import { schedule } from '../graph/scheduler';
import { datasetsOf, inputsFor } from '../outputs/outputs';
import type { Environment } from '../ports';
import { placedStepError } from '../step/placedStepError';
import { runRetried } from '../step/retry';
import type { StepLog } from '../step/stepLog';
import type { StepWork } from '../step/stepWork';
import { earlierSteps } from './earlierSteps';
import type { ExecutionOptions } from './executionOptions';
import { placesOf } from './executionOptions';
import { RunLogger } from './runLogger';
import { StepReports } from './stepReports';
import { StepResults } from './stepResults';
import type { SurroundingsOptions } from './surroundings';
import { Surroundings, dependsOnSurroundings } from './surroundings';

/** What a step runs in. */
interface Around {
  readonly surroundings: Surroundings;
  /** Another step of its matrix has failed. */
  readonly dropped: AbortSignal;
  readonly signal: AbortSignal;
}

/** One pipeline run from its first step to its last. */
export class Execution {
  /** What has been picked stands in the place of all that could be. */
  private steps: Readonly<Record<string, StepConfig>>;
  /** Has begun, and was not taken from an earlier run. */
  private readonly anew = new Set<string>();
  private readonly logger: RunLogger;
  readonly results: StepResults;
  readonly reports: StepReports;
  /** What is still being kept of the data that steps have read. */
  private readonly keeping: Promise<void>[] = [];
  private readonly pipeline: string;
  private readonly runId: RunId;

  constructor(private readonly options: ExecutionOptions) {
    const { pipeline, runId } = options.state.snapshot();
    this.runId = runId;
    this.pipeline = pipeline;
    this.steps = options.loaded.config.pipelines[pipeline]?.steps ?? {};
    this.logger = new RunLogger({
      ...{ runId, pipeline, tags: options.tags, steps: this.steps },
      config: options.loaded.config,
      tracking: options.ports.tracking,
      together: work => options.store.together(work),
    });
    this.results = new StepResults({ ...options, steps: this.steps, logger: this.logger });
    this.reports = new StepReports({ ...options, logger: this.logger });
  }

  async run(cancelled: AbortSignal): Promise<Outcome> {
    const abort = new AbortController();
    const signal = AbortSignal.any([cancelled, abort.signal]);
    await mkdir(this.options.folder, { recursive: true });
    const surroundings = this.look(signal);
    try {
      const { steps, logger } = this;
      this.results.add(await earlierSteps({ ...this.options, steps, logger }, signal));
      const outcome = await schedule({
        steps: this.steps,
        order: this.options.order,
        ...(this.options.named !== undefined && { named: this.options.named }),
        limit: this.options.parallel,
        execute: (name, dropped) => this.execute(name, { surroundings, dropped, signal }),
        skip: (name, because) => this.reports.update(name, { status: 'skipped', message: `because of ${because}` }),
        abort: () => abort.abort(),
      });
      await Promise.all(this.keeping);
      return outcome;
    } finally {
      await surroundings.close();
      await rm(this.options.folder, { recursive: true, force: true });
    }
  }

  private look(signal: AbortSignal): Surroundings {
    const { loaded, workspace, folder, objects, ports, patience } = this.options;
    const { runId, logger } = this;
    const file: SurroundingsOptions['file'] = (name, kept) => logger.file(runId, name, kept);
    const tag = (tags: Environment['tags']): void => logger.tag(tags);
    const own = path.join(folder, '.surroundings');
    return new Surroundings({ loaded, workspace, folder: own, objects, ports, tag, file, patience }, signal);
  }

  /** Ends the tracked runs as the whole ended. */
  end(outcome: Outcome): void {
    this.logger.end(outcome);
  }

  heartbeat(): void {
    this.logger.heartbeat();
  }

  private async execute(name: string, { surroundings, dropped, signal: whole }: Around): Promise<Outcome> {
    this.anew.add(name);
    const picked = this.pick(name);
    const runId = this.logger.runOf(name, this.steps);
    this.reports.update(name, { status: 'running', startedAt: Date.now(), runId });
    const signal = AbortSignal.any([whole, dropped]);
    let log: StepLog | undefined;
    let outcome: Outcome = 'succeeded';
    let end: Partial<StepRun> = {};
    try {
      const workDir = path.join(this.options.folder, name);
      await mkdir(workDir, { recursive: true });
      log = this.reports.open(name, `${workDir}.log`);
      if (picked instanceof ModelyardError) throw picked;
      if (picked !== undefined) log.write(`${picked}\n`);
      const work = this.work(name, { workDir, log, runId });
      // what a debugger changes is in no fingerprint
      const before = {
        made: this.results.before(name, this.steps),
        isAnew: ancestors(this.steps, name).some(one => this.anew.has(one)),
      };
      const look = work.debug ? undefined : await this.options.cache.look(name, before, signal);
      const restored = await this.restore(work, look, signal);
      if (restored) this.anew.delete(name);
      const result = restored ?? (await this.runAnew(work, { look, surroundings }, signal));
      this.keepRead(result.inputs, signal);
      end = {
        message: result.summary,
        ...(result.error && { error: this.placed(name, result.error) }),
        ...(restored && look?.found && { status: 'cached', cachedFrom: look.found.origin }),
      };
      if (result.error) outcome = 'failed';
    } catch (error) {
      outcome = isAbort(error) && signal.aborted ? 'cancelled' : 'failed';
      end = { error: this.placed(name, toWireError(error)) };
      if (outcome === 'cancelled' && !whole.aborted) end = { message: 'ended: another step of its matrix has failed' };
      log?.write(`\n${end.error?.message ?? end.message ?? ''}\n`);
    }
    await this.reports.ended(name, { status: outcome, ...end, runId });
    return outcome;
  }

  /** Chooses what the step goes on with; says so, or why not. */
  private pick(name: string): string | ModelyardError | undefined {
    const measured = (of: string): Readonly<Record<string, number>> | undefined => {
      const made = this.results.of(of);
      return made && this.options.ports.tracking.metrics(made.runId);
    };
    const { steps = this.steps, said } = picking(name, this.steps, measured);
    this.steps = steps;
    return said;
  }

  private work(name: string, place: { workDir: string; log: StepLog; runId: RunId }): StepWork {
    const { loaded, workspace, jobFile, ports, environments, state, debug } = this.options;
    const step = this.steps[name];
    if (step === undefined) throw new ModelyardError('internal', `There is no step ${name}.`);
    const before = this.results.before(name, this.steps);
    return {
      name,
      step,
      inputs: inputsFor(before),
      log: place.log,
      workDir: place.workDir,
      loaded,
      workspace,
      jobFile,
      ports,
      environments,
      ...(debug && { debug }),
      context: {
        runId: place.runId,
        pipelineRunId: state.id,
        pipeline: this.pipeline,
        configDigest: loaded.digest,
        datasets: datasetsOf(before),
      },
      onProgress: (message, fraction) => this.reports.progress(name, message, fraction),
      onResources: used => this.reports.measured(name, used),
      onMetric: point => {
        this.points.get(name)?.push(point);
        this.logger.point(place.runId, point);
      },
    };
  }

  /** The curves of steps that run. */
  private readonly points = new Map<string, Point[]>();

  private async runAnew(
    work: StepWork,
    { look, surroundings }: { readonly look: Look | undefined; readonly surroundings: Surroundings },
    signal: AbortSignal,
  ): Promise<JobResult> {
    const { name, step, context, workDir } = work;
    const { cache, state, store, ports } = this.options;
    if (look) store.cache.put(state.id, name, look);
    if (dependsOnSurroundings(step) && !(await surroundings.known(signal)))
      work.log.write('What git says of the folder is not known yet; this step goes on without it.\n');
    this.points.set(name, []);
    const again = (message: string, attempt: number): void => {
      this.points.set(name, []);
      this.reports.update(name, { message, attempt });
    };
    const held = step.uses === 'run' ? ports.tracking.contents(context.runId) : undefined;
    const result = await runRetried(work, again, signal);
    const hasMore = held !== undefined && this.logger.hasOthers(context.runId, held);
    await this.results.take(work, { result, fingerprint: look?.fingerprint }, signal);
    if (look === undefined || result.error !== undefined) return result;
    const points = this.points.get(name) ?? [];
    this.points.delete(name);
    const kept = {
      id: state.id,
      before: this.results.before(name, this.steps),
      look,
      result,
      points,
      folder: workDir,
      hasMore,
    };
    const changed = await cache.keep(name, kept, signal);
    if (changed !== '') work.log.write(`While it ran: ${changed}. No later run takes what it has made.\n`);
    return result;
  }

  /** Gives this run what an earlier one has made; undefined when there is nothing, or it cannot be put at its place. */
  private async restore(work: StepWork, look: Look | undefined, signal: AbortSignal): Promise<JobResult | undefined> {
    const { found } = look ?? {};
    if (look === undefined || found === undefined) return undefined;
    const { store, state } = this.options;
    const { name, context } = work;
    const onPoint = (point: Point): void => this.logger.point(context.runId, { ...point, time: Date.now() });
    if (!(await putBack(work, { found, places: placesOf(this.options, work.workDir), onPoint }, signal)))
      return undefined;
    const result: JobResult = { ...found.findings(), outputs: found.outputs };
    const more = (): void => {
      store.cache.put(state.id, name, look);
      store.cache.setOrigin(state.id, name, found.origin);
    };
    await this.results.record(work, { result, outputs: found.outputs, fingerprint: look.fingerprint, more });
    return result;
  }

  /** Beside the steps that follow; that it fails is no failure of the run. */
  private keepRead(inputs: JobResult['inputs'], signal: AbortSignal): void {
    if (inputs.length > 0) this.keeping.push(this.options.ports.dataRead(inputs, signal).catch(() => undefined));
  }

  private placed(name: string, error: WireError): WireError {
    const { pipeline } = this;
    return placedStepError(error, { name, pipeline, loaded: this.options.loaded, step: this.steps[name] });
  }
}
