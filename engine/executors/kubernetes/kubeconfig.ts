import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { ModelyardError } from '../../errors';
import type { LoginProgram } from './loginProgram';
import { programSchema } from './loginProgram';

/** Which cluster of which file. */
export interface KubeTarget {
  /** Default: those of `$KUBECONFIG`, else `~/.kube/config`. */
  readonly file?: string;
  /** Default: the current one. */
  readonly context?: string;
}

/** Where a cluster is. */
export interface Cluster {
  readonly server: string;
  /** Of the context; `default` without one. */
  readonly namespace: string;
  /** PEM; absent: the authorities that Node knows. */
  readonly ca?: string;
  /** The name that its certificate must have, when it is not that of the server. */
  readonly serverName?: string;
  /** What it wants a login program to be told. */
  readonly forProgram?: unknown;
  readonly user: KubeUser;
}

/** Who asks. */
export interface KubeUser {
  readonly name: string;
  readonly token?: string;
  /** Absolute; read again whenever the cluster refuses what was in it. */
  readonly tokenFile?: string;
  /** PEM. */
  readonly cert?: string;
  readonly key?: string;
  readonly program?: LoginProgram;
}

const text = v.optional(v.string());
const named = <S extends v.GenericSchema>(key: string, schema: S) =>
  v.optional(v.nullable(v.array(v.object({ name: v.string(), [key]: schema }))), []);
const clusterSchema = v.object({
  server: v.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': v.optional(v.boolean()),
  'tls-server-name': text,
  'proxy-url': text,
  extensions: named('extension', v.unknown()),
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
  as: text,
});
const contextSchema = v.object({ cluster: v.string(), user: v.string(), namespace: text });
const configSchema = v.object({
  'current-context': v.optional(v.nullable(v.string()), ''),
  clusters: named('cluster', clusterSchema),
  users: named('user', userSchema),
  contexts: named('context', contextSchema),
});
/** Of an extension of a cluster. https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
const forPrograms = 'client.authentication.k8s.io/exec';

/** An entry, and the folder that its paths are relative to. */
interface Placed {
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly folder: string;
}
interface Merged {
  readonly current: string;
  readonly clusters: readonly Placed[];
  readonly users: readonly Placed[];
  readonly contexts: readonly Placed[];
  /** For messages. */
  readonly shown: string;
}

/**
 * Reads a kubeconfig: certificates and tokens, in the file or beside it. The program that it may name is not started
 * here. Several files in `$KUBECONFIG` count as one, of which the first that says something is right.
 * @throws ModelyardError `not-found`, `params.invalid` with the way out
 */
export async function readKubeconfig(target: KubeTarget): Promise<Cluster> {
  const config = await merged(target.file === undefined ? usualFiles() : [target.file]);
  const name = target.context ?? config.current;
  const { value: context } = pick(config, { list: config.contexts, key: 'context', name, schema: contextSchema });
  const { value: cluster, folder } = pick(config, { list: config.clusters, key: 'cluster', name: context.cluster, schema: clusterSchema }); // prettier-ignore
  const user = pick(config, { list: config.users, key: 'user', name: context.user, schema: userSchema });
  refuseCluster(cluster);
  refuseUser(user.value, context.user);
  const ca = decoded(cluster['certificate-authority-data']) ?? (await beside(folder, cluster['certificate-authority']));
  const forProgram = cluster.extensions?.find(one => one.name === forPrograms)?.['extension'];
  return {
    server: cluster.server.replace(/\/+$/, ''),
    namespace: context.namespace ?? 'default',
    ...(ca !== undefined && { ca }),
    ...(cluster['tls-server-name'] !== undefined && { serverName: cluster['tls-server-name'] }),
    ...(forProgram !== undefined && { forProgram }),
    user: await userOf(user, context.user),
  };
}

