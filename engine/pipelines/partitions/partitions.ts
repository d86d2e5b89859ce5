import { createHash } from 'node:crypto';
import { ModelyardError, toWireError } from '../../errors';
import type {
  Backfill,
  BackfillRequest,
  FilledPartition,
  PartitionList,
  PartitionState,
  PartitionStatus,
} from '../../protocol/partitions';
import type { ProgressReport } from '../../protocol/progress';
import type { PipelineRequest, PipelineRun, PlanRequest } from '../../protocol/pipelines';
import type { PartitionsConfig } from '../../protocol/workspaceConfig';
import { completeCount, keyAt } from '../../schedule/partitions';
import type { WorkspaceFiles } from '../cache/workspaceFiles';
import type { LoadedConfig, PipelinePorts } from '../ports';
import { choosePartition } from './choosePartition';
import type { LastFilled, PartitionStore } from './partitionStore';

export interface PartitionsOptions {
  readonly config: PipelinePorts['config'];
  readonly files: WorkspaceFiles;
  readonly store: PartitionStore;
  readonly running: () => readonly PipelineRun[];
  readonly run: (
    request: PipelineRequest,
    onProgress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ) => Promise<PipelineRun>;
  /** ms since 1970 */
  readonly now: () => number;
}

const never = new AbortController().signal;
const keyOf = (pipeline: string, partition: string): string => JSON.stringify([pipeline, partition]);

/** What has been made of each partition of a pipeline, and filling those that are missing. */
export class Partitions {
  constructor(private readonly options: PartitionsOptions) {}

  /**
   * The config with the values of the partition that a request is for, `at` a time (ms since 1970; default now); `partition`
   * is absent when the pipeline has none.
   * @throws ModelyardError `config.*`, `params.invalid`
   */
  async load(request: PlanRequest & { readonly at?: number }): Promise<{
    readonly loaded: LoadedConfig;
    readonly partition?: { readonly key: string; readonly isNewest: boolean };
  }> {
    const loaded = await this.options.config(request);
    const { pipeline } = request;
    const now = this.options.now();
    const { partitions } = loaded.config.pipelines[pipeline] ?? {};
    if (loaded.config.pipelines[pipeline] === undefined) return { loaded };
    const { at = now } = request;
    const chosen = { pipeline, partitions, now };
    const newestThen = () => choosePartition({ ...chosen, wanted: undefined, now: Math.min(at, now) })?.key;
    const wanted = request.partition ?? (isOfTime(partitions) ? newestThen() : undefined);
    const partition = choosePartition({ ...chosen, wanted });
    if (partition === undefined) return { loaded };
    return { loaded: await this.options.config({ ...request, partition: partition.key }), partition };
  }

  /** sha-256 over what the pipeline is, and the code that its commands read, whatever the partition. */
  async definition(loaded: LoadedConfig, pipeline: string): Promise<string> {
    const { digest, files } = loaded.definition(pipeline);
    const read = await this.options.files.digests(files, never).catch(() => ({}));
    return createHash('sha256')
      .update(JSON.stringify([digest, read]))
      .digest('hex');
  }

  /**
   * @param limit the newest so many
   * @throws ModelyardError `config.*`, `not-found`, `params.invalid` for a pipeline without partitions
   */
  async list({ pipeline, limit }: { readonly pipeline: string; readonly limit?: number }): Promise<PartitionList> {
    const { partitions, loaded } = await this.partitionsOf(pipeline);
    const states = await this.states(pipeline, { partitions, loaded });
    const counts: Record<PartitionStatus, number> = { missing: 0, running: 0, succeeded: 0, failed: 0, outdated: 0 };
    for (const { status } of states) counts[status] += 1;
    const shown = limit === undefined ? states : states.slice(Math.max(0, states.length - limit));
    if ('names' in partitions) return { pipeline, partitions: shown, counts };
    const { every, timezone } = partitions;
    return { pipeline, every, timezone, partitions: shown, counts };
  }

