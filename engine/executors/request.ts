import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Bytes of an answer that are read at most; default: all. */
  readonly most?: number;
  /** PEM: whom to believe, and who asks; the name that the certificate must have. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string };
}

export interface Received {
  readonly status: number;
  readonly text: string;
}

/** An answer is longer than what was to be read of it. */
export class TooLarge extends Error {}

/**
 * One HTTP request with its whole answer. Not `fetch`: it marks each request as a browser's (`sec-fetch-mode`), and from
 * browsers Ray takes no package. Follows no redirect: a token is for one address alone. Whoever answers over TLS is
 * checked, also where NODE_TLS_REJECT_UNAUTHORIZED says otherwise.
 */
export function request(
  url: string,
  { method, headers, body, most = Infinity, tls }: Sent,
  signal: AbortSignal,
): Promise<Received> {
  const start = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = start(
      url,
      { ...tls, rejectUnauthorized: true, method, headers: { ...headers, ...length }, signal, agent: false },
      incoming => {
        const chunks: Buffer[] = [];
        let taken = 0;
        incoming.on('data', (chunk: Buffer) => {
          taken += chunk.length;
          chunks.push(chunk);
          if (taken <= most) return;
          chunks.length = 0;
          reject(new TooLarge('the answer is too large'));
          outgoing.destroy();
        });
        incoming.once('error', reject);
        incoming.once('aborted', () => reject(new Error('the answer was cut off')));
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
