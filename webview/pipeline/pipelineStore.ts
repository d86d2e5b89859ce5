import type { PipelinePlan, PipelineRun, PipelineSummary } from '../../engine/protocol/pipelines';
import type { PipelineRunId, RunId } from '../../engine/protocol/ids';
import type { RunSummary } from '../../engine/protocol/tracking';
import { CallError, type Channel } from '../shared/channel';
import { throttled } from '../shared/throttled';
import { withRun } from './history';

const pageSize = 20;

interface Listener {
  readonly changed: () => void;
  /** A run of the pipeline has begun. */
  readonly began: (run: PipelineRun) => void;
  readonly failed: (error: unknown) => void;
}

/** All that the page has read: the pipeline, the plan of its next run, its runs. */
export class PipelineStore {
  /** Undefined: not read yet; null: modelyard.yaml has no such pipeline (any more). */
  summary: PipelineSummary | null | undefined;
  plan: PipelinePlan | undefined;
  /** Why there is no plan. */
  planError: unknown;
  isPlanning = false;
  /** Newest first. */
  runs: readonly PipelineRun[] = [];
  hasMore = false;
  readonly summaries = new Map<RunId, RunSummary>();
  private planning = new AbortController();
  private readonly replan = throttled(1000, () => void this.makePlan());
  private readonly reread = throttled(1000, () => void this.readSummaries());

  constructor(
    private readonly channel: Channel,
    private readonly pipeline: string,
    private readonly listener: Listener,
  ) {
    channel.on('pipeline/changed', ({ run }) => this.take(run));
    channel.on('config/changed', () => void this.load());
    channel.on('dataset/changed', () => this.replan());
    channel.on('runs/changed', ({ runIds }) => {
      if (runIds.some(id => this.summaries.has(id))) this.reread();
    });
    channel.onSaid('reconnected', () => void this.load());
  }

  run(id: string): PipelineRun | undefined {
    return this.runs.find(run => run.id === id);
  }

  /** ms by step, as the plan knows them. */
  get usually(): ReadonlyMap<string, number> {
    const steps = this.plan?.steps ?? [];
    return new Map(steps.flatMap(({ name, usually }) => (usually === undefined ? [] : [[name, usually]])));
  }

  async load(): Promise<void> {
    try {
      const [list, runs] = await Promise.all([
        this.channel.call('pipelines/list', {}).catch((error: unknown) => {
          if (this.runsOnly(error)) return undefined;
          throw error;
        }),
        this.channel.call('pipelines/runs', { pipeline: this.pipeline, limit: pageSize + 1 }),
      ]);
      this.summary = list?.find(({ name }) => name === this.pipeline) ?? null;
      const known = this.runs.slice(pageSize);
      this.hasMore = runs.length > pageSize || known.length > 0;
      for (const run of runs.slice(0, pageSize).toReversed()) this.runs = withRun(this.runs, run);
      this.listener.changed();
      await Promise.all([this.readSummaries(), this.makePlan()]);
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** A modelyard.yaml that cannot be read does not hide what ran before. */
  private runsOnly(error: unknown): boolean {
    this.planError = error;
    return error instanceof CallError && error.wire.code.startsWith('config.');
  }

  /** Reads older runs. */
  async more(): Promise<void> {
    const before = this.runs.at(-1)?.id;
    if (before === undefined) return;
    try {
      const { pipeline } = this;
      const runs = await this.channel.call('pipelines/runs', { pipeline, before, limit: pageSize + 1 });
      this.hasMore = runs.length > pageSize;
      for (const run of runs.slice(0, pageSize)) this.runs = withRun(this.runs, run);
      await this.readSummaries();
    } catch (error) {
      this.listener.failed(error);
    }
  }

  /** Reads a run that is older than those of the list. @throws CallError */
  async fetch(id: PipelineRunId): Promise<PipelineRun> {
    const run = await this.channel.call('pipelines/get', { id });
    this.runs = withRun(this.runs, run);
    await this.readSummaries();
    return run;
  }

  /** Plans the next run; a newer plan ends an older one, which may be reading a large file. */
  async makePlan(): Promise<void> {
    if (this.summary === null || this.summary === undefined) return;
    this.planning.abort();
    const mine = (this.planning = new AbortController());
    this.isPlanning = true;
    this.listener.changed();
    try {
      const plan = await this.channel.call('pipelines/plan', { pipeline: this.pipeline }, mine.signal);
      if (mine.signal.aborted) return;
      this.plan = plan;
      this.planError = undefined;
    } catch (error) {
      if (mine.signal.aborted) return;
      this.planError = error;
    }
    this.isPlanning = false;
    this.listener.changed();
  }

  private take(run: PipelineRun): void {
    if (run.pipeline !== this.pipeline) return;
    const isNew = !this.runs.some(({ id }) => id === run.id);
    this.runs = withRun(this.runs, run);
    if (isNew) {
      this.listener.began(run);
      this.reread();
    }
    if (run.status !== 'running') this.replan();
    this.listener.changed();
  }

  private async readSummaries(): Promise<void> {
    const runIds = this.runs.map(({ runId }) => runId);
    if (runIds.length > 0) {
      const found = await this.channel.call('runs/list', { runIds }).catch(() => []);
      for (const summary of found) this.summaries.set(summary.id, summary);
    }
    this.listener.changed();
  }
}
