import http from 'node:http';
import https from 'node:https';
import { guardedLookup, isForbidden, literalAddress, refusal } from './addresses';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostAnswer {
  readonly status: number;
  /** Its beginning. */
  readonly body: string;
  /** Seconds after which the receiver wants to be asked again. */
  readonly retryAfter?: number;
}

export type Post = (request: PostRequest, signal: AbortSignal) => Promise<PostAnswer>;

const TIMEOUT_MS = 30_000;
const MAX_ANSWER = 64 << 10;

/** Sends a body, follows no redirection. Rejects when there is no answer in time. */
export const post: Post = (request, signal) => {
  const url = new URL(request.url);
  const literal = literalAddress(url);
  if (literal !== undefined && isForbidden(literal)) return Promise.reject(refusal(literal));
  const { request: open } = url.protocol === 'https:' ? https : http;
  const body = Buffer.from(request.body);
  return new Promise((resolve, reject) => {
    const call = open(url, {
      method: 'POST',
      headers: { ...request.headers, 'content-length': body.length },
      agent: false,
      lookup: guardedLookup,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    call.on('error', reject);
    call.on('response', response => void readAnswer(response).then(resolve, reject));
    call.end(body);
  });
};

async function readAnswer(response: http.IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER) break; // leaving the loop closes the connection
  }
  const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).subarray(0, MAX_ANSWER).toString('utf8'),
    ...(seconds >= 0 && { retryAfter: seconds }),
  };
}
