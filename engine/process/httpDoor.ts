import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { ModelyardError } from '../errors';
import type { HttpHandler, HttpRequest, HttpResponse } from '../mlflow/http';
import type { HttpEndpoint } from '../protocol/methods';
import { failure, refusal } from './httpGuards';
import type { Log } from './log';
import { newSecret } from './secrets';

export interface ListenOptions {
  /** Absent or 0: the one there is, or any free one. */
  readonly port?: number;
  /** Absent: any; null: none. */
  readonly token?: string | null;
}

interface Listener {
  readonly server: Server;
  readonly port: number;
  readonly token: string | null;
}

/** More than any MLflow client sends in one request; artifacts beyond it are not uploaded through this door. */
const maxBody = 64 << 20;

/** HTTP on 127.0.0.1, opened when somebody asks for it. Several ports may be open, with and without a token. */
export class HttpDoor {
  private readonly handler: HttpHandler;
  private readonly log: Log;
  private readonly listeners: Listener[] = [];
  private opening: Promise<unknown> = Promise.resolve();

  constructor(handler: HttpHandler, log: Log) {
    this.handler = handler;
    this.log = log;
  }

  /** The first one opened with a token, or the first one. */
  get endpoint(): HttpEndpoint | undefined {
    const listener = this.listeners.find(({ token }) => token !== null) ?? this.listeners[0];
    return listener && endpointOf(listener);
  }

  /** @throws ModelyardError `conflict` when the port is in use. */
  listen(options: ListenOptions): Promise<HttpEndpoint> {
    const found = this.opening.then(() => this.findOrOpen(options));
    this.opening = found.catch(() => undefined); // one after the other: two that ask at once get the same
    return found;
  }

  private async findOrOpen({ port = 0, token }: ListenOptions): Promise<HttpEndpoint> {
    const fits = (one: Listener): boolean =>
      (port === 0 || one.port === port) && (token === undefined ? one.token !== null : one.token === token);
    const open = this.listeners.find(fits) ?? (await this.open(port, token === undefined ? newSecret() : token));
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

  private open(port: number, token: string | null): Promise<Listener> {
    const server = createServer({ keepAlive: true, noDelay: true, requestTimeout: 120_000, headersTimeout: 10_000 });
    server.keepAliveTimeout = 65_000; // longer than the pools of usual clients keep a connection
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        const listener = { server, token, port: typeof address === 'object' && address ? address.port : port };
        server.on('request', (request, response) => void this.answer(listener, request, response));
        server.on('error', error => this.log.error('HTTP', error));
        this.listeners.push(listener);
        resolve(listener);
      });
    });
  }

  private async answer(listener: Listener, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, await this.respond(listener, request), request.method === 'HEAD');
    } catch (error) {
      if (request.destroyed && !request.complete) return; // the client has gone
      this.log.error(`${request.method ?? ''} ${request.url ?? ''}`, error);
      send(response, failure(500, 'INTERNAL_ERROR', 'The engine failed to answer; see .modelyard/engine.log.'), false);
    }
  }

  private async respond(listener: Listener, request: IncomingMessage): Promise<HttpResponse> {
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    const refused = refusal({ path, headers: request.headers }, listener);
    if (refused) return closing(refused);
    const body = await readBody(request);
    if (body === undefined)
      return closing(failure(413, 'INVALID_PARAMETER_VALUE', `A body may have ${maxBody} bytes.`));
    const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
    const call: HttpRequest = { method: (request.method ?? 'GET').toUpperCase(), path, query, body };
    return (await this.handler(call)) ?? failure(404, 'ENDPOINT_NOT_FOUND', `There is nothing at ${path}.`);
  }
}

/** What was refused unread: the rest of the request is not waited for. */
const closing = (response: HttpResponse): HttpResponse => ({
  ...response,
  headers: { ...response.headers, connection: 'close' },
});

/** The whole body, or undefined when it is too long, or says that it will be. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length']) > maxBody) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > maxBody) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Head and body leave in one write. */
function send(response: ServerResponse, { status, headers, body }: HttpResponse, headOnly: boolean): void {
  if (response.headersSent) return;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, {
    ...headers,
    'content-length': length,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(headOnly ? undefined : body);
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
