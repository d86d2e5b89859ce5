import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ModelyardError } from '../errors';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http';
import type { HttpEndpoint } from '../protocol/engine';
import { errnoOf } from '../store/hostFiles';
import { send } from './httpAnswer';
import type { Patience } from './httpBody';
import { IncomingBody, usualPatience } from './httpBody';
import { failure, refusal } from './httpGuards';
import type { Log } from './log';
import { newSecret } from './secrets';

export interface ListenOptions {
  /** Absent or 0: the one there is, or any free one. */
  readonly port?: number;
  /** Absent: any; null: none. */
  readonly token?: string | null;
  /** The address of a container, which others may reach: see `servingAddress.ts`. Absent: 127.0.0.1. */
  readonly beyond?: Beyond;
}

export interface Beyond {
  readonly host: string;
  /** Of requests' `Host`, lower case, without port. */
  readonly names: readonly string[];
}

interface Listener {
  readonly server: Server;
  readonly port: number;
  readonly token: string | null;
  readonly names?: readonly string[];
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly waitsForCall: boolean;
}

/** Most ms after its time has come that a connection is noticed. */
const LOOK = 5_000;
/** ms in which an answer must leave before the connection is ended. */
const LAST_WORDS = 1_000;

/** What an HTTP header can carry, and nobody guesses. */
export const tokenPattern = /^[\x21-\x7e]{8,200}$/;
export const tokenRule = 'A token has 8 to 200 printable characters, no spaces';

/** HTTP on 127.0.0.1, opened when somebody asks for it. Several ports may be open, with and without a token. */
export class HttpDoor {
  private readonly listeners: Listener[] = [];
  private opening: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly handler: HttpHandler,
    private readonly log: Log,
    private readonly patience: Patience = usualPatience,
  ) {}

  /** The first one opened with a token, or the first one. */
  get endpoint(): HttpEndpoint | undefined {
    const listener = this.listeners.find(({ token }) => token !== null) ?? this.listeners[0];
    return listener && endpointOf(listener);
  }

  /** @throws ModelyardError `conflict` when the port is in use, `params.invalid` for a token that no header can carry. */
  listen(options: ListenOptions): Promise<HttpEndpoint> {
    const found = this.opening.then(() => this.findOrOpen(options));
    this.opening = found.catch(() => undefined); // one after the other: two that ask at once get the same
    return found;
  }

  private async findOrOpen({ port = 0, token, beyond }: ListenOptions): Promise<HttpEndpoint> {
    if (typeof token === 'string' && !tokenPattern.test(token))
      throw new ModelyardError('params.invalid', `${tokenRule}.`);
    const fits = (one: Listener): boolean =>
      (port === 0 || one.port === port) && (token === undefined ? one.token !== null : one.token === token);
    const secret = token === undefined ? newSecret() : token;
    const open = this.listeners.find(fits) ?? (await this.open({ port, token: secret }, beyond));
    return endpointOf(open);
  }

  async close(): Promise<void> {
    const closing = this.listeners.splice(0).map(
      ({ server }) =>
        new Promise<void>(resolve => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    );
    await Promise.all(closing);
  }

  /** Takes no more requests and answers those that have come, for at most so many ms. */
  async drain(patience: number): Promise<void> {
    const timer = setTimeout(() => void this.close(), patience);
    const closing = this.listeners.map(
      ({ server }) =>
        new Promise<void>(resolve => {
          server.close(() => resolve());
          server.closeIdleConnections();
        }),
    );
    await Promise.all(closing);
    clearTimeout(timer);
  }

  private open({ port, token }: Pick<Listener, 'port' | 'token'>, beyond?: Beyond): Promise<Listener> {
    const { head } = this.patience;
    const server = createServer({
      keepAlive: true,
      noDelay: true,
      headersTimeout: head,
      requestTimeout: 0, // a large body may take its time, as long as it comes
      connectionsCheckingInterval: Math.min(head, LOOK),
    });
    server.keepAliveTimeout = 65_000; // longer than the pools of usual clients keep a connection
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
      server.listen(port, beyond?.host ?? '127.0.0.1', () => {
        const address = server.address();
        const listener = {
          ...{ server, token, port: typeof address === 'object' && address ? address.port : port },
          ...(beyond && { names: beyond.names }),
        };
        server.on('request', (request, response) => {
          void this.answer(listener, { request, response, waitsForCall: false });
        });
        server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
          void this.answer(listener, { request, response, waitsForCall: true });
        });
        server.on('error', error => this.log.error('HTTP', error));
        this.listeners.push(listener);
        resolve(listener);
      });
    });
  }

  private async answer(listener: Listener, exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const body = this.bodyOf(exchange);
    try {
      await this.send(exchange, await this.respond(listener, request, body), body);
    } catch (error) {
      if (errnoOf(error) === 'ERR_STREAM_PREMATURE_CLOSE' || (request.destroyed && !request.complete)) return; // the client has gone
      this.log.error(`${request.method ?? ''} ${request.url ?? ''}`, error);
      const failed = failure(500, 'INTERNAL_ERROR', 'The engine failed to answer; see .modelyard/engine.log.');
      await this.send(exchange, failed, body);
    }
  }

  private bodyOf({ request, response, waitsForCall }: Exchange): IncomingBody | undefined {
    if (!IncomingBody.isAnnounced(request)) return undefined;
    const stalled = (): void => {
      const answer = failure(408, 'BAD_REQUEST', 'The body of the request no longer comes.');
      void send(response, answer, { headOnly: false, patience: this.patience.body, beforeClosing: () => delay(0) });
      setTimeout(() => request.destroy(), LAST_WORDS).unref();
    };
    return new IncomingBody(request, response, { patience: this.patience, waitsForCall, stalled });
  }

  private async respond(
    listener: Listener,
    request: IncomingMessage,
    body: HttpRequest['body'] = new Uint8Array(),
  ): Promise<HttpResponse> {
    // a client that was given the address with a slash at its end sends two
    const target = (request.url ?? '/').replace(/^\/{2,}/, '/');
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    const { headers } = request;
    const refused = refusal({ path, headers }, listener);
    if (refused) return refused;
    const asked = (request.method ?? 'GET').toUpperCase();
    const method = asked === 'HEAD' ? 'GET' : asked;
    const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
    const answer = this.handler({ method, path, query, headers, body });
    return (await answer) ?? failure(404, 'ENDPOINT_NOT_FOUND', `There is nothing at ${path}.`);
  }

  private async send({ request, response }: Exchange, answer: HttpResponse, body?: IncomingBody): Promise<void> {
    if (body !== undefined) await body.takeShort();
    await send(response, answer, {
      headOnly: request.method === 'HEAD',
      patience: this.patience.body,
      ...(body !== undefined && !request.complete && { beforeClosing: () => body.discard() }),
    });
  }
}

const endpointOf = ({ port, token }: Listener): HttpEndpoint => ({
  url: `http://127.0.0.1:${port}`,
  ...(token !== null && { token }),
});

function cannotListen(port: number, cause: NodeJS.ErrnoException): ModelyardError {
  if (cause.code === 'EADDRINUSE')
    return new ModelyardError('conflict', `Port ${port} is in use.`, {
      cause,
      fix: 'Choose another, or 0 for any free one.',
    });
  if (cause.code === 'EACCES')
    return new ModelyardError('conflict', `Port ${port} may not be opened by this user.`, {
      cause,
      fix: 'Choose one above 1023, or 0 for any free one.',
    });
  return new ModelyardError('internal', `Port ${port} cannot be opened: ${cause.message}`, { cause });
}
