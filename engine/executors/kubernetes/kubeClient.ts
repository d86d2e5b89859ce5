import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { Received, Sent } from '../request';
import { request } from '../request';
import { TooLong, within } from '../within';
import type { Cluster, KubeTarget } from './kubeconfig';
import { readKubeconfig } from './kubeconfig';
import type { Identity } from './loginProgram';
import { Logins } from './logins';

const patience = 30_000;

/** The API server does not answer, or not now. */
export class ClusterSilent extends ModelyardError {
  constructor(
    server: string,
    readonly why: string,
    cause?: unknown,
  ) {
    super('remote.unreachable', `The cluster at ${server} does not answer: ${why}.`, {
      fix: 'Look whether `kubectl cluster-info` reaches it.',
      ...(cause !== undefined && { cause }),
    });
  }
}

/** The API server takes neither the token or certificate, nor a newer one. */
export class ClusterRefuses extends ModelyardError {
  constructor(
    server: string,
    readonly why: string,
  ) {
    super('remote.refused', `The cluster at ${server} says 401: ${why}`, {
      fix: 'The token or certificate of the kubeconfig is not valid any more: make a new one.',
    });
  }
}

/** The API server knows who asks, and does not let it. One that has just started says so for a moment of everybody. */
export class ClusterForbids extends ModelyardError {
  constructor(
    server: string,
    readonly why: string,
    needs: string,
  ) {
    super('remote.refused', `The cluster at ${server} says 403: ${why}`, { fix: `Its user needs to ${needs}.` });
  }
}

const statusSchema = v.object({ message: v.string() });

export interface KubeClientOptions extends KubeTarget {
  readonly logins?: Logins;
  /** What its user must be allowed, for the sentence when it is not. */
  readonly needs: string;
}

/** The calls of the Kubernetes API that following workflows and jobs needs. A login that has expired is renewed. */
export class KubeClient {
  private readonly logins: Logins;
  private identity: Identity | undefined;

  private constructor(
    private readonly options: KubeClientOptions,
    private cluster: Cluster,
  ) {
    this.logins = options.logins ?? new Logins();
  }

  /** @throws ModelyardError `not-found`, `params.invalid` */
  static async open(options: KubeClientOptions): Promise<KubeClient> {
    return new KubeClient(options, await readKubeconfig(options));
  }

  get server(): string {
    return this.cluster.server;
  }

  /** Of the context. */
  get namespace(): string {
    return this.cluster.namespace;
  }

  /** Undefined: it is not there (404). @throws ClusterSilent, ClusterRefuses, ClusterForbids; ModelyardError `remote.refused`, `cancelled` */
  async get(path: string, signal: AbortSignal): Promise<unknown> {
    return this.json(await this.ask(path, { method: 'GET', headers: {} }, signal));
  }

  async text(path: string, signal: AbortSignal): Promise<string | undefined> {
    return (await this.ask(path, { method: 'GET', headers: {} }, signal))?.text;
  }

  async post(path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return this.json(await this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) }, signal));
  }

  async merge(path: string, body: unknown, signal: AbortSignal): Promise<void> {
    const headers = { 'content-type': 'application/merge-patch+json' };
    await this.ask(path, { method: 'PATCH', headers, body: JSON.stringify(body) }, signal);
  }

  /** With all that depends on it, which goes first. Something that is not there is no error. */
  async remove(path: string, signal: AbortSignal): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foreground' };
    await this.ask(path, { method: 'DELETE', headers, body: JSON.stringify(body) }, signal);
  }

  private json(answer: Received | undefined): unknown {
    if (answer === undefined) return undefined;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), answer.text);
    if (parsed.success) return parsed.output;
    throw new ModelyardError('remote.unreachable', `What answers at ${this.cluster.server} is no Kubernetes.`);
  }

  private async ask(path: string, sent: Sent, signal: AbortSignal): Promise<Received | undefined> {
    let answer = await this.send(path, sent, signal);
    if (answer.status === 401 && (await this.renewed(signal))) answer = await this.send(path, sent, signal);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 404) return undefined;
    const { server } = this.cluster;
    const said = v.safeParse(v.pipe(v.string(), v.parseJson(), statusSchema), answer.text);
    const why = said.success ? said.output.message : answer.text.slice(0, 300);
    if (answer.status === 401) throw new ClusterRefuses(server, why);
    if (answer.status >= 500 || answer.status === 429)
      throw new ClusterSilent(server, `it says ${answer.status}: ${why}`);
    if (answer.status === 403) throw new ClusterForbids(server, why, this.options.needs);
    throw new ModelyardError('remote.refused', `The cluster at ${server} says ${answer.status}: ${why}`);
  }

  /** Whether there is something else to try: somebody may have logged in anew meanwhile. */
  private async renewed(signal: AbortSignal): Promise<boolean> {
    const before = JSON.stringify(this.identity);
    const { server } = this.cluster;
    const cluster = await readKubeconfig(this.options);
    // a job is followed where it was made, whatever the file says by now
    if (cluster.server !== server) return false;
    this.cluster = cluster;
    this.identity = await this.logins.of(cluster, true, signal);
    return JSON.stringify(this.identity) !== before;
  }

  private async who(signal: AbortSignal): Promise<Identity> {
    const { until = Infinity } = this.identity ?? { until: 0 };
    if (this.identity === undefined || until <= Date.now() || this.cluster.user.program !== undefined)
      this.identity = await this.logins.of(this.cluster, false, signal);
    return this.identity;
  }

  private async send(path: string, { headers, ...sent }: Sent, signal: AbortSignal): Promise<Received> {
    const { server, ca, serverName } = this.cluster;
    const { cert, key, token } = await this.who(signal);
    const tls = {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(serverName !== undefined && { servername: serverName }),
    };
    const shown = {
      ...headers,
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    try {
      return await within({ ms: patience, signal }, limited =>
        request(`${server}${path}`, { ...sent, headers: shown, tls }, limited),
      );
    } catch (error) {
      if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
      throw new ClusterSilent(server, reasonOf(error), error);
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof TooLong) return error.cause.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === 'ECONNREFUSED' ? 'nothing listens there' : error.message.replace(/\.$/, '');
}
