import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { Received } from '../request';
import { request } from '../request';
import { TooLong, within } from '../within';
import type { Cluster } from './kubeconfig';

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

const statusSchema = v.object({ message: v.string() });

/** The calls of the Kubernetes API that following a workflow needs. */
export class KubeClient {
  constructor(private readonly cluster: Cluster) {}

  /** Undefined: it is not there (404). @throws ClusterSilent; ModelyardError `remote.refused`, `cancelled` */
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

  private json(answer: Received | undefined): unknown {
    if (answer === undefined) return undefined;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), answer.text);
    if (parsed.success) return parsed.output;
    throw new ModelyardError('remote.unreachable', `What answers at ${this.cluster.server} is no Kubernetes.`);
  }

  private async ask(
    path: string,
    sent: Parameters<typeof request>[1],
    signal: AbortSignal,
  ): Promise<Received | undefined> {
    const answer = await this.send(path, sent, signal);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 404) return undefined;
    const { server } = this.cluster;
    const said = v.safeParse(v.pipe(v.string(), v.parseJson(), statusSchema), answer.text);
    const why = said.success ? said.output.message : answer.text.slice(0, 300);
    if (answer.status >= 500 || answer.status === 429)
      throw new ClusterSilent(server, `it says ${answer.status}: ${why}`);
    throw new ModelyardError('remote.refused', `The cluster at ${server} says ${answer.status}: ${why}`, {
      ...(answer.status === 401 && {
        fix: 'The token or certificate of the kubeconfig is not valid any more: make a new one.',
      }),
      ...(answer.status === 403 && {
        fix: 'Its user needs to create, get and patch workflows.argoproj.io, and to read pods.',
      }),
    });
  }

  private async send(
    path: string,
    { headers, ...sent }: Parameters<typeof request>[1],
    signal: AbortSignal,
  ): Promise<Received> {
    const { server, ca, cert, key, token } = this.cluster;
    const tls = {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
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
