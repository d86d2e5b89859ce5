import type { WireError } from '../../engine/protocol/errors';
import type { EventName, Events } from '../../engine/protocol/events';
import { isRecord } from './json';
import type { PageMethod, PageParams, PageResult, ToHost, ToPage } from './protocol';

/** What `acquireVsCodeApi()` gives; it can be asked for once only. */
export interface VsCodeApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** A call that failed: what the engine or the host said of it. */
export class CallError extends Error {
  override readonly name = 'CallError';
  constructor(readonly wire: WireError) {
    super(wire.fix === undefined ? wire.message : `${wire.message} ${wire.fix}`);
  }
}

type Said = Exclude<ToPage, { type: 'result' | 'error' | 'event' }>['type'];
interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: CallError) => void;
  readonly stopListening: () => void;
}

/** The page's way to its host. Every call settles: by an answer, by its signal, or by `close`. */
export class Channel {
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<string, Set<(payload: never) => void>>();
  private readonly receive = (event: MessageEvent<unknown>): void => this.take(event.data);
  private lastId = 0;
  private isClosed = false;

  constructor(
    private readonly api: VsCodeApi,
    private readonly target: Pick<Window, 'addEventListener' | 'removeEventListener'> = window,
  ) {
    target.addEventListener('message', this.receive);
  }

  /** @throws CallError with the engine's code and sentence; `cancelled` when the signal fires first. */
  call<M extends PageMethod>(method: M, params: PageParams<M>, signal?: AbortSignal): Promise<PageResult<M>> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      if (this.isClosed || signal?.aborted) {
        reject(new CallError(cancelled));
        return;
      }
      const abort = (): void => {
        this.api.postMessage({ type: 'cancel', id });
        this.settle(id)?.reject(new CallError(cancelled));
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.pending.set(id, { resolve, reject, stopListening: () => signal?.removeEventListener('abort', abort) });
      try {
        this.api.postMessage({ type: 'call', id, method, params });
      } catch (error) {
        this.settle(id)?.reject(new CallError({ code: 'internal', message: String(error) }));
      }
    });
  }

  /** Tells the host that the page listens. */
  ready(): void {
    this.api.postMessage({ type: 'ready' });
  }

  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void {
    return this.listen(`event:${event}`, listener);
  }

  onSaid<T extends Said>(type: T, listener: (message: Extract<ToPage, { type: T }>) => void): () => void {
    return this.listen(type, listener);
  }

  close(): void {
    this.isClosed = true;
    this.target.removeEventListener('message', this.receive);
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(new CallError(cancelled));
  }

  private listen(key: string, listener: (payload: never) => void): () => void {
    const set = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, set.add(listener));
    return () => void set.delete(listener);
  }

  private take(data: unknown): void {
    if (!isToPage(data)) return;
    const message = reviveNumbers(data);
    if (message.type === 'result') this.settle(message.id)?.resolve(trusted(message.value));
    else if (message.type === 'error') this.settle(message.id)?.reject(new CallError(message.error));
    else if (message.type === 'event') this.emit(`event:${message.event}`, message.payload);
    else this.emit(message.type, message);
  }

  private emit(key: string, payload: unknown): void {
    for (const listener of this.listeners.get(key) ?? []) listener(trusted(payload));
  }

  private settle(id: number): Pending | undefined {
    const found = this.pending.get(id);
    this.pending.delete(id);
    found?.stopListening();
    return found;
  }
}

const cancelled: WireError = { code: 'cancelled', message: 'Cancelled.' };

/** Only our own host can post to a webview, and it answers with what the typed engine gave it. */
function trusted(value: unknown): never;
function trusted(value: unknown): unknown {
  return value;
}

function isToPage(data: unknown): data is ToPage {
  if (!isRecord(data)) return false;
  switch (data['type']) {
    case 'result':
      return typeof data['id'] === 'number' && 'value' in data;
    case 'error':
      return typeof data['id'] === 'number' && isRecord(data['error']) && typeof data['error']['message'] === 'string';
    case 'event':
      return typeof data['event'] === 'string' && isRecord(data['payload']);
    case 'select':
      return Array.isArray(data['selected']);
    case 'compare':
      return typeof data['before'] === 'string' && typeof data['after'] === 'string';
    case 'showRun':
      return data['run'] === null || typeof data['run'] === 'string';
    case 'showPart':
      return typeof data['part'] === 'string';
    case 'showVersion':
      return typeof data['version'] === 'number';
    case 'reconnected':
    case 'showAffected':
    case 'trusted':
      return true;
    default:
      return false;
  }
}

/** Puts NaN and infinities back where the host could not send them. */
function reviveNumbers<T>(value: T): T;
function reviveNumbers(value: unknown): unknown {
  if (isList(value)) return value.some(hasMarker) ? value.map(item => reviveNumbers(item)) : value;
  if (!isRecord(value)) return value;
  if ('$number' in value) return Number(value['$number']);
  if (!hasMarker(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reviveNumbers(item)]));
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const hasMarker = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if ('$number' in value) return true;
  return Object.values(value).some(hasMarker);
};
