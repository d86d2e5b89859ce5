import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { HttpResponse, StreamedBody } from '../http';

export interface AnswerOptions {
  /** Answers a HEAD: what a GET would have, without the body. */
  readonly headOnly: boolean;
  /** ms in which the client has to take some of the body. */
  readonly patience: number;
  /** What is still to be done before the connection closes; absent: it is kept. */
  readonly beforeClosing?: () => Promise<void>;
}

/** Bytes that the operating system takes at once, whether the client does or not. */
const SHORT = 1 << 16;

const lengthOf = (body: HttpResponse['body']): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body.length;

const isStreamed = (body: HttpResponse['body']): body is StreamedBody => typeof body === 'object' && 'open' in body;

/**
 * Sends an answer; head and body of a short one leave in one write. A client that takes nothing of a long one is let go;
 * so is one whose answer breaks off, for it must not look whole.
 */
export async function send(
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
  { headOnly, patience, beforeClosing }: AnswerOptions,
): Promise<void> {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...headers,
    ...(status !== 304 && { 'content-length': lengthOf(body) }),
    'x-content-type-options': 'nosniff',
    ...(beforeClosing && { connection: 'close' }),
  });
  if (!headOnly && lengthOf(body) > SHORT) response.setTimeout(patience, () => response.destroy());
  if (isStreamed(body) && !headOnly) return pipeline(body.open(), response);
  const whole = headOnly || isStreamed(body) ? '' : body;
  if (!beforeClosing) return void response.end(whole);
  if (whole.length > 0) response.write(whole);
  else response.flushHeaders();
  await beforeClosing();
  response.end();
}
