import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { ModelyardError, toWireError } from '../errors';
import type { Cell } from '../protocol/data';
import type { Rows } from '../scoringRequest';
import { wireErrorSchema } from '../schemas/wireError';
import type { FeatureInputs } from '../serving/featureLookup';
import type { Scorer } from '../serving/scoringHandler';
import { loadScorer } from './modelScorer';

type Answers = readonly Readonly<Record<string, Cell>>[];

const placeSchema = v.object({ version: v.number(), folder: v.string() });
type ModelPlace = v.InferOutput<typeof placeSchema>;

/** What this very bundle says to itself. */
const questionSchema = v.object({ id: v.number(), rows: v.custom<Rows>(isRows) });
const saidSchema = v.variant('type', [
  v.object({ type: v.literal('loaded'), features: v.optional(v.custom<FeatureInputs>(isObject)) }),
  v.object({ type: v.literal('refused'), error: wireErrorSchema }),
  v.object({ type: v.literal('answered'), id: v.number(), answers: v.custom<Answers>(Array.isArray) }),
  v.object({ type: v.literal('failed'), id: v.number(), error: wireErrorSchema }),
]);
type Said = v.InferOutput<typeof saidSchema>;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
function isRows(value: unknown): boolean {
  return isObject(value) && 'columns' in value && 'data' in value;
}

interface Asked {
  readonly resolve: (answers: Answers) => void;
  readonly reject: (error: ModelyardError) => void;
}

/** A model in a thread of its own: while a large one is loaded, the one before it answers. */
export class ScorerThread implements Scorer {
  features?: FeatureInputs;
  private readonly open = new Map<number, Asked>();
  private last = 0;
  private isRetired = false;

  private constructor(
    readonly version: number,
    private readonly worker: Worker,
  ) {}

  /**
   * @param file this very bundle, which is begun again as a thread
   * @param died told when the thread ends although it is needed
   * @throws ModelyardError when the model cannot be loaded, which has no other consequence
   */
  static load(file: string, place: ModelPlace, died: (reason: string) => void): Promise<ScorerThread> {
    const worker = new Worker(file, { workerData: place });
    const thread = new ScorerThread(place.version, worker);
    return new Promise((resolve, reject) => {
      let isLoaded = false;
      let reason = 'it has ended';
      worker.on('message', (message: unknown) => {
        const said = v.parse(saidSchema, message);
        if (said.type === 'loaded') {
          isLoaded = true;
          if (said.features) thread.features = said.features;
          resolve(thread);
        } else if (said.type === 'refused') reject(ModelyardError.fromWire(said.error));
        else thread.hear(said);
      });
      // out of memory, for one
      worker.on('error', error => (reason = error.message));
      worker.on('exit', () => {
        reject(new ModelyardError('step.failed', `The model cannot be loaded: ${reason}`));
        if (isLoaded && !thread.isRetired) died(reason);
      });
    });
  }

  answer(rows: Rows): Promise<Answers> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      this.worker.postMessage({ id, rows });
    });
  }

  /** Answers what it was asked, and ends. */
  retire(): void {
    this.isRetired = true;
    if (this.open.size === 0) void this.worker.terminate();
  }

  private hear(said: Extract<Said, { readonly id: number }>): void {
    const asked = this.open.get(said.id);
    this.open.delete(said.id);
    if (said.type === 'answered') asked?.resolve(said.answers);
    else asked?.reject(ModelyardError.fromWire(said.error));
    if (this.isRetired) this.retire();
  }
}

/** In the thread: loads the model and answers. @returns false in the main one */
export function answersAsThread(): boolean {
  if (isMainThread) return false;
  const { version, folder } = v.parse(placeSchema, workerData);
  const say = (said: Said): void => parentPort?.postMessage(said);
  loadScorer(version, folder)
    .then(scorer => {
      parentPort?.on('message', (message: unknown) => {
        const { id, rows } = v.parse(questionSchema, message);
        scorer.answer(rows).then(
          answers => say({ type: 'answered', id, answers }),
          (error: unknown) => say({ type: 'failed', id, error: toWireError(error) }),
        );
      });
      say({ type: 'loaded', features: scorer.features });
    })
    .catch((error: unknown) => say({ type: 'refused', error: toWireError(error) }));
  return true;
}
