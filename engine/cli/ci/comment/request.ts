import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ModelyardError } from '../../../errors';

export interface ApiCall {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface ApiAnswer {
  readonly status: number;
  /** Undefined: no JSON. */
  readonly json: unknown;
}

/** ms */
const patience = 30_000;
const mostBytes = 16 << 20;

const isHere = (host: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(host);

/**
 * One call of an API with a token in its headers: over TLS, or to this machine; no redirect is followed, which could carry the token
 * elsewhere. @throws ModelyardError `params.invalid` for another address, `remote.unreachable`
 */
export function callApi({ url: address, method, headers, body }: ApiCall): Promise<ApiAnswer> {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !isHere(url.hostname))
    throw new ModelyardError('params.invalid', `${url.origin} would get the token without TLS.`, {
      fix: 'Use an address that begins with https://.',
    });
  const text = body === undefined ? undefined : JSON.stringify(body);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new ModelyardError('remote.unreachable', `${url.origin} does not answer as it should: ${why}.`)); // prettier-ignore
    const sent = request(
      url,
      {
        method,
        headers: { accept: 'application/json', 'user-agent': 'modelyard', ...headers, ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }) }, // prettier-ignore
        timeout: patience,
      },
      answer => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > mostBytes) answer.destroy(new Error('its answer is too long'));
          else chunks.push(chunk);
        });
        answer.on('error', error => fail(error.message));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, json: parsed(Buffer.concat(chunks).toString('utf8')) })); // prettier-ignore
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('it took too long')));
    sent.on('error', error => fail(error.message));
    sent.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