  private async partitionsOf(
    pipeline: string,
  ): Promise<{ readonly partitions: PartitionsConfig; readonly loaded: LoadedConfig }> {
    const loaded = await this.options.config();
    const found = loaded.config.pipelines[pipeline];
    if (found?.partitions) return { partitions: found.partitions, loaded };
    if (found)
      throw new ModelyardError('params.invalid', `Pipeline ${pipeline} has no partitions.`, {
        fix: 'Add `partitions: {every: day, start: 2024-01-01}` to it.',
      });
    throw new ModelyardError('not-found', `${loaded.file} has no pipeline ${pipeline}.`, {
      fix: `It has ${Object.keys(loaded.config.pipelines).join(', ') || 'none'}.`,
    });
  }

  private async states(
    pipeline: string,
    { partitions, loaded }: { readonly partitions: PartitionsConfig; readonly loaded: LoadedConfig },
  ): Promise<readonly PartitionState[]> {
    const { store, running, now } = this.options;
    const keys =
      'names' in partitions
        ? partitions.names
        : Array.from({ length: completeCount(partitions, now()) }, (_, i) => keyAt(partitions, i));
    const last = store.last(pipeline);
    const definition = await this.definition(loaded, pipeline);
    const under = new Map(
      running().flatMap(run =>
        run.pipeline === pipeline && run.partition !== undefined ? [[run.partition, run]] : [],
      ),
    );
    return keys.map(partition => {
      const run = under.get(partition);
      if (run) return { partition, status: 'running', run: run.id };
      return { partition, ...stateOf(last.get(partition), definition) };
    });
  }

  /**
   * Runs partitions one after the other, or some at a time, in their order. One that fails does not keep the others from
   * running; cancelling ends what runs and begins no more.
   * @throws ModelyardError `config.*`, `not-found`, `params.invalid`, `conflict` when several at a time would write one file
   */
  async backfill(
    request: BackfillRequest,
    onProgress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ): Promise<Backfill> {
    const { pipeline, parallel = 1 } = request;
    const { partitions, loaded } = await this.partitionsOf(pipeline);
    const wanted = within(await this.states(pipeline, { partitions, loaded }), request, partitions);
    const chosen = wanted.filter(({ status }) => isDue(status, request)).map(({ partition }) => partition);
    const [first, second] = chosen;
    if (parallel > 1 && first !== undefined && second !== undefined) await this.refuseShared(pipeline, first, second);
    const filled = new Map<string, FilledPartition>(
      chosen.map(partition => [partition, { partition, status: 'waiting' }]),
    );
    const before = this.options.store.last(pipeline);
    // Another back-fill, a schedule or somebody by hand may have begun one since, or made it.
    const isTaken = (partition: string): boolean =>
      this.isUnderWay(pipeline, partition) ||
      (last => last?.status === 'succeeded' && last.run !== before.get(partition)?.run)(
        this.options.store.last(pipeline).get(partition),
      );
    const start: PartitionsOptions['run'] = async (...call) => {
      const own = keyOf(pipeline, call[0].partition ?? '');
      this.filling.add(own);
      try {
        return await this.options.run(...call);
      } finally {
        this.filling.delete(own);
      }
    };
    const filling = new Filling(start, { request, filled, isTaken, onProgress });
    await filling.run(Math.min(parallel, chosen.length), signal);
    return { pipeline, partitions: [...filled.values()], skipped: wanted.length - filled.size };
  }

  /** What back-fills have begun; such a run is among `running` a little later only. */
  private readonly filling = new Set<string>();

  private isUnderWay(pipeline: string, partition: string): boolean {
    const isIt = (run: PipelineRun): boolean => run.pipeline === pipeline && run.partition === partition;
    return this.filling.has(keyOf(pipeline, partition)) || this.options.running().some(isIt);
  }

  /** Two at a time would write the same file. */
  private async refuseShared(pipeline: string, first: string, second: string): Promise<void> {
    const outs = async (partition: string): Promise<readonly string[]> => {
      const { config } = await this.options.config({ pipeline, partition });
      return Object.values(config.pipelines[pipeline]?.steps ?? {}).flatMap(step =>
        step.uses === 'run' ? step.outs : [],
      );
    };
    const [a, b] = [await outs(first), new Set(await outs(second))];
    const shared = a.find(out => b.has(out));
    if (shared === undefined) return;
    throw new ModelyardError(
      'conflict',
      `Every partition of ${pipeline} writes ${shared}, so that they cannot run at the same time.`,
      {
        fix: 'Put `${{ partition }}` into the path, or run them one at a time.',
      },
    );
  }
}

