import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { ProgressType } from 'vscode-jsonrpc/node';
import { methodKinds } from '../client/methodKinds';
import { byeNotification, createWire, progressKey } from '../client/wire';
import { toResponse } from '../client/wireError';
import { ModelyardError, toWireError } from '../errors';
import type { EventName, Events } from '../protocol/events';
import type { Hello, Welcome } from '../protocol/engine';
import type { Method } from '../protocol/methods';
import type { ProgressReport } from '../protocol/progress';
import type { Hold } from './lifetime';
import type { Log } from './log';
import type { BoundMethod, CallContext } from './method';
import { parseParams } from './method';
import { sameSecret } from './secrets';

export type MethodTable = { readonly [M in Exclude<Method, 'engine/hello'>]: BoundMethod<M> };

/** What a session needs of the engine it belongs to. */
export interface SessionHost {
  readonly token: string;
  readonly log: Log;
  /** Admits a client whose token fits. @throws ModelyardError when this engine is not for it. */
  admit(session: Session, hello: Hello): Promise<Welcome>;
  /** Only after a client has been admitted. */
  methods(): MethodTable;
  left(session: Session): void;
  /** Keeps the engine from a polite stop while a method that changes something runs. */
  busy(): Hold;
}

const helloSchema = v.strictObject({
  token: v.pipe(v.string(), v.maxLength(200)),
  client: v.picklist(['extension', 'cli', 'test']),
  version: v.pipe(v.string(), v.maxLength(50)),
  trusted: v.boolean(),
  configFile: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
});
const progressType = new ProgressType<ProgressReport>();
/** Somebody without a token may neither wait for ever nor send for ever. */
const helloPatience = 5000;
const helloBytes = 64 << 10;
/** A client that does not read for so long is cut off; it connects again and asks for what it wants. */
const maxUnread = 64 << 20;
/** ms that a client gets to take the last words. */
const byePatience = 500;

/** One client's connection, seen from the engine. */
export class Session {
  private readonly wire: MessageConnection;
  private readonly host: SessionHost;
  private readonly socket: Socket;
  private readonly calls = new Set<AbortController>();
  private readonly gone = new AbortController();
  private readonly strangerTimer: NodeJS.Timeout;
  private hello: Hello | undefined;
  private open = true;

  constructor(socket: Socket, host: SessionHost) {
    this.socket = socket;
    this.host = host;
    this.wire = createWire(socket);
    this.strangerTimer = setTimeout(() => this.close(), helloPatience);
    socket.on('data', this.boundStranger);
    socket.on('error', () => this.close());
    this.wire.onError(() => this.close());
    this.wire.onClose(() => this.close());
    this.wire.onRequest((method, params: unknown, token) => this.answer(method, params, token));
    this.wire.listen();
  }

  get isOpen(): boolean {
    return this.open;
  }

  get client(): Hello | undefined {
    return this.hello;
  }

  notify<E extends EventName>(event: E, payload: Events[E]): void {
    if (this.hello === undefined || !this.open) return;
    if (this.socket.writableLength > maxUnread) this.close();
    else this.wire.sendNotification(event, payload).catch(() => this.close());
  }

  /** Tells the client that it need not come back by itself, then closes. */
  async bye(): Promise<void> {
    if (!this.open) return;
    const said = this.wire
      .sendNotification(byeNotification, {})
      .then(() => new Promise<void>(resolve => this.socket.end(resolve)))
      .catch(() => undefined);
    await Promise.race([said, delay(byePatience)]);
    this.close();
  }

  /** Aborts the calls under way. */
  cancelCalls(): void {
    for (const call of this.calls) call.abort();
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    clearTimeout(this.strangerTimer);
    this.wire.dispose();
    this.socket.destroy();
    // A window may be reloaded while its pipeline runs: only what a command line or a test started ends with it.
    if (this.hello?.client !== 'extension') this.cancelCalls();
    this.gone.abort();
    this.host.left(this);
  }

  private async answer(method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    try {
      if (method === 'engine/hello') return await this.greet(params);
      if (this.hello === undefined) throw refused('Say engine/hello with the token of this engine first.');
      return await this.dispatch(this.hello, { method, params, token });
    } catch (error) {
      const wire = toWireError(error);
      if (wire.code === 'internal') this.host.log.error(method, error);
      if (wire.code === 'engine.refused') setTimeout(() => this.close(), 50);
      return toResponse(wire);
    }
  }

  private async greet(params: unknown): Promise<Welcome> {
    if (this.hello) throw new ModelyardError('conflict', 'This connection has said hello already.');
    const hello = parseParams('engine/hello', helloSchema, params);
    if (!sameSecret(hello.token, this.host.token)) throw refused('The token is not that of this engine.');
    clearTimeout(this.strangerTimer);
    this.socket.off('data', this.boundStranger);
    const welcome = await this.host.admit(this, hello);
    if (!this.open) throw new ModelyardError('cancelled', 'The client has gone.');
    this.hello = hello;
    return welcome;
  }

  private async dispatch(
    hello: Hello,
    { method, params, token }: { method: string; params: unknown; token: CancellationToken },
  ): Promise<unknown> {
    const table = this.host.methods();
    if (!isMethod(table, method)) throw new ModelyardError('params.invalid', `There is no method ${method}.`);
    if (!hello.trusted && methodKinds[method] === 'write') throw untrusted(method);
    const { call, progressToken } = splitProgress(params);
    const controller = new AbortController();
    const cancelled = token.onCancellationRequested(() => controller.abort());
    this.calls.add(controller);
    const hold = methodKinds[method] === 'write' && method !== 'engine/stop' ? this.host.busy() : undefined;
    try {
      const context: CallContext = {
        client: hello.client,
        trusted: hello.trusted,
        signal: controller.signal,
        gone: this.gone.signal,
        progress: report => this.report(progressToken, report),
      };
      return await table[method].invoke(call, context);
    } finally {
      hold?.release();
      this.calls.delete(controller);
      cancelled.dispose();
    }
  }

  private report(token: string | number | undefined, report: ProgressReport): void {
    if (token === undefined || !this.open) return;
    this.wire.sendProgress(progressType, token, report).catch(() => this.close());
  }

  private received = 0;
  private readonly boundStranger = (chunk: Buffer): void => {
    this.received += chunk.length;
    if (this.received > helloBytes) this.close();
  };
}

const isMethod = (table: MethodTable, method: string): method is keyof MethodTable => Object.hasOwn(table, method);

/** Takes the progress token off the parameters. */
function splitProgress(params: unknown): { call: unknown; progressToken?: string | number } {
  if (typeof params !== 'object' || params === null || !(progressKey in params)) return { call: params };
  const { [progressKey]: progressToken, ...call } = params;
  return typeof progressToken === 'string' || typeof progressToken === 'number' ? { call, progressToken } : { call };
}

const refused = (message: string): ModelyardError => new ModelyardError('engine.refused', message);
const untrusted = (method: string): ModelyardError =>
  new ModelyardError('untrusted', `${method} is not allowed in a restricted window.`, {
    fix: 'Trust the workspace (“Manage Workspace Trust”) to run, promote and change things.',
  });
