import { ModelyardError, toWireError } from '../../errors';
import { header, type HttpHandler, type HttpRequest, type HttpResponse } from '../../http';
import { isoTime } from '../../isoTime';
import type { ErrorCode } from '../../protocol/errors';
import type { OnlineAnswer, OnlineRequest, PushReport, PushRequest } from '../../protocol/featureOnline';
import { readGetRequest, readPushRequest, type OnlineCall } from './feastRequest';

export interface FeastCalls {
  get(request: OnlineRequest): Promise<OnlineAnswer>;
  push(request: PushRequest): Promise<PushReport>;
}

/** Bytes that a body may have. */
const LARGEST = 16 << 20;

/**
 * Feast's feature server: `POST /get-online-features` and `/push`, also below `/features`. What a request says about Feast's
 * own registry is passed over. A push may have an id, which Feast's have not: `push_id`, or the header `Idempotency-Key`.
 */
export function createFeastHandler(calls: FeastCalls): HttpHandler {
  const get = async (_: HttpRequest, text: string): Promise<unknown> => {
    const call = readGetRequest(text);
    return feastAnswer(call, await calls.get(call.request));
  };
  const push = async (request: HttpRequest, text: string): Promise<unknown> =>
    calls.push(readPushRequest(text, header(request, 'idempotency-key')));
  const routes = new Map([
    ['/get-online-features', get],
    ['/features/get-online-features', get],
    ['/push', push],
    ['/features/push', push],
  ]);
  return request => {
    const call = routes.get(request.path);
    return call && respond(request, call);
  };
}

type Call = (request: HttpRequest, text: string) => Promise<unknown>;

async function respond(request: HttpRequest, call: Call): Promise<HttpResponse> {
  if (request.method !== 'POST') return failed(405, { code: 'params.invalid', message: 'Send it with POST.' });
  try {
    return json(200, await call(request, await textOf(request)));
  } catch (error) {
    const wire = toWireError(error);
    return failed(statusOf(wire.code), wire);
  }
}

async function textOf({ body }: HttpRequest): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > LARGEST)
      throw new ModelyardError('params.invalid', `The body has more than ${LARGEST >> 20} MiB.`, {
        fix: 'Ask for fewer entities, or push fewer rows, at a time.',
      });
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Keys come first, as present values of no time, then features. */
function feastAnswer({ keys }: OnlineCall, { entities, features }: OnlineAnswer): unknown {
  const timeText = timeTexts();
  const given = keys.map(key => {
    const values = entities[key] ?? [];
    return { values, statuses: values.map(() => 'PRESENT'), event_timestamps: values.map(() => timeText(null)) };
  });
  return {
    metadata: { feature_names: [...keys, ...features.map(({ name }) => name)] },
    results: [
      ...given,
      ...features.map(({ values, statuses, eventTimes }) => ({
        ...{ values, statuses },
        event_timestamps: eventTimes.map(timeText),
      })),
    ],
  };
}

/** Writes times as protobuf does; none is 1970. Features of one view have the same ones: each is written once. */
function timeTexts(): (time: number | null) => string {
  const known = new Map<number, string>();
  return time => {
    if (time === null) return '1970-01-01T00:00:00Z';
    let text = known.get(time);
    if (text === undefined) {
      text = isoTime(time).replace(/\.000Z$/, 'Z');
      known.set(time, text);
    }
    return text;
  };
}

const statuses: Partial<Record<ErrorCode, number>> = {
  'params.invalid': 400,
  'data.column': 400,
  'config.invalid': 400,
  'config.missing': 400,
  'not-found': 404,
  conflict: 409,
  'remote.unreachable': 503,
  'remote.refused': 503,
};
const statusOf = (code: ErrorCode): number => statuses[code] ?? 500;

const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** Feast's clients read `detail`. */
const failed = (status: number, { code, message, fix }: { code: ErrorCode; message: string; fix?: string }) =>
  json(status, { detail: message, error_code: code, ...(fix !== undefined && { fix }) });
