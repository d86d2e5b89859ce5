import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { ModelyardError, throwIfAborted } from '../../../errors';

export interface ServerAddress {
  /** Without a `/` at its end. */
  readonly url: string;
  /** Bearer token; with `user`, that user's password. Never said anywhere. */
  readonly token?: string;
  readonly user?: string;
}

export interface HttpCall {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  /** From the address on, with `/` at its beginning. */
  readonly path: string;
  /** JSON text, or a file to send. */
  readonly body?: { readonly json: string } | { readonly file: string; readonly size: number };
  /** A call that may have been done although no answer came is not repeated. */
  readonly once?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** ms without a byte after which a call is given up. */
const SILENCE = 60_000;
const ATTEMPTS = 5;
/** ms before the second attempt; doubled each time. */
const FIRST_WAIT = 300;
const ANSWER = 16 << 20;
const BUSY = new Set([429, 502, 503, 504]);
/** Somebody on the way says so: what was asked for may have been done. */
const UNCERTAIN = new Set([502, 504]);

/** Calls one server over connections that are kept; what fails on the way is tried again. */
export class HttpClient {
  private readonly base: URL;
  private readonly agent: http.Agent;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(private readonly address: ServerAddress) {
    this.base = new URL(address.url);
    const keep = { keepAlive: true, maxSockets: 4 };
    this.agent = this.base.protocol === 'https:' ? new https.Agent(keep) : new http.Agent(keep);
    const { token, user } = address;
    const credentials =
      token === undefined
        ? undefined
        : user === undefined
          ? `Bearer ${token}`
          : `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
    this.headers = credentials === undefined ? {} : { authorization: credentials };
  }

  /** @throws ModelyardError `remote.unreachable`, `cancelled`; any status is an answer */
  async call(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    for (let attempt = 1, wait = FIRST_WAIT; ; attempt++, wait *= 2) {
      throwIfAborted(signal);
      try {
        const answer = await this.send(call, signal);
        if (call.once === true && UNCERTAIN.has(answer.status)) throw new Error(`it answered ${answer.status}`);
        if (!BUSY.has(answer.status) || attempt === ATTEMPTS) return answer;
      } catch (error) {
        throwIfAborted(signal);
        if (attempt === ATTEMPTS || call.once === true) throw this.unreachable(error);
      }
      await delay(wait, undefined, { signal }).catch(() => throwIfAborted(signal));
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private send({ method, path, body }: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
    const { request } = this.base.protocol === 'https:' ? https : http;
    const bytes = body && 'json' in body ? Buffer.from(body.json) : undefined;
    const length = bytes?.length ?? (body && 'size' in body ? body.size : undefined);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${this.address.url}${path}`,
        {
          method,
          agent: this.agent,
          signal,
          timeout: SILENCE,
          headers: {
            ...this.headers,
            ...(length !== undefined && { 'content-length': length }),
            ...(bytes && { 'content-type': 'application/json' }),
          },
        },
        incoming => {
          const chunks: Buffer[] = [];
          let size = 0;
          incoming.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > ANSWER) incoming.destroy(new Error('its answer is too long'));
            else chunks.push(chunk);
          });
          incoming.once('error', reject);
          incoming.once('end', () =>
            resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${SILENCE / 1000} s`)));
      outgoing.once('error', reject);
      if (body && 'file' in body) {
        const stream = fs.createReadStream(body.file, { highWaterMark: 1 << 18 });
        stream.once('error', error => outgoing.destroy(error));
        outgoing.once('close', () => stream.destroy());
        stream.pipe(outgoing);
      } else outgoing.end(bytes);
    });
  }

  private unreachable(cause: unknown): ModelyardError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new ModelyardError('remote.unreachable', `The server ${this.base.origin} cannot be reached: ${why}.`, {
      cause,
      fix: 'Check the address, and that the server runs. What was exported is not made twice.',
    });
  }
}
