import type { Digest, RunId } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { Steps } from '../graph/graph';
import type { StoredOutput } from '../outputs/outputs';
import type { RunTracking } from '../ports';
import { runOwner, runOwners } from '../graph/runOwners';
import type { Outcome } from '../graph/scheduler';

export interface RunLoggerOptions {
  readonly runId: RunId;
  /** Those of the run, for the nested ones as well. */
  readonly tags: Readonly<Record<string, string>>;
  readonly pipeline: string;
  readonly steps: Steps;
  readonly config: WorkspaceConfig;
  readonly tracking: RunTracking;
  /** Several changes in one commit: a matrix may have a thousand runs. */
  readonly together: (work: () => void) => void;
}

/**
 * Logs what steps found to the right tracked run. A pipeline is one run; when it trains several models, each `train`
 * step and what follows it gets a nested run, so that no model's metrics overwrite another's; so does each step of a matrix.
 */
export class RunLogger {
  private readonly nested = new Map<string, RunId>();
  private readonly owners: ReadonlySet<string>;
  private pending: Promise<unknown> = Promise.resolve();
  private tags: Readonly<Record<string, string>>;
  /** What has been logged here, by run and as `RunTracking.contents` names it. */
  private readonly own = new Map<RunId, Set<string>>();

  constructor(private readonly options: RunLoggerOptions) {
    this.tags = options.tags;
    this.owners = runOwners(options.steps);
  }

  /** `steps`: as they stand now, with what has been picked. */
  runOf(step: string, steps = this.options.steps): RunId {
    if (this.owners.size === 0) return this.options.runId;
    const owner = runOwner(step, steps, this.owners);
    return owner === undefined ? this.options.runId : (this.nested.get(owner) ?? this.openNested(owner));
  }

  private openNested(step: string): RunId {
    const { tracking, config, runId, pipeline, steps } = this.options;
    const values = Object.entries(steps[step]?.matrix?.values ?? {});
    const own = Object.fromEntries(values.map(([name, value]) => [`modelyard.matrix.${name}`, String(value)]));
    const nested = tracking.createRun({
      experimentId: tracking.ensureExperiment(config.name).id,
      name: `${pipeline}/${step}`,
      parentRunId: runId,
      tags: { ...this.tags, ...own },
    });
    this.nested.set(step, nested);
    return nested;
  }

  /** Tags the run and those nested in it, also the ones that are opened later. */
  tag(tags: Readonly<Record<string, string>>): void {
    this.tags = { ...this.tags, ...tags };
    const { tracking, together } = this.options;
    together(() => {
      for (const runId of this.runs()) tracking.setTags(runId, tags);
    });
  }

  /** A point of a curve; those of one step are in the database before the step counts as done. */
  point(runId: RunId, point: { key: string; value: number; step: number; time: number }): void {
    const logged = this.options.tracking.logMetrics(runId, [point]);
    this.pending = Promise.all([this.pending, logged.catch(() => undefined)]);
    this.note(runId, `metric ${point.key}`);
  }

  /** A file that belongs to the run, not to a step. */
  file(runId: RunId, path: string, file: { digest: Digest; size: number }): void {
    this.note(runId, `artifact ${path}`);
    this.options.tracking.logArtifact(runId, path, file);
  }

  /** Whether somebody else has logged something to the run since it held what is in `before`: a command, say. */
  hasOthers(runId: RunId, before: ReadonlyMap<string, string>): boolean {
    const own = this.own.get(runId);
    return [...this.options.tracking.contents(runId)].some(
      ([name, value]) => before.get(name) !== value && own?.has(name) !== true && !name.startsWith('metric system/'),
    );
  }

  private note(runId: RunId, ...names: readonly string[]): void {
    const own = this.own.get(runId) ?? new Set();
    this.own.set(runId, own);
    for (const name of names) own.add(name);
  }

  /** Everything but the metrics, which are committed in groups. */
  record(name: string, made: { runId: RunId; result: JobResult; outputs: readonly StoredOutput[] }): void {
    const { tracking, steps } = this.options;
    const { runId, result } = made;
    const prefix = steps[name]?.uses === 'train' ? '' : `${steps[name]?.matrix?.step ?? name}.`;
    const params = Object.entries(result.params).map(([key, value]) => [`${prefix}${key}`, String(value)] as const);
    this.note(runId, ...params.map(([key]) => `param ${key}`));
    if (params.length > 0) tracking.logParams(runId, Object.fromEntries(params));
    if (Object.keys(result.tags).length > 0) tracking.setTags(runId, result.tags);
    if (result.inputs.length > 0) tracking.logInputs(runId, result.inputs);
    for (const output of made.outputs) this.artifacts(runId, output);
  }

  /** Resolves when these and all earlier points are in the database. */
  async metrics(runId: RunId, result: JobResult): Promise<void> {
    const time = Date.now();
    const points = Object.entries(result.metrics).map(([key, value]) => ({ key, value, step: 0, time }));
    this.note(runId, ...points.map(({ key }) => `metric ${key}`));
    if (points.length > 0) await this.options.tracking.logMetrics(runId, points);
    await this.pending;
  }

  private artifacts(runId: RunId, output: StoredOutput): void {
    if (output.artifactPath === undefined) return;
    for (const file of output.files) {
      const path = file.path === '' ? output.artifactPath : `${output.artifactPath}/${file.path}`;
      this.file(runId, path, file);
    }
  }

  end(outcome: Outcome): void {
    const status = outcome === 'succeeded' ? 'FINISHED' : outcome === 'failed' ? 'FAILED' : 'KILLED';
    for (const runId of this.runs()) this.options.tracking.endRun(runId, status);
  }

  heartbeat(): void {
    const { tracking, together } = this.options;
    together(() => {
      for (const runId of this.runs()) tracking.heartbeat(runId);
    });
  }

  private runs(): readonly RunId[] {
    return [this.options.runId, ...this.nested.values()];
  }
}
