import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError, isAbort, toWireError } from '../../errors';
import type { Digest, RunId } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import type { WireError } from '../../protocol/errors';
import type { StepRun } from '../../protocol/pipelines';
import type { StepResources } from '../../protocol/resources';
import type { StepConfig } from '../../protocol/workspaceConfig';
import type { Point } from '../cache/points';
import { putBack } from '../cache/putBack';
import type { RestoreOptions } from '../cache/restoreStep';
import { restoreStep } from '../cache/restoreStep';
import type { Look } from '../cache/stepCache';
import { DataRead } from './dataRead';
import { ancestors, surelyMade } from '../graph/graph';
import type { Handover } from '../outputs/handover';
import { madeFor, readHandovers, refuseOther, writeHandover } from '../outputs/handover';
import type { Made } from '../outputs/outputs';
import { madeOf } from '../outputs/madeOf';
import { datasetsOf, inputsFor, restoreOutput, storeOutputs } from '../outputs/outputs';
import { lockedDigests } from '../outputs/lockFile';
import { picking } from '../graph/pick';
import { placedStepError } from '../step/placedStepError';
import type { Environment } from '../ports';
import { together } from '../resources/stepResources';
import { runRetried } from '../step/retry';
import { RunLogger } from './runLogger';
import type { ExecutionOptions, StepMade } from './executionOptions';
import type { RunState } from './runState';
import { schedule } from '../graph/scheduler';
import type { Outcome } from '../graph/scheduler';
import { StepLog } from '../step/stepLog';
import type { StepWork } from '../step/stepWork';
import { outputFolder } from '../step/stepWork';
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
  readonly digests: Record<string, Record<string, Digest>> = {};
  private readonly read: DataRead;
  /** What has been picked stands in the place of all that could be. */
  private steps: Readonly<Record<string, StepConfig>>;
  /** Of the steps that have run, and of the earlier ones that those need. */
  private readonly made = new Map<string, Made>();
  /** Has begun, and was not taken from an earlier run. */
  private readonly anew = new Set<string>();
  private readonly logger: RunLogger;
  /** What is still being kept of the data that steps have read. */
  private readonly keeping: Promise<void>[] = [];
  private readonly pipeline: string;
  private readonly runId: RunId;

  constructor(private readonly options: ExecutionOptions) {
    const { pipeline, runId } = options.state.snapshot();
    this.runId = runId;
    this.pipeline = pipeline;
    this.steps = options.loaded.config.pipelines[pipeline]?.steps ?? {};
    this.read = new DataRead(options.loaded.config, this.steps);
    this.logger = new RunLogger({
      ...{ runId, pipeline, tags: options.tags, steps: this.steps },
      config: options.loaded.config,
      tracking: options.ports.tracking,
      together: work => options.store.together(work),
    });
  }

  async run(cancelled: AbortSignal): Promise<Outcome> {
    const abort = new AbortController();
    const signal = AbortSignal.any([cancelled, abort.signal]);
    await mkdir(this.options.folder, { recursive: true });
    const surroundings = this.look(signal);
    try {
      await this.restoreEarlier(signal);
      const outcome = await schedule({
        steps: this.steps,
        order: this.options.order,
        ...(this.options.named !== undefined && { named: this.options.named }),
        limit: this.options.parallel,
        execute: (name, dropped) => this.execute(name, { surroundings, dropped, signal }),
        skip: (name, because) => this.update(name, { status: 'skipped', message: `because of ${because}` }),
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

  /** The version of each dataset that was read. */
  get datasets(): ReadonlyMap<string, Digest> {
    return this.read.digests;
  }

  /** Ends the tracked runs as the whole ended. */
  end(outcome: Outcome): void {
    this.logger.end(outcome);
  }

  heartbeat(): void {
    this.logger.heartbeat();
  }

  /** What steps outside this run made when they last succeeded, for those inside it that need it. */
  private async restoreEarlier(signal: AbortSignal): Promise<void> {
    const { order, store, objects, folder, ports, state } = this.options;
    const { partition = null } = state.snapshot();
    const needed = new Set(order.flatMap(name => ancestors(this.steps, name)));
    const handed = await readHandovers(this.options.handover.from, objects);
    for (const name of needed) {
      if (order.includes(name)) continue;
      const handover = handed.get(name);
      if (handover) {
        await this.takeHandover(handover, signal);
        continue;
      }
      const last = store.lastMade({ pipeline: this.pipeline, partition }, name);
      // what runs also when something before it fails goes without it
      if (last === undefined && !order.some(one => surelyMade(this.steps, one).has(name))) continue;
      if (last === undefined) {
        const message = `Step ${order[0] ?? ''} needs the result of ${name}, which has not succeeded yet.`;
        throw new ModelyardError('conflict', message, { fix: `Run the whole pipeline ${this.pipeline} first.` });
      }
      const { outputs } = last;
      const paths = await Promise.all(outputs.map(output => restoreOutput(objects, path.join(folder, name), output)));
      this.made.set(name, madeOf({ step: name, ...last, paths, datasets: ports.tracking.inputs(last.runId) }));
    }
  }

  /** What a step made elsewhere counts as made in this run: its model can be registered here, its metrics are judged. */
  private async takeHandover({ step: name, result, outputs, ...made }: Handover, signal: AbortSignal): Promise<void> {
    const { loaded, folder, ports, state, store } = this.options;
    refuseOther({ step: name, ...made }, { ...madeFor(state.snapshot()), ...loaded });
    const runId = this.logger.runOf(name);
    const own = this.steps[name];
    if (own === undefined) throw new ModelyardError('internal', `There is no step ${name}.`);
    const places = this.places({ workDir: path.join(folder, name), loaded });
    const paths = await restoreStep({ step: own, outputs }, places, signal);
    await ports.outputsMade(outputs.map((output, i) => ({ ...output, absolutePath: paths[i] ?? '' })));
    const whole = { ...result, outputs };
    await this.logger.metrics(runId, whole);
    store.together(() => this.logger.record(name, { runId, result: whole, outputs }));
    this.made.set(name, madeOf({ step: name, runId, outputs, paths, datasets: result.inputs }));
  }

  private async execute(name: string, { surroundings, dropped, signal: whole }: Around): Promise<Outcome> {
    this.anew.add(name);
    const picked = this.pick(name);
    const runId = this.logger.runOf(name, this.steps);
    this.update(name, { status: 'running', startedAt: Date.now(), runId });
    const signal = AbortSignal.any([whole, dropped]);
    let log: StepLog | undefined;
    let outcome: Outcome = 'succeeded';
    let end: Partial<StepRun> = {};
    try {
      const workDir = path.join(this.options.folder, name);
      await mkdir(workDir, { recursive: true });
      log = new StepLog(`${workDir}.log`);
      this.openLogs.set(name, log);
      if (picked instanceof ModelyardError) throw picked;
      if (picked !== undefined) log.write(`${picked}\n`);
      const work = this.work(name, { workDir, log, runId });
      // what a debugger changes is in no fingerprint
      const before = { made: this.before(name), isAnew: ancestors(this.steps, name).some(one => this.anew.has(one)) };
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
    await this.ended(name, { status: outcome, ...end, runId }, log);
    return outcome;
  }

  /** Chooses what the step goes on with; says so, or why not. */
  private pick(name: string): string | ModelyardError | undefined {
    const measured = (of: string): Readonly<Record<string, number>> | undefined => {
      const made = this.made.get(of);
      return made && this.options.ports.tracking.metrics(made.runId);
    };
    const { steps = this.steps, said } = picking(name, this.steps, measured);
    this.steps = steps;
    return said;
  }

  private readonly openLogs = new Map<string, StepLog>();
  private readonly used = new Map<string, StepResources>();

  /** The file of a log that is still being written. */
  openLog(step: string): string | undefined {
    return this.openLogs.get(step)?.path;
  }

  private work(name: string, place: { workDir: string; log: StepLog; runId: RunId }): StepWork {
    const { loaded, workspace, jobFile, ports, environments, state, debug } = this.options;
    const step = this.steps[name];
    if (step === undefined) throw new ModelyardError('internal', `There is no step ${name}.`);
    const before = this.before(name);
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
      onProgress: (message, fraction) => this.progress(name, message, fraction),
      onResources: used => void this.used.set(name, together(this.used.get(name), used)),
      onMetric: point => {
        this.points.get(name)?.push(point);
        this.logger.point(place.runId, point);
      },
    };
  }

  /** What the steps before it have made, nearest first. */
  private before(name: string): readonly Made[] {
    return ancestors(this.steps, name).flatMap(needed => this.made.get(needed) ?? []);
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
      this.update(name, { message, attempt });
    };
    const held = step.uses === 'run' ? ports.tracking.contents(context.runId) : undefined;
    const result = await runRetried(work, again, signal);
    const hasMore = held !== undefined && this.logger.hasOthers(context.runId, held);
    await this.take(work, { result, fingerprint: look?.fingerprint }, signal);
    if (look === undefined || result.error !== undefined) return result;
    const points = this.points.get(name) ?? [];
    this.points.delete(name);
    const kept = { id: state.id, before: this.before(name), look, result, points, folder: workDir, hasMore };
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
    if (!(await putBack(work, { found, places: this.places(work), onPoint }, signal))) return undefined;
    const result: JobResult = { ...found.findings(), outputs: found.outputs };
    const more = (): void => {
      store.cache.put(state.id, name, look);
      store.cache.setOrigin(state.id, name, found.origin);
    };
    await this.record(work, { result, outputs: found.outputs, fingerprint: look.fingerprint, more });
    return result;
  }

  /** Stores what a step made and logs what it found; only then has the step succeeded. */
  private async take(
    work: StepWork,
    { result, fingerprint }: Omit<StepMade, 'outputs'>,
    signal: AbortSignal,
  ): Promise<void> {
    const outputs = await storeOutputs(this.options.objects, outputFolder(work), result.outputs);
    // what a command makes lies there already
    if (work.step.uses === 'features') {
      const made = outputs.filter(({ kind }) => kind === 'training-set');
      await restoreStep({ step: work.step, outputs: made }, this.places(work), signal);
    }
    await this.record(work, { result, outputs, fingerprint });
  }

  /** Where what a step has made is put. */
  private places({ workDir, loaded: { config } }: Pick<StepWork, 'workDir' | 'loaded'>): RestoreOptions {
    const { objects, files, workspace } = this.options;
    return { objects, files, workspace, workDir, config };
  }

  private async record(work: StepWork, { result, outputs, fingerprint, more }: StepMade): Promise<void> {
    const { store, state, ports, objects } = this.options;
    const folder = outputFolder(work);
    this.read.note(work.name, result.inputs);
    const absolute = result.outputs.map(output => ({ ...output, absolutePath: path.resolve(folder, output.path) }));
    await ports.outputsMade(absolute);
    await this.logger.metrics(work.context.runId, result);
    store.together(() => {
      this.logger.record(work.name, { runId: work.context.runId, result, outputs });
      store.setOutputs(state.id, work.name, outputs);
      more?.();
    });
    const locked = lockedDigests(work.step.uses, outputs);
    if (Object.keys(locked).length > 0) this.digests[work.name] = locked;
    const paths = absolute.map(({ absolutePath }) => absolutePath);
    const made = { ...work.context, step: work.name, outputs, paths, fingerprint, datasets: result.inputs };
    this.made.set(work.name, madeOf(made));
    const { handover, loaded } = this.options;
    if (handover.to === undefined) return;
    const { outputs: _, error: __, ...found } = result;
    const own = { ...madeFor(state.snapshot()), step: work.name, configDigest: loaded.digest };
    await writeHandover(handover.to, { ...own, result: found, outputs }, objects);
  }

  /** Beside the steps that follow; that it fails is no failure of the run. */
  private keepRead(inputs: JobResult['inputs'], signal: AbortSignal): void {
    if (inputs.length > 0) this.keeping.push(this.options.ports.dataRead(inputs, signal).catch(() => undefined));
  }

  /** How a step ended and its log, in one commit; a log that cannot be kept is no failure. */
  private async ended(name: string, end: Partial<StepRun> & { runId: RunId }, log: StepLog | undefined): Promise<void> {
    const { objects, store, state, changed } = this.options;
    log?.close();
    const kept = log && (await objects.putFile(log.path).catch(() => undefined));
    const resources = this.used.get(name);
    const change = { endedAt: Date.now(), ...end, ...(resources && { resources }) };
    const write = (logSize: number): void => store.updateStep(state.id, state.update(name, { logSize, ...change }));
    try {
      store.together(() => {
        if (kept) store.setLog(state.id, name, kept.digest);
        if (kept) this.logger.file(end.runId, `logs/${name}.log`, kept);
        write(kept?.size ?? 0);
      });
      if (kept) this.openLogs.delete(name);
    } catch {
      write(0);
    }
    changed(state.snapshot(), true);
  }

  private placed(name: string, error: WireError): WireError {
    const { pipeline } = this;
    return placedStepError(error, { name, pipeline, loaded: this.options.loaded, step: this.steps[name] });
  }

  private progress(name: string, message: string, fraction?: number): void {
    const { state, changed } = this.options;
    const logSize = this.openLogs.get(name)?.size ?? 0;
    state.update(name, { message, logSize, ...(fraction !== undefined && { progress: fraction }) });
    changed(state.snapshot(), false);
  }

  private update(name: string, change: Parameters<RunState['update']>[1]): void {
    const { state, store, changed } = this.options;
    store.updateStep(state.id, state.update(name, change));
    changed(state.snapshot(), true);
  }
}
