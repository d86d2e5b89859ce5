import { ModelyardError, toWireError } from '../errors';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http';
import type { Cell } from '../protocol/data';
import { readScoringRequest, type Rows } from '../scoringRequest';

/** A loaded model as a server asks it. */
export interface Scorer {
  readonly version: number;
  /** A row of answers for each row. @throws ModelyardError `data.*`, `params.invalid` when they do not fit the model */
  answer(rows: Rows): Promise<readonly Readonly<Record<string, Cell>>[]>;
}

export interface ScoringOptions {
  /** The one that answers now. */
  readonly scorer: () => Scorer;
  /** Told of each answer. */
  readonly answered: (ok: boolean) => void;
}

/** Bytes that a request may have. */
const mostBytes = 64 * 1024 * 1024;

/**
 * A model over HTTP, as MLflow's scoring server has it: `POST /invocations`, `GET /ping`, `/health`, `/version`. Every
 * answer says in `x-modelyard-version` which version has given it.
 */
export function createScoringHandler({ scorer, answered }: ScoringOptions): HttpHandler {
  return request => {
    const { method, path } = request;
    if (path === '/ping' || path === '/health') return Promise.resolve(plain(200, 'OK'));
    if (path === '/version') return Promise.resolve(plain(200, String(scorer().version)));
    if (path !== '/invocations') return undefined;
    if (method !== 'POST') return Promise.resolve(refused(405, 'Send rows with POST.'));
    return invocation(request, scorer()).then(response => {
      answered(response.status === 200);
      return response;
    });
  };
}

async function invocation(request: HttpRequest, scorer: Scorer): Promise<HttpResponse> {
  const version = { 'x-modelyard-version': String(scorer.version) };
  try {
    const type = String(request.headers?.['content-type'] ?? 'application/json');
    if (!/^application\/json\b/i.test(type)) return refused(415, 'Send rows as application/json.');
    const predictions = await scorer.answer(readScoringRequest(await textOf(request)));
    return {
      status: 200,
      headers: { 'content-type': 'application/json', ...version },
      body: JSON.stringify({ predictions }),
    };
  } catch (error) {
    const { message } = toWireError(error);
    const isTheirs = error instanceof ModelyardError && error.code !== 'internal';
    const response = isTheirs ? refused(400, message) : failed(message);
    return { ...response, headers: { ...response.headers, ...version } };
  }
}

async function textOf({ body }: HttpRequest): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > mostBytes)
      throw new ModelyardError(
        'params.invalid',
        `A request has at most ${mostBytes / 1024 / 1024} MB; send fewer rows.`,
      );
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

const plain = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});
const error = (status: number, code: string, message: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error_code: code, message }),
});
const refused = (status: number, message: string): HttpResponse => error(status, 'BAD_REQUEST', message);
const failed = (message: string): HttpResponse => error(500, 'INTERNAL_ERROR', message);
