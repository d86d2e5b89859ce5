import { execFile } from 'node:child_process';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';

const version = v.picklist(
  ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'],
  'it is neither client.authentication.k8s.io/v1 nor v1beta1',
);
/** `exec:` of a user. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export const programSchema = v.object({
  apiVersion: version,
  command: v.pipe(v.string(), v.nonEmpty()),
  args: v.optional(v.nullable(v.array(v.string())), []),
  env: v.optional(v.nullable(v.array(v.object({ name: v.string(), value: v.string() }))), []),
  installHint: v.optional(v.string(), ''),
  interactiveMode: v.optional(v.picklist(['Never', 'IfAvailable', 'Always']), 'IfAvailable'),
  provideClusterInfo: v.optional(v.boolean(), false),
});
export type LoginProgram = v.InferOutput<typeof programSchema>;

const answerSchema = v.object({
  apiVersion: v.string(),
  kind: v.literal('ExecCredential'),
  status: v.object({
    token: v.optional(v.string()),
    clientCertificateData: v.optional(v.string()),
    clientKeyData: v.optional(v.string()),
    expirationTimestamp: v.optional(v.nullable(v.string())),
  }),
});

/** With what a request says who asks. */
export interface Identity {
  readonly token?: string;
  /** PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** ms since 1970; absent: as long as the cluster takes it. */
  readonly until?: number;
}

interface LoginOptions {
  readonly program: LoginProgram;
  /** The name in the kubeconfig. */
  readonly user: string;
  readonly cluster: { readonly server: string; readonly ca?: string; readonly serverName?: string; readonly forProgram?: unknown }; // prettier-ignore
}

/** ms that a program gets, which may ask a cloud. */
const patience = 60_000;
const mostOutput = 1 << 20;

/**
 * Starts the program that a kubeconfig names, without a shell, and reads the credentials that it prints. What it prints is
 * shown nowhere; what it says on stderr is, when it fails.
 * @throws ModelyardError `step.failed` with the way out, `cancelled`
 */
export async function loginWith({ program, user, cluster }: LoginOptions, signal: AbortSignal): Promise<Identity> {
  const { command, args, env, apiVersion, interactiveMode, installHint } = program;
  const who = `The user ${user} of the kubeconfig logs in with the program ${command}`;
  if (interactiveMode === 'Always')
    throw failed(`${who}, which wants to ask a person.`, 'Log in with it in a terminal, and use a kubeconfig with the token that it gives.'); // prettier-ignore
  const told = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const about = { KUBERNETES_EXEC_INFO: JSON.stringify(infoFor(program, cluster)) };
  const { error, stdout, stderr } = await started(command, { args: args ?? [], env: { ...told, ...about } }, signal);
  if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
  if (error !== undefined && 'code' in error && error.code === 'ENOENT')
    throw failed(`${who}, which is not there.`, installHint.trim() || 'Install it, or put it on the PATH of the engine (`modelyard stop` ends the one that runs).'); // prettier-ignore
  if (error !== undefined) throw failed(`${who}, which ${howOf(error)}${saidBy(stderr)}`, 'Call it in a terminal: it may want a new login.'); // prettier-ignore
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), stdout);
  if (!parsed.success) throw failed(`${who}, which printed no ExecCredential${saidBy(stderr)}`);
  if (parsed.output.apiVersion !== apiVersion)
    throw failed(`${who}, which speaks ${parsed.output.apiVersion} although the kubeconfig says ${apiVersion}.`);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = parsed.output.status;
  if ((token ?? '') === '' && (cert === undefined || key === undefined)) throw failed(`${who}, which gave neither a token nor a certificate.`); // prettier-ignore
  const until = Date.parse(expirationTimestamp ?? '');
  return {
    ...(token !== undefined && token !== '' && { token }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(Number.isFinite(until) && { until }),
  };
}

/** What kubectl tells such a program. */
const infoFor = ({ apiVersion, provideClusterInfo }: LoginProgram, cluster: LoginOptions['cluster']) => ({
  apiVersion,
  kind: 'ExecCredential',
  spec: {
    interactive: false,
    ...(provideClusterInfo && {
      cluster: {
        server: cluster.server,
        ...(cluster.serverName !== undefined && { 'tls-server-name': cluster.serverName }),
        ...(cluster.ca !== undefined && { 'certificate-authority-data': Buffer.from(cluster.ca).toString('base64') }),
        ...(cluster.forProgram !== undefined && { config: cluster.forProgram }),
      },
    }),
  },
});

interface Ended {
  readonly error?: Error;
  readonly stdout: string;
  readonly stderr: string;
}

function started(
  command: string,
  { args, env }: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Ended> {
  const options = { env: { ...process.env, ...env }, timeout: patience, killSignal: 'SIGKILL' as const, maxBuffer: mostOutput, windowsHide: true, signal }; // prettier-ignore
  return new Promise(resolve => {
    const child = execFile(command, [...args], options, (error, stdout, stderr) => {
      resolve({ ...(error !== null && { error }), stdout, stderr });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end();
  });
}

function howOf(error: Error): string {
  if ('killed' in error && error.killed === true) return `was ended after ${patience / 1000} s.`;
  return 'code' in error && typeof error.code === 'number' ? `failed with exit code ${error.code}.` : 'cannot be started.'; // prettier-ignore
}

function saidBy(stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-3).join(' ⏎ ');
  return lines === '' ? '' : ` It said: ${lines.length > 400 ? `${lines.slice(0, 400)}…` : lines}`;
}

const failed = (message: string, fix?: string): ModelyardError =>
  new ModelyardError('step.failed', message, fix === undefined ? {} : { fix });
