import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { ModelyardError, throwIfAborted } from '../../../errors';
import { temporaryOf } from '../../../data/write/newFile';
import type {
  ComparePlan,
  ComputedRows,
  ComputePlan,
  FeaturesJob,
  FeaturesResult,
  MaterialisePlan,
  PreviewPlan,
  TrainingSetPlan,
} from '../../../protocol/featurePlans';
import type { MaterialisedRows } from '../../../features/online/rowSource';
import type { JoinPreview, TrainingSet } from '../../../protocol/featureJoins';
import type { ValueChange } from '../../../protocol/features';
import { parseFromFeatures, type FromFeatures, type ToFeatures } from '../../featuresJob';

/** MiB of JavaScript's heap in the process that computes features; numbers are beside it. */
const heap = 2048;
/** ms that a cancelled process gets to end by itself. */
const patience = 2000;

export interface FeaturesChildOptions {
  /** The bundle that computes features. */
  readonly featuresFile: string;
  /** Share of what is to be read, in [0, 1]. */
  readonly progress?: (fraction: number) => void;
}

/**
 * Computes features in processes of their own. All calls reject with the errors of the data (`data.*` with file and line),
 * `config.invalid` for what cannot be computed, `cancelled`, and `step.failed` when the process died; then nothing is left
 * of what they began.
 */
export class FeaturesChild {
  readonly #options: FeaturesChildOptions;

  constructor(options: FeaturesChildOptions) {
    this.#options = options;
  }

  /** Writes the rows of the entity file with the features. */
  async join(plan: TrainingSetPlan, signal: AbortSignal, options = this.#options): Promise<Omit<TrainingSet, 'path'>> {
    const conversation = new Conversation({ kind: 'join', plan }, options);
    try {
      const result = await conversation.result(signal);
      if (result.kind === 'join') return result.set;
      throw unexpected();
    } catch (error) {
      await conversation.ended();
      if (conversation.pid !== undefined) await rm(temporaryOf(plan.path, conversation.pid), { force: true });
      throw error;
    }
  }

  async preview(plan: PreviewPlan, signal: AbortSignal, options = this.#options): Promise<JoinPreview> {
    const result = await new Conversation({ kind: 'preview', plan }, options).result(signal);
    if (result.kind === 'preview') return result.preview;
    throw unexpected();
  }

  async compute(plan: ComputePlan, signal: AbortSignal, options = this.#options): Promise<ComputedRows> {
    const result = await new Conversation({ kind: 'compute', plan }, options).result(signal);
    if (result.kind === 'compute') return result.computed;
    throw unexpected();
  }

  async compare(plan: ComparePlan, signal: AbortSignal, options = this.#options): Promise<readonly ValueChange[]> {
    const result = await new Conversation({ kind: 'compare', plan }, options).result(signal);
    if (result.kind === 'compare') return result.changes;
    throw unexpected();
  }

  /** Goes on as its rows are taken; the last says how many rows of the source belonged to it. */
  async *materialise(plan: MaterialisePlan, signal: AbortSignal): AsyncGenerator<MaterialisedRows, void, undefined> {
    const conversation = new Conversation({ kind: 'materialise', plan }, this.#options);
    try {
      for (;;) {
        const message = await conversation.next(signal);
        if (message.type === 'rows') {
          yield message.rows;
          conversation.post({ type: 'next' });
        } else {
          if (message.result.kind !== 'materialise') throw unexpected();
          const { rows, entities, pushed } = message.result;
          yield { kind: 'end', rows, entities, pushed };
          return;
        }
      }
    } finally {
      await conversation.ended();
    }
  }
}

const unexpected = (): ModelyardError =>
  new ModelyardError('internal', 'The process that computes features answered something else than it was asked.');

/** A process that does one job, and what it says. */
class Conversation {
  readonly #child: ChildProcess;
  readonly #progress: ((fraction: number) => void) | undefined;
  readonly #said: FromFeatures[] = [];
  #wake: () => void = () => undefined;
  #death: string | undefined;

  constructor(job: FeaturesJob, { featuresFile, progress }: FeaturesChildOptions) {
    this.#progress = progress;
    this.#child = fork(featuresFile, [], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', MODELYARD_ENGINE_PID: String(process.pid) },
      execArgv: [`--max-old-space-size=${heap}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const die = (how: string): void => {
      this.#death ??= how;
      this.#wake();
    };
    this.#child.on('message', message => {
      try {
        this.#said.push(parseFromFeatures(message));
        this.#wake();
      } catch {
        die('it said what is no answer');
      }
    });
    this.#child.once('error', error => die(error.message));
    // a last message may still be on its way
    this.#child.once('exit', (code, killedBy) => setTimeout(() => die(killedBy ?? `exit code ${code ?? 0}`), 100));
    this.post({ type: 'job', job });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  post(message: ToFeatures): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  async result(signal: AbortSignal): Promise<FeaturesResult> {
    try {
      for (;;) {
        const message = await this.next(signal);
        if (message.type === 'done') return message.result;
      }
    } finally {
      await this.ended();
    }
  }

  /** Its next rows, or its answer. */
  async next(signal: AbortSignal): Promise<Extract<FromFeatures, { type: 'rows' | 'done' }>> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        throwIfAborted(signal);
        const message = this.#said.shift();
        if (message?.type === 'failed') throw ModelyardError.fromWire(message.error);
        if (message?.type === 'progress') this.#progress?.(message.fraction);
        else if (message) return message;
        else if (this.#death !== undefined) throw died(this.#death);
        else
          await new Promise<void>(resolve => {
            this.#wake = resolve;
          });
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Has the process end, with some time to tidy up. */
  async ended(): Promise<void> {
    const child = this.#child;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit').catch(() => undefined);
    this.post({ type: 'cancel' });
    const timer = setTimeout(() => child.kill('SIGKILL'), patience);
    await exit;
    clearTimeout(timer);
  }
}

const died = (how: string): ModelyardError =>
  new ModelyardError('step.failed', `The process that computes features ended (${how}) before it had finished.`, {
    fix: 'Try again. If it ends again, there may be too little memory for these files.',
  });
