import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ModelyardError } from '../errors';

/** How long somebody at the other end of a connection may take. */
export interface Patience {
  /** ms for the head of a request. */
  readonly head: number;
  /** ms in which `pace` bytes of a body must come, or some of an answer must be taken. */
  readonly body: number;
  /** Bytes. */
  readonly pace: number;
  /** ms in which the rest of a body that nobody reads may come, so that its sender gets to read the answer. */
  readonly rest: number;
}

export const usualPatience: Patience = { head: 10_000, body: 30_000, pace: 1024, rest: 10_000 };

/** ms without a byte after which nothing more is expected of a body that nobody reads. */
const SILENCE = 1_000;
/** Bytes that come in one piece. */
const SHORT = 1 << 16;

export interface BodyOptions {
  readonly patience: Patience;
  /** The client waits to be asked for the body (`Expect: 100-continue`). */
  readonly waitsForCall: boolean;
  /** Called when the body no longer comes; the connection has to end. */
  readonly stalled: () => void;
}

/** The body of a request as it comes. Errors of its iteration: `cancelled` when it is cut off. */
export class IncomingBody implements AsyncIterable<Uint8Array> {
  private isCalled: boolean;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly options: BodyOptions,
  ) {
    this.isCalled = !options.waitsForCall;
  }

  static isAnnounced({ headers }: IncomingMessage): boolean {
    return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (!this.isCalled) this.response.writeContinue();
    this.isCalled = true;
    const watch = this.watch();
    try {
      for await (const chunk of this.request.iterator({ destroyOnReturn: false })) {
        if (!Buffer.isBuffer(chunk)) continue;
        watch.count(chunk.length);
        yield chunk;
      }
    } catch (cause) {
      throw new ModelyardError('cancelled', 'The request was cut off.', { cause });
    } finally {
      watch.end();
    }
  }

  /** Takes a short body that came with its head and that nobody has read: the connection can be kept. */
  async takeShort(): Promise<void> {
    const { request } = this;
    if (request.complete || request.destroyed || !this.isCalled) return;
    if (!(Number(request.headers['content-length']) <= SHORT)) return;
    request.resume();
    await nextTurn();
  }

  /** Takes what is still sent, for a while: a connection that closes under a sender takes the answer with it. */
  async discard(): Promise<void> {
    const { request } = this;
    if (request.destroyed || !this.isCalled) return;
    await new Promise<void>(resolve => {
      const end = setTimeout(resolve, this.options.patience.rest);
      const silence = setTimeout(resolve, SILENCE);
      request.on('data', () => silence.refresh());
      request.once('close', resolve).once('end', resolve).resume();
      request.once('close', () => [end, silence].forEach(clearTimeout));
    });
  }

  /** Looks twice in the time given: one look may come late, after a sleep of the machine, before what has come meanwhile. */
  private watch(): { count(bytes: number): void; end(): void } {
    const { body, pace } = this.options.patience;
    let bytes = 0;
    let wasSlow = false;
    const timer = setTimeout(() => {
      const isSlow = bytes < pace / 2;
      if (isSlow && wasSlow) this.options.stalled();
      else timer.refresh();
      wasSlow = isSlow;
      bytes = 0;
    }, body / 2);
    return { count: more => void (bytes += more), end: () => clearTimeout(timer) };
  }
}
