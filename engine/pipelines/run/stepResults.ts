import path from 'node:path';
import type { Digest } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import { restoreStep } from '../cache/restoreStep';
import { ancestors, type Steps } from '../graph/graph';
import { madeFor, writeHandover } from '../outputs/handover';
import { lockedDigests } from '../outputs/lockFile';
import { madeOf } from '../outputs/madeOf';
import { storeOutputs, type Made, type StoredOutput } from '../outputs/outputs';
import { outputFolder, type StepWork } from '../step/stepWork';
import { DataRead } from './dataRead';
import { placesOf, type ExecutionOptions } from './executionOptions';
import type { RunLogger } from './runLogger';

/** What a step has made and found, or an earlier one for it. */
export interface StepResult {
  readonly result: JobResult;
  readonly outputs: readonly StoredOutput[];
  readonly fingerprint: string | undefined;
  /** What else is written in the same commit. */
  readonly more?: () => void;
}

/** The step's work as far as it says what becomes of its results. */
type Work = Pick<StepWork, 'name' | 'step' | 'workspace' | 'workDir'> & {
  readonly context: Pick<StepWork['context'], 'runId'>;
};

/** What the steps of a run have made: kept, logged, and there for the steps that need it. */
export class StepResults {
  /** By step, what stands in modelyard.lock. */
  readonly digests: Record<string, Record<string, Digest>> = {};
  private readonly read: DataRead;
  /** Of the steps that have run, and of the earlier ones that those need. */
  private readonly made = new Map<string, Made>();

  constructor(private readonly options: ExecutionOptions & { readonly steps: Steps; readonly logger: RunLogger }) {
    this.read = new DataRead(options.loaded.config, options.steps);
  }

  /** The version of each dataset that was read. */
  get datasets(): ReadonlyMap<string, Digest> {
    return this.read.digests;
  }

  /** What steps outside this run have made. */
  add(earlier: ReadonlyMap<string, Made>): void {
    for (const [name, made] of earlier) this.made.set(name, made);
  }

  of(step: string): Made | undefined {
    return this.made.get(step);
  }

  /** What the steps before it have made, nearest first. */
  before(name: string, steps: Steps): readonly Made[] {
    return ancestors(steps, name).flatMap(needed => this.made.get(needed) ?? []);
  }

  /** Stores what a step made and logs what it found; only then has the step succeeded. */
  async take(work: Work, { result, fingerprint }: Omit<StepResult, 'outputs'>, signal: AbortSignal): Promise<void> {
    const outputs = await storeOutputs(this.options.objects, outputFolder(work), result.outputs);
    // what a command makes lies there already
    if (work.step.uses === 'features') {
      const made = outputs.filter(({ kind }) => kind === 'training-set');
      await restoreStep({ step: work.step, outputs: made }, placesOf(this.options, work.workDir), signal);
    }
    await this.record(work, { result, outputs, fingerprint });
  }

  /** Logs what a step has found; what it made is kept already. @throws ModelyardError `conflict`: data changed meanwhile */
  async record(work: Work, { result, outputs, fingerprint, more }: StepResult): Promise<void> {
    const { store, state, ports, logger } = this.options;
    const { name: step, context } = work;
    const folder = outputFolder(work);
    this.read.note(step, result.inputs);
    const absolute = result.outputs.map(output => ({ ...output, absolutePath: path.resolve(folder, output.path) }));
    await ports.outputsMade(absolute);
    await logger.metrics(context.runId, result);
    store.together(() => {
      logger.record(step, { runId: context.runId, result, outputs });
      store.setOutputs(state.id, step, outputs);
      more?.();
    });
    const locked = lockedDigests(work.step.uses, outputs);
    if (Object.keys(locked).length > 0) this.digests[step] = locked;
    const paths = absolute.map(({ absolutePath }) => absolutePath);
    this.made.set(step, madeOf({ ...context, step, outputs, paths, fingerprint, datasets: result.inputs }));
    await this.handOver(step, { result, outputs });
  }

  private async handOver(step: string, { result, outputs }: Pick<StepResult, 'result' | 'outputs'>): Promise<void> {
    const { handover, loaded, state, objects } = this.options;
    if (handover.to === undefined) return;
    const { outputs: _, error: __, ...found } = result;
    const own = { ...madeFor(state.snapshot()), step, configDigest: loaded.digest };
    await writeHandover(handover.to, { ...own, result: found, outputs }, objects);
  }
}
