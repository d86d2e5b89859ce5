import type { Socket } from 'node:net';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { CancellationTokenSource, ProgressType } from 'vscode-jsonrpc/node';
import { ModelyardError, throwIfAborted } from '../errors';
import type { Hello, Method, Params, ProgressReport, Result, Welcome } from '../protocol/methods';
import type { EventListeners } from './eventListeners';
import { eventNames } from './eventListeners';
import { byeNotification, createWire, progressKey } from './wire';
import { fromResponse } from './wireError';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: ProgressReport) => void;
}

const progressType = new ProgressType<ProgressReport>();
/** ms */
const drainTime = 10;
let lastToken = 0;

/** One connection to one engine, from its opening to its end. */
export class Link {
  private readonly wire: MessageConnection;
  private readonly socket: Socket;
  /** Settles when nothing more will arrive, also of what was on its way when the connection ended. */
  readonly closed: Promise<void>;
  private markClosed: () => void = () => undefined;
  private open = true;
  private saidBye = false;

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise(resolve => {
      this.markClosed = resolve;
    });
    this.wire = createWire(socket);
    this.wire.onClose(() => this.drain());
    this.wire.onError(() => this.close());
    this.wire.onNotification(byeNotification, () => {
      this.saidBye = true;
    });
    socket.on('error', () => this.close());
    this.wire.listen();
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Whether the engine closed the connection on purpose: it was asked to stop. */
  get endedOnPurpose(): boolean {
    return this.saidBye;
  }

  hello(hello: Hello): Promise<Welcome> {
    return this.call('engine/hello', hello, {});
  }

  forwardEvents(to: EventListeners): void {
    for (const event of eventNames) this.wire.onNotification(event, to.emitter(event));
  }

  /** @throws ModelyardError as the engine threw it; `engine.unreachable` when the connection ends before the answer. */
  async call<M extends Method>(method: M, params: Params<M>, { signal, onProgress }: CallOptions): Promise<Result<M>> {
    if (signal) throwIfAborted(signal);
    if (!this.open) throw lost(method);
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const token = ++lastToken;
    const progress = onProgress && this.wire.onProgress(progressType, token, onProgress);
    try {
      const sent = progress ? { ...params, [progressKey]: token } : params;
      return await this.wire.sendRequest<Result<M>>(method, sent, cancellation.token);
    } catch (error) {
      if (!this.isOpen) throw lost(method);
      throw fromResponse(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      progress?.dispose();
      cancellation.dispose();
    }
  }

  close(): void {
    this.socket.destroy();
    this.drain();
  }

  /** The last messages have been received, but are handed out one by one: they are waited for. */
  private drain(): void {
    if (!this.open) return;
    this.open = false;
    setTimeout(() => {
      this.wire.dispose();
      this.socket.destroy();
      this.markClosed();
    }, drainTime);
  }
}

const lost = (method: string): ModelyardError =>
  new ModelyardError('engine.unreachable', `The engine ended while it worked on ${method}.`, {
    fix: 'Try again: a new engine is started by itself. Its log is .modelyard/engine.log.',
  });