async function userOf(
  { value: user, folder }: { readonly value: v.InferOutput<typeof userSchema>; readonly folder: string },
  name: string,
): Promise<KubeUser> {
  const [cert, key] = await Promise.all([
    decoded(user['client-certificate-data']) ?? beside(folder, user['client-certificate']),
    decoded(user['client-key-data']) ?? beside(folder, user['client-key']),
  ]);
  const { token, tokenFile, exec } = user;
  const program = exec === undefined ? undefined : programOf(exec, { name, folder });
  return {
    name,
    ...(token !== undefined && token !== '' && { token: token.trim() }),
    ...(tokenFile !== undefined && { tokenFile: path.resolve(folder, tokenFile) }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(program !== undefined && { program }),
  };
}

function programOf(exec: unknown, { name, folder }: { readonly name: string; readonly folder: string }): LoginProgram {
  const parsed = v.safeParse(programSchema, exec);
  if (!parsed.success)
    throw wrong(
      `The user ${name} of the kubeconfig logs in with a program (\`exec\`), but ${v.getDotPath(parsed.issues[0]) ?? 'it'} is not as it should be: ${parsed.issues[0].message}.`,
      'What is understood is client.authentication.k8s.io/v1 and v1beta1: the tool of your cloud writes it (`aws eks update-kubeconfig`, `gcloud container clusters get-credentials`, `az aks get-credentials`).',
    );
  // as kubectl: a name is looked for on the PATH, a path is that from the file
  const { command } = parsed.output;
  return { ...parsed.output, command: /[\\/]/.test(command) ? path.resolve(folder, command) : command };
}

const usualFiles = (): readonly string[] => {
  const named = (process.env['KUBECONFIG'] ?? '').split(path.delimiter).filter(file => file !== '');
  return named.length > 0 ? named : [path.join(homedir(), '.kube', 'config')];
};

async function merged(files: readonly string[]): Promise<Merged> {
  const found: { config: v.InferOutput<typeof configSchema>; folder: string }[] = [];
  let cause: unknown;
  for (const file of files) {
    const content = await readFile(file, 'utf8').catch((error: unknown) => void (cause = error));
    if (content === undefined) continue;
    const parsed = v.safeParse(configSchema, readYaml(content, file));
    if (!parsed.success)
      throw wrong(`${file} is no kubeconfig: ${v.getDotPath(parsed.issues[0]) ?? 'its top'} is not as it should be.`);
    found.push({ config: parsed.output, folder: path.dirname(path.resolve(file)) });
  }
  const shown = files.join(' and ');
  if (found.length === 0)
    throw new ModelyardError('not-found', `There is no kubeconfig at ${shown}.`, {
      fix: 'Name one with --kubeconfig, or in the variable KUBECONFIG.',
      cause,
    });
  const all = (key: 'clusters' | 'users' | 'contexts'): readonly Placed[] =>
    found.flatMap(({ config, folder }) => (config[key] ?? []).map(entry => ({ name: String(entry.name), entry, folder }))); // prettier-ignore
  const current = found.map(({ config }) => config['current-context'] ?? '').find(name => name !== '') ?? '';
  return { current, shown, clusters: all('clusters'), users: all('users'), contexts: all('contexts') };
}

function readYaml(content: string, file: string): unknown {
  try {
    return parse(content);
  } catch (error) {
    throw new ModelyardError('params.invalid', `${file} is no YAML file.`, { cause: error });
  }
}

function pick<T>(
  { shown }: Merged,
  { list, key, name, schema }: { list: readonly Placed[]; key: string; name: string; schema: v.GenericSchema<unknown, T> }, // prettier-ignore
): { readonly value: T; readonly folder: string } {
  const found = list.find(one => one.name === name);
  const parsed = v.safeParse(schema, found?.entry[key]);
  if (found && parsed.success) return { value: parsed.output, folder: found.folder };
  const names = list.map(one => one.name).join(', ');
  throw wrong(`${shown} has no ${key} ${name === '' ? 'that is the current one' : name}; it has ${names || 'none'}.`);
}

function refuseCluster(cluster: v.InferOutput<typeof clusterSchema>): void {
  if (!cluster.server.startsWith('https://')) throw wrong(`The cluster at ${cluster.server} is not reached over TLS.`);
  if (cluster['insecure-skip-tls-verify'] === true)
    throw wrong(
      `Who answers at ${cluster.server} is not checked (insecure-skip-tls-verify): no token is sent there.`,
      'Put the certificate of its authority into the kubeconfig: `certificate-authority-data`.',
    );
  if (cluster['proxy-url'] !== undefined)
    throw wrong(`The cluster at ${cluster.server} is reached through a proxy (proxy-url), which Modelyard cannot.`);
}

function refuseUser(user: v.InferOutput<typeof userSchema>, name: string): void {
  const way =
    user['auth-provider'] !== undefined
      ? 'logs in with an auth-provider'
      : user.username !== undefined
        ? 'logs in with a password'
        : user.as !== undefined
          ? `acts as ${user.as}`
          : undefined;
  if (way === undefined) return;
  throw wrong(
    `The user ${name} of the kubeconfig ${way}, which Modelyard does not do.`,
    'Make a kubeconfig with a token: `kubectl create token SERVICE_ACCOUNT` gives one.',
  );
}

async function beside(folder: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const at = path.resolve(folder, file);
  return readFile(at, 'utf8').catch((error: unknown) => {
    throw new ModelyardError('not-found', `The kubeconfig names ${at}, which cannot be read.`, { cause: error });
  });
}

const decoded = (data: string | undefined): string | undefined =>
  data === undefined || data === '' ? undefined : Buffer.from(data, 'base64').toString('utf8');

const wrong = (message: string, fix?: string): ModelyardError =>
  new ModelyardError('params.invalid', message, fix === undefined ? {} : { fix });
