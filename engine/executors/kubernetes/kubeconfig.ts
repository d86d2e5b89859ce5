import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { ModelyardError } from '../../errors';

/** Where a cluster is, and who asks. */
export interface Cluster {
  readonly server: string;
  /** Of the context; `default` without one. */
  readonly namespace: string;
  /** PEM; absent: the authorities that Node knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

const text = v.optional(v.string());
const named = <S extends v.GenericSchema>(key: string, schema: S) =>
  v.array(v.object({ name: v.string(), [key]: schema }));
const clusterSchema = v.object({
  server: v.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': v.optional(v.boolean()),
});
const userSchema = v.object({
  token: text,
  tokenFile: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  exec: v.optional(v.unknown()),
  'auth-provider': v.optional(v.unknown()),
  username: text,
});
const contextSchema = v.object({ cluster: v.string(), user: v.string(), namespace: text });
const configSchema = v.object({
  'current-context': v.optional(v.string(), ''),
  clusters: v.optional(named('cluster', clusterSchema), []),
  users: v.optional(named('user', userSchema), []),
  contexts: v.optional(named('context', contextSchema), []),
});

/**
 * Reads a kubeconfig: certificates and tokens, in the file or beside it. Programs that give out passwords (`exec`) are not
 * run: what a file names does not run here without anybody's consent.
 * @throws ModelyardError `not-found`, `params.invalid` with the way out
 */
export async function readKubeconfig(options: { readonly file?: string; readonly context?: string }): Promise<Cluster> {
  const file = options.file ?? usualFile();
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ModelyardError('not-found', `There is no kubeconfig at ${file}.`, {
      fix: 'Name one with --kubeconfig, or in the variable KUBECONFIG.',
      cause: error,
    });
  });
  const parsed = v.safeParse(configSchema, readYaml(content, file));
  if (!parsed.success)
    throw wrong(`${file} is no kubeconfig: ${v.getDotPath(parsed.issues[0]) ?? 'its top'} is not as it should be.`);
  const config = parsed.output;
  const name = options.context ?? config['current-context'];
  const context = pick(config.contexts, { key: 'context', name, file, schema: contextSchema });
  const cluster = pick(config.clusters, { key: 'cluster', name: context.cluster, file, schema: clusterSchema });
  const user = pick(config.users, { key: 'user', name: context.user, file, schema: userSchema });
  refuse(cluster, { user, name: context.user });
  const beside = (at: string | undefined): Promise<string> | undefined =>
    at === undefined ? undefined : readFile(path.resolve(path.dirname(file), at), 'utf8');
  const [ca, cert, key, token] = await Promise.all([
    decoded(cluster['certificate-authority-data']) ?? beside(cluster['certificate-authority']),
    decoded(user['client-certificate-data']) ?? beside(user['client-certificate']),
    decoded(user['client-key-data']) ?? beside(user['client-key']),
    user.token ?? beside(user.tokenFile),
  ]);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    namespace: context.namespace ?? 'default',
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(token !== undefined && { token: token.trim() }),
  };
}

/** Of a list in KUBECONFIG the first. */
function usualFile(): string {
  const [first = ''] = (process.env['KUBECONFIG'] ?? '').split(path.delimiter);
  return first === '' ? path.join(homedir(), '.kube', 'config') : first;
}

function readYaml(content: string, file: string): unknown {
  try {
    return parse(content);
  } catch (error) {
    throw wrong(`${file} is no YAML file.`, error);
  }
}

function pick<T>(
  entries: readonly Readonly<Record<string, unknown>>[],
  { key, name, file, schema }: { key: string; name: string; file: string; schema: v.GenericSchema<unknown, T> },
): T {
  const found = entries.find(entry => entry['name'] === name);
  const parsed = v.safeParse(schema, found?.[key]);
  if (parsed.success) return parsed.output;
  const names = entries.map(entry => String(entry['name'])).join(', ');
  throw wrong(`${file} has no ${key} ${name === '' ? 'that is the current one' : name}; it has ${names || 'none'}.`);
}

function refuse(
  cluster: v.InferOutput<typeof clusterSchema>,
  { user, name }: { readonly user: v.InferOutput<typeof userSchema>; readonly name: string },
): void {
  if (!cluster.server.startsWith('https://')) throw wrong(`The cluster at ${cluster.server} is not reached over TLS.`);
  if (cluster['insecure-skip-tls-verify'] === true)
    throw wrong(`Who answers at ${cluster.server} is not checked (insecure-skip-tls-verify): no token is sent there.`);
  const way =
    user.exec === undefined
      ? user['auth-provider'] === undefined
        ? undefined
        : 'an auth-provider'
      : 'a program (`exec`)';
  if (way === undefined && user.username === undefined) return;
  throw new ModelyardError(
    'params.invalid',
    `The user ${name} of the kubeconfig logs in with ${way ?? 'a password'}, which Modelyard does not do.`,
    {
      fix: 'Make a kubeconfig with a token: `kubectl create token SERVICE_ACCOUNT` gives one.',
    },
  );
}

const decoded = (data: string | undefined): string | undefined =>
  data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');

const wrong = (message: string, cause?: unknown): ModelyardError =>
  new ModelyardError('params.invalid', message, cause === undefined ? {} : { cause });
