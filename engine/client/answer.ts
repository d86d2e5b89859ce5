import { ModelyardError } from '../errors';

export interface AnswerOptions {
  readonly signal: AbortSignal | undefined;
  /** What changes nothing is given up at once. */
  readonly isRead: boolean;
  /** Bytes that have come from the engine so far. */
  readonly received: () => number;
  /** Makes a living engine say something. */
  readonly ask: () => void;
  readonly silent: () => ModelyardError;
  readonly patience?: CancelPatience;
}

export interface CancelPatience {
  /** ms in which a living engine says something. */
  readonly life: number;
  /** ms in which it ends what it was told to end: more than the children it has to end get. */
  readonly end: number;
}
const usual: CancelPatience = { life: 3000, end: 15_000 };

/**
 * The answer to a call, or an error when it is not worth waiting for any longer. After an abort what the engine says is
 * still heard, because it may be the result of what was done so far; but not for ever.
 */
export class Answer<T> {
  /** @throws ModelyardError `cancelled`, `engine.unreachable`, or what the call failed with */
  readonly settled: Promise<T>;
  private giveUp: (error: ModelyardError) => void = () => undefined;
  private readonly options: AnswerOptions;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(call: Promise<T>, options: AnswerOptions) {
    this.options = options;
    this.settled = new Promise((resolve, reject) => {
      this.giveUp = reject;
      call.then(resolve, reject);
    });
    options.signal?.addEventListener('abort', this.abort, { once: true });
  }

  /** Nobody waits for the engine any longer. */
  reject(error: ModelyardError): void {
    this.giveUp(error);
  }

  close(): void {
    this.options.signal?.removeEventListener('abort', this.abort);
    for (const timer of this.timers) clearTimeout(timer);
  }

  private readonly abort = (): void => {
    const { isRead, received, ask, silent, patience = usual } = this.options;
    if (isRead) {
      this.reject(new ModelyardError('cancelled', 'Cancelled.'));
      return;
    }
    const before = received();
    ask();
    this.after(patience.life, () => {
      if (received() === before) this.reject(silent());
    });
    const late = new ModelyardError('cancelled', 'Cancelled; the engine is still ending what it had begun.');
    this.after(patience.end, () => this.reject(late));
  };

  /** What has come in meanwhile is read first, should this process have been held up. */
  private after(time: number, act: () => void): void {
    this.timers.push(setTimeout(() => setImmediate(act), time));
  }
}
