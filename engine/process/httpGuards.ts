import type { IncomingHttpHeaders } from 'node:http';
import type { HttpResponse } from '../http';
import { sameSecret } from './secrets';

export interface Guarded {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}
export interface Door {
  readonly port: number;
  /** null: whoever reaches the port may come in. */
  readonly token: string | null;
  /** Names by which it may be called too, at whatever port: of a container. */
  readonly names?: readonly string[];
}

/** What a supervisor or a client may ask before it has a token; says nothing of the workspace. */
const publicPaths: ReadonlySet<string> = new Set(['/health', '/ping', '/version']);

/**
 * Why a request is not let in, or undefined. `Host` must be ours, or a web page whose name was re-bound to 127.0.0.1
 * could read everything; so must `Origin`, or any web page could write with a simple form.
 */
export function refusal({ path, headers }: Guarded, door: Door): HttpResponse | undefined {
  const authorities = [`127.0.0.1:${door.port}`, `localhost:${door.port}`];
  const host = (headers.host ?? '').toLowerCase();
  const names = door.names ?? [];
  if (!authorities.includes(host) && !names.includes(host.replace(/:\d{1,5}$/, '')))
    return failure(403, 'PERMISSION_DENIED', `The Host header must be ${[...authorities, ...names].join(' or ')}.`);
  const { origin } = headers;
  const foreign =
    origin !== undefined && !authorities.some(authority => origin.toLowerCase() === `http://${authority}`);
  if (foreign || headers['sec-fetch-site'] === 'cross-site')
    return failure(403, 'PERMISSION_DENIED', 'Requests from other web sites are refused.');
  if (publicPaths.has(path) || door.token === null || hasToken(headers.authorization, door.token)) return undefined;
  const refused = failure(401, 'UNAUTHENTICATED', 'The token is missing or wrong: set MLFLOW_TRACKING_TOKEN.');
  return { ...refused, headers: { ...refused.headers, 'www-authenticate': 'Bearer realm="modelyard"' } };
}

/** `Bearer TOKEN`, or `Basic` with the token as password (or as user name), as MLflow's clients can be told to send. */
function hasToken(authorization: string | undefined, token: string): boolean {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return sameSecret(credentials, token);
  if (scheme.toLowerCase() !== 'basic') return false;
  const [user = '', ...password] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return sameSecret(password.join(':'), token) || (password.join(':') === '' && sameSecret(user, token));
}

/** An error in the shape of the MLflow REST API. */
export const failure = (status: number, code: string, message: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error_code: code, message }),
});
