import { ModelyardError, toWireError } from '../errors';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http';
import { withLongIntegers } from '../longIntegers';
import type { Cell } from '../protocol/data';
import { readScoringRequest, type Rows } from '../scoringRequest';
import { completeRows, type Completed, type FeatureInputs, type FeatureLookup } from './featureLookup';

/** A loaded model as a server asks it. */
export interface Scorer {
  readonly version: number;
  /** What it takes that can be looked up. */
  readonly features?: FeatureInputs;
  /** A row of answers for each row. @throws ModelyardError `data.*`, `params.invalid` when they do not fit the model */
  answer(rows: Rows): Promise<readonly Readonly<Record<string, Cell>>[]>;
}

export interface ScoringOptions {
  /** The one that answers now. */
  readonly scorer: () => Scorer;
  /** Absent: there is nobody to ask for features. */
  readonly lookup?: FeatureLookup;
  /** Told of each answer. */
  readonly answered: (ok: boolean) => void;
}

/** Bytes that a request may have. */
const mostBytes = 64 * 1024 * 1024;

/**
 * A model over HTTP, as MLflow's scoring server has it: `POST /invocations`, `GET /ping`, `/health`, `/version`. Every
 * answer says in `x-modelyard-version` which version has given it, and where features were looked up, in
 * `x-modelyard-absent-features` how many values there were not.
 */
export function createScoringHandler({ scorer, lookup, answered }: ScoringOptions): HttpHandler {
  return request => {
    const { method, path } = request;
    if (path === '/ping' || path === '/health') return Promise.resolve(plain(200, 'OK'));
    if (path === '/version') return Promise.resolve(plain(200, String(scorer().version)));
    if (path !== '/invocations') return undefined;
    if (method !== 'POST') return Promise.resolve(refused(405, 'Send rows with POST.'));
    return invocation(request, { scorer: scorer(), lookup }).then(response => {
      answered(response.status === 200);
      return response;
    });
  };
}

interface Asked {
  readonly scorer: Scorer;
  readonly lookup: FeatureLookup | undefined;
}

async function invocation(request: HttpRequest, { scorer, lookup }: Asked): Promise<HttpResponse> {
  const version = { 'x-modelyard-version': String(scorer.version) };
  try {
    const type = String(request.headers?.['content-type'] ?? 'application/json');
    if (!/^application\/json\b/i.test(type)) return refused(415, 'Send rows as application/json.');
    const { rows, absent } = await complete(await textOf(request), { scorer, lookup });
    const predictions = await scorer.answer(rows);
    const looked = absent !== undefined && { 'x-modelyard-absent-features': String(absent) };
    return {
      status: 200,
      headers: { 'content-type': 'application/json', ...version, ...looked },
      body: JSON.stringify({ predictions }),
    };
  } catch (error) {
    const { message } = toWireError(error);
    const isTheirs = error instanceof ModelyardError && error.code !== 'internal';
    const response = isTheirs ? refused(400, message) : failed(message);
    return { ...response, headers: { ...response.headers, ...version } };
  }
}

async function complete(text: string, { scorer, lookup }: Asked): Promise<Completed> {
  const rows = readScoringRequest(text);
  const { features } = scorer;
  if (features === undefined) return { rows };
  const exact = withLongIntegers(text);
  if (exact === text) return completeRows(rows, features, lookup);
  // keys are looked up as they are written; to the model they are numbers, as to one without features
  const { keys } = features.use;
  const found = await completeRows(withCells(rows, readScoringRequest(exact), keys), features, lookup);
  return { ...found, rows: withCells(found.rows, rows, keys) };
}

/** With what others have in some columns. */
function withCells(rows: Rows, { data: others }: Rows, columns: readonly string[]): Rows {
  const isTheirs = rows.columns.map(column => columns.includes(column));
  const data = rows.data.map((row, at) => row.map((cell, i) => (isTheirs[i] ? (others[at]?.[i] ?? null) : cell)));
  return { ...rows, data };
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
