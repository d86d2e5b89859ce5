import { createMlflowHandler } from '../../engine/mlflow/handler';
import type { HttpHandler, HttpRequest, HttpResponse } from '../../engine/http';
import { openTestTracking } from './tracking';
import type { TestTracking } from './tracking';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
  /** A text within the answer, by the names and indices on the way to it. */
  at(...path: readonly (string | number)[]): string;
}

export interface TestApi extends TestTracking {
  readonly handler: HttpHandler;
  /** `path` below /api/2.0/mlflow/ unless it begins with '/'. A text or bytes as the body are sent as they are. */
  post(path: string, body: unknown): Promise<Answer>;
  get(path: string, query?: Record<string, string | number>): Promise<Answer>;
  send(method: string, path: string, body?: string | Uint8Array, headers?: HttpRequest['headers']): Promise<Sent>;
}

/** An answer with its whole body. */
export interface Sent extends HttpResponse {
  readonly body: string | Uint8Array;
}

export async function whole(response: HttpResponse): Promise<Sent> {
  const { body } = response;
  if (typeof body === 'string' || body instanceof Uint8Array) return { ...response, body };
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.open()) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return { ...response, body: Buffer.concat(chunks) };
}

/** MLflow's API over a new store, without a socket. */
export async function openTestApi(): Promise<TestApi> {
  const parts = await openTestTracking();
  const handler = createMlflowHandler({ tracking: parts.tracking });
  const send: TestApi['send'] = async (method, target, body = '', headers = {}) => {
    const url = new URL(target.startsWith('/') ? target : `/api/2.0/mlflow/${target}`, 'http://localhost');
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const response = await handler({ method, path: url.pathname, query: url.searchParams, headers, body: bytes });
    if (response === undefined) throw new Error(`${target} is not MLflow's.`);
    return whole(response);
  };
  const answer = ({ status, body }: Sent): Answer => {
    const text = Buffer.from(body).toString('utf8');
    const json: unknown = JSON.parse(text);
    return { status, text, json, at: (...path) => String(path.reduce(member, json)) };
  };
  return {
    ...parts,
    handler,
    send,
    post: async (path, body) =>
      answer(await send('POST', path, typeof body === 'string' ? body : JSON.stringify(body))),
    get: async (path, query = {}) => {
      const params = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
      return answer(await send('GET', `${path}?${params.toString()}`));
    },
  };
}

const member = (value: unknown, name: string | number): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
