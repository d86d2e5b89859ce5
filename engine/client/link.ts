import type { Socket } from 'node:net';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { CancellationTokenSource, ProgressType } from 'vscode-jsonrpc/node';
import { ModelyardError, throwIfAborted } from '../errors';
import type { Hello, Welcome } from '../protocol/engine';
import type { Method, Params, Result } from '../protocol/methods';
import type { ProgressReport } from '../protocol/progress';
import type { CancelPatience } from './answer';
import { Answer } from './answer';
import type { EventListeners } from './eventListeners';
import { eventNames } from './eventListeners';
import { long, methodKinds, silencing } from './methodKinds';
import { Pulse } from './pulse';
import { byeNotification, createWire, progressKey } from './wire';
import { fromResponse } from './wireError';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: ProgressReport) => void;
}

export interface LinkOptions {
  /** The engine's process, to name it. */
  readonly pid: number;
  /** ms; see `Pulse`. Default 10 s. */
  readonly silence?: number;
  readonly cancelPatience?: CancelPatience;
}

const progressType = new ProgressType<ProgressReport>();
/** ms */
const drainTime = 10;
/** ms */
const usualSilence = 10_000;
let lastToken = 0;

/** One connection to one engine, from its opening to its end. */
export class Link {
  private readonly wire: MessageConnection;
  private readonly socket: Socket;
  /** Settles when nothing more will arrive, also of what was on its way when the connection ended. */
  readonly closed: Promise<void>;
  private markClosed: () => void = () => undefined;
  private readonly options: LinkOptions;
  private readonly pulse: Pulse;
  /** Calls that take no time: a silent engine is not waited for. */
  private readonly quick = new Set<Answer<unknown>>();
  private readonly silenceListeners = new Set<(isSilent: boolean) => void>();
  private silencingCalls = 0;
  private open = true;
  private saidBye = false;

  constructor(socket: Socket, options: LinkOptions) {
    this.socket = socket;
    this.options = options;
    this.pulse = new Pulse({
      patience: options.silence ?? usualSilence,
      received: () => socket.bytesRead,
      ask: () => this.ask(),
      tell: isSilent => this.heard(isSilent),
    });
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

  /** Told when the engine has said nothing for long although it was asked, and when it speaks again. */
  onSilence(listener: (isSilent: boolean) => void): void {
    this.silenceListeners.add(listener);
  }

  /**
   * Settles in any case: a while after its signal aborts, and after the engine falls silent if it is not a long one.
   * @throws ModelyardError as the engine threw it; `engine.unreachable` when the connection ends before the answer, or
   * nothing comes; `cancelled`
   */
  async call<M extends Method>(method: M, params: Params<M>, { signal, onProgress }: CallOptions): Promise<Result<M>> {
    if (signal) throwIfAborted(signal);
    if (!this.open) throw lost(method);
    const cancellation = new CancellationTokenSource();
    const cancel = (): void => cancellation.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const token = ++lastToken;
    const progress = onProgress && this.wire.onProgress(progressType, token, onProgress);
    const sent = progress ? { ...params, [progressKey]: token } : params;
    const answer = this.answerOf(method, this.wire.sendRequest<Result<M>>(method, sent, cancellation.token), signal);
    const unwatch = this.watch(method, answer);
    try {
      return await answer.settled;
    } catch (error) {
      if (!this.isOpen) throw lost(method);
      throw fromResponse(error);
    } finally {
      unwatch();
      answer.close();
      signal?.removeEventListener('abort', cancel);
      progress?.dispose();
      cancellation.dispose();
    }
  }

  private answerOf<T>(method: Method, call: Promise<T>, signal: AbortSignal | undefined): Answer<T> {
    const { cancelPatience } = this.options;
    return new Answer(call, {
      signal,
      isRead: methodKinds[method] === 'read',
      received: () => this.socket.bytesRead,
      ask: () => this.ask(),
      silent: () => this.silentError(),
      ...(cancelPatience && { patience: cancelPatience }),
    });
  }

  /** The hello has a bound of its own. */
  private watch(method: Method, answer: Answer<unknown>): () => void {
    if (method === 'engine/hello') return () => undefined;
    const isSilencing = silencing.has(method);
    if (isSilencing) this.silencingCalls++;
    if (!long.has(method)) this.quick.add(answer);
    const unwatch = this.pulse.watch();
    return () => {
      unwatch();
      this.quick.delete(answer);
      if (isSilencing) this.silencingCalls--;
    };
  }

  /** Any answer will do. */
  private ask(): void {
    if (this.open) this.wire.sendRequest('engine/status', {}).catch(() => undefined);
  }

  private heard(isSilent: boolean): void {
    if (isSilent && this.silencingCalls > 0) return;
    if (isSilent) for (const call of this.quick) call.reject(this.silentError());
    for (const listener of this.silenceListeners) listener(isSilent);
  }

  private silentError(): ModelyardError {
    return silentEngine(this.options.pid);
  }

  close(): void {
    this.socket.destroy();
    this.drain();
  }

  /** The last messages have been received, but are handed out one by one: they are waited for. */
  private drain(): void {
    if (!this.open) return;
    this.open = false;
    this.pulse.close();
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

/** An engine that is there and says nothing; `data.pid` is its process. */
export const silentEngine = (pid: number): ModelyardError =>
  new ModelyardError('engine.unreachable', `The engine (process ${pid}) does not answer.`, {
    fix: `It is stopped, frozen or very busy. Wait for it, or end process ${pid}: a new engine is started by itself.`,
    data: { pid, silent: true },
  });