const isOfTime = (partitions: PartitionsConfig | undefined): boolean =>
  partitions !== undefined && 'every' in partitions;

/** Of the wanted partitions those that are run. */
function isDue(status: PartitionStatus, { all = false, outdated = false }: BackfillRequest): boolean {
  if (status === 'running') return false;
  return all || status === 'missing' || status === 'failed' || (outdated && status === 'outdated');
}

function stateOf(last: LastFilled | undefined, definition: string): Omit<PartitionState, 'partition'> {
  if (last === undefined) return { status: 'missing' };
  const { status, run, endedAt } = last;
  const made = status === 'succeeded' && last.definition !== definition ? 'outdated' : status;
  return { status: made, run, ...(endedAt !== undefined && { endedAt }) };
}

/** From one to another, both included. @throws ModelyardError `params.invalid` when there is no such one */
function within(
  states: readonly PartitionState[],
  { pipeline, from, to }: BackfillRequest,
  partitions: PartitionsConfig,
): readonly PartitionState[] {
  const place = (wanted: string | undefined, usual: number): number => {
    if (wanted === undefined) return usual;
    const { key } = choosePartition({ pipeline, partitions, wanted, now: Date.now() }) ?? { key: '' };
    return states.findIndex(({ partition }) => partition === key);
  };
  const [first, last] = [place(from, 0), place(to, states.length - 1)];
  if (first > last && states.length > 0)
    throw new ModelyardError('params.invalid', `The partition ${to ?? ''} comes before ${from ?? ''}.`, {
      fix: 'Name the earlier one first.',
    });
  return states.slice(first, last + 1);
}

/** One back-fill under way. */
class Filling {
  private readonly queue: string[];
  private done = 0;
  private failed = 0;
  private stopped: unknown;

  constructor(
    private readonly start: PartitionsOptions['run'],
    private readonly what: {
      readonly request: BackfillRequest;
      readonly filled: Map<string, FilledPartition>;
      /** Somebody else runs it, or has made it since. */
      readonly isTaken: (partition: string) => boolean;
      readonly onProgress: (report: ProgressReport) => void;
    },
  ) {
    this.queue = [...what.filled.keys()];
  }

  async run(parallel: number, signal: AbortSignal): Promise<void> {
    const worker = async (): Promise<void> => {
      for (let next = this.next(signal); next !== undefined; next = this.next(signal)) await this.fill(next, signal);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    if (this.stopped instanceof Error) throw this.stopped;
  }

  private next(signal: AbortSignal): string | undefined {
    return signal.aborted || this.stopped !== undefined ? undefined : this.queue.shift();
  }

  private async fill(partition: string, signal: AbortSignal): Promise<void> {
    const { request: asked, filled, isTaken } = this.what;
    if (isTaken(partition)) {
      filled.delete(partition);
      return;
    }
    const { pipeline, params, fresh } = asked;
    this.tell({ partition, status: 'running' });
    try {
      const request = { pipeline, partition, ...(params && { params }), ...(fresh !== undefined && { fresh }) };
      const { id, status, error } = await this.start(request, () => undefined, signal);
      this.tell({ partition, status, run: id, ...(error && { error }) });
    } catch (error) {
      const wire = toWireError(error);
      // It is the same for all of them.
      if (wire.code.startsWith('config.')) this.stopped = error;
      this.tell({ partition, status: wire.code === 'cancelled' ? 'cancelled' : 'failed', error: wire });
    }
  }

  private tell(last: FilledPartition): void {
    const { filled, onProgress } = this.what;
    filled.set(last.partition, last);
    if (last.status !== 'running') this.done += 1;
    if (last.status === 'failed') this.failed += 1;
    const total = filled.size;
    onProgress({
      message: `${last.partition} (${this.done} of ${total})`,
      fraction: this.done / Math.max(1, total),
      backfill: { total, done: this.done, failed: this.failed, last },
    });
  }
}
