import path from 'node:path';
import { toWireError } from '../../errors';
import { newPipelineRunId } from '../../ids';
import type { PipelineRunId } from '../../protocol/ids';
import type { PipelineRun } from '../../protocol/pipelines';
import type { PipelineConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { Database } from '../../store/database';
import { StepCache } from '../cache/stepCache';
import type { DebugSessions } from '../debug/debugSessions';
import type { Outcome } from '../graph/scheduler';
import type { Selection } from '../graph/selection';
import type { LockFile } from '../outputs/lockFile';
import type { LoadedConfig } from '../ports';
import { Announcer } from './announcer';
import { Execution } from './execution';
import type { ExecutionOptions } from './executionOptions';
import { LateEnds } from './lateEnds';
import { newRun, tagsOf, waiting } from './newRun';
import { progressOf } from './progressOf';
import type { Beginning, Running } from './running';
import { RunState } from './runState';

export interface LiveRunsOptions extends Pick<
  ExecutionOptions,
  'workspace' | 'jobFile' | 'store' | 'objects' | 'files' | 'environments' | 'ports'
> {
  readonly db: Database;
  readonly lockFile: LockFile;
  readonly debugged: DebugSessions;
  /** Each run has a folder in it. */
  readonly workFolder: string;
  /** ms that a step waits for what is found out about git and the host; default 30 s. */
  readonly patience?: number;
}

const heartbeatMs = 10_000;

/** The runs of this engine, from their beginning until their end is written down. */
export class LiveRuns {
  private readonly active = new Map<PipelineRunId, Running>();
  private readonly late = new LateEnds();

  constructor(private readonly options: LiveRunsOptions) {}

  /** Those that go on. */
  all(): readonly PipelineRun[] {
    return [...this.active.values()].map(({ state }) => state.snapshot());
  }

  /** As it stands now; undefined: what the database says of it is all there is. */
  get(id: PipelineRunId): PipelineRun | undefined {
    return this.active.get(id)?.state.snapshot() ?? this.late.get(id);
  }

  /** The file of a log that is still being written. */
  openLog(id: PipelineRunId, step: string): string | undefined {
    return this.active.get(id)?.execution.reports.openLog(step);
  }

  /** False: it does not go on. */
  cancel(id: PipelineRunId): boolean {
    const running = this.active.get(id);
    running?.abort.abort();
    return running !== undefined;
  }

  cancelAll(): void {
    for (const { abort } of this.active.values()) abort.abort();
  }

  /** Runs to the end; a failed step is in the result. */
  async run(what: Beginning, signal: AbortSignal): Promise<PipelineRun> {
    const running = this.begin(what);
    const abort = (): void => running.abort.abort();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await this.execute(running, what.loaded);
    } finally {
      signal.removeEventListener('abort', abort);
      this.active.delete(running.state.id);
    }
  }

  private begin(what: Beginning): Running {
    this.late.retry();
    const { name, pipeline, loaded, selection, partition, definition = '', isNewest = true } = what;
    const { order, only } = selection;
    const { ports, db, workspace, workFolder, jobFile, objects, store, files, environments } = this.options;
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
      store.insert(created);
      const isPart = only !== undefined;
      if (partition !== undefined) store.partitions.set(id, { partition, definition, isPart });
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
      folder: path.join(workFolder, id),
      jobFile,
      parallel: what.parallel,
      patience: this.options.patience ?? 30_000,
      store,
      objects,
      files,
      environments,
      cache: this.stepCache(pipeline, loaded, selection),
      ports,
      ...(what.runtime !== undefined && {
        debug: { id, sessions: this.options.debugged, launch: debug => what.onProgress({ message: name, debug }) },
      }),
      changed: announcer.changed.bind(announcer),
    });
    const running = { state, execution, announcer, abort: new AbortController(), isPart: only !== undefined, isNewest };
    this.active.set(id, running);
    say(run);
    return running;
  }

  private stepCache({ steps }: PipelineConfig, { config }: LoadedConfig, selection: Selection): StepCache {
    const { objects, ports, store, files, environments } = this.options;
    const { ignored, resumed } = selection;
    const rooms = { store: store.cache, files, environments, objects, ports };
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
    const { store } = this.options;
    announcer.end();
    const failed = state.snapshot().steps.find(step => step.error !== undefined && step.status === 'failed');
    const error = end.error === undefined ? failed?.error : toWireError(end.error);
    if (end.error !== undefined) state.leave();
    const run = state.end(end.outcome, Date.now(), error);
    const save = (): void =>
      this.options.db.transaction(() => {
        if (end.error !== undefined) for (const step of run.steps) store.updateStep(run.id, step);
        store.finish(run);
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
      datasets: Object.fromEntries(execution.results.datasets),
      pipeline: state.snapshot().pipeline,
      steps: execution.results.digests,
      config,
      isPart,
    });
  }
}
