import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { Received } from '../request';
import { TooLarge, request } from '../request';
import { TooLong, within } from '../within';

const jobSchema = v.object({
  status: v.picklist(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: v.optional(v.nullable(v.string())),
});
export type RayJob = v.InferOutput<typeof jobSchema>;
const submittedSchema = v.object({ submission_id: v.string() });
const logsSchema = v.object({ logs: v.nullable(v.string()) });

export interface JobRequest {
  readonly submission_id: string;
  readonly entrypoint: string;
  readonly runtime_env: {
    readonly working_dir: string;
    readonly env_vars: Readonly<Record<string, string>>;
  };
  readonly metadata: Readonly<Record<string, string>>;
  readonly entrypoint_num_cpus?: number;
  readonly entrypoint_num_gpus?: number;
}

/** ms until an answer must be there; an upload gets more. */
const patience = { call: 30_000, upload: 10 * 60_000 };

interface Ask {
  readonly method?: 'POST' | 'PUT';
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether 404 is an answer. */
  readonly missing?: boolean;
  readonly most?: number;
}

/** Bytes: Ray sends the whole log each time, and the engine holds it in memory. */
export const mostLog = 64 * 1024 * 1024;

/** The head does not answer, or says that parts of it do not: it may be gone, or back in a moment. */
export class RaySilent extends ModelyardError {
  constructor(
    message: string,
    /** What stands in the message, without the head. */
    readonly why: string,
    cause?: unknown,
  ) {
    super('remote.unreachable', message, {
      fix: 'Look whether it runs (`ray status`), and whether `address:` is that of its dashboard.',
      ...(cause !== undefined && { cause }),
    });
  }
}

/** https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html */
export class RayClient {
  private readonly base: string;

  constructor(
    private readonly address: string,
    private readonly token: string | undefined,
  ) {
    this.base = address.replace(/\/+$/, '');
  }

  async hasPackage(name: string, signal: AbortSignal): Promise<boolean> {
    return (await this.ask(`/api/packages/gcs/${name}`, { missing: true }, signal)).status !== 404;
  }

  async upload(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream' };
    await this.ask(`/api/packages/gcs/${name}`, { method: 'PUT', body: bytes, headers }, signal);
  }

  async submit(job: JobRequest, signal: AbortSignal): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST' as const, body: JSON.stringify(job), headers };
    this.read(await this.ask('/api/jobs/', sent, signal), submittedSchema);
  }

  /** Undefined: the head does not know it. @throws RaySilent */
  async job(id: string, signal: AbortSignal): Promise<RayJob | undefined> {
    const answer = await this.ask(`/api/jobs/${id}`, { missing: true }, signal);
    return answer.status === 404 ? undefined : this.read(answer, jobSchema);
  }

  /** All that it has printed so far. @throws TooLarge beyond `most` bytes */
  async logs(id: string, signal: AbortSignal, most = mostLog): Promise<string> {
    const answer = await this.ask(`/api/jobs/${id}/logs`, { missing: true, most }, signal);
    return answer.status === 404 ? '' : (this.read(answer, logsSchema).logs ?? '');
  }

  async stop(id: string, signal: AbortSignal): Promise<void> {
    await this.ask(`/api/jobs/${id}/stop`, { method: 'POST', missing: true }, signal);
  }

  private async ask(path: string, { missing = false, ...init }: Ask, signal: AbortSignal): Promise<Received> {
    const { status, text } = await this.send(path, init, signal);
    if ((status >= 200 && status < 300) || (missing && status === 404)) return { status, text };
    const said = text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
    if (status === 401 || status === 403)
      throw new ModelyardError(
        'remote.refused',
        `The Ray head at ${this.address} refuses the token (${status}). ${said}`.trim(),
        { fix: 'Name the variable that has it: `ray: {token: {env: RAY_AUTH_TOKEN}}`; `ray get-auth-token` says it.' },
      );
    const message = `The Ray head at ${this.address} says ${status}: ${said}`;
    // a head that is dying still answers for its parts that are gone
    if (status >= 500) throw new RaySilent(message, `it says ${status}: ${said}`);
    throw new ModelyardError('remote.refused', message);
  }

  /** The answer with its whole body. */
  private async send(path: string, { headers, ...init }: Ask, signal: AbortSignal): Promise<Received> {
    const ms = init.method === 'PUT' ? patience.upload : patience.call;
    try {
      const authorization = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
      const sent = { method: 'GET' as const, ...init, headers: { ...headers, ...authorization } };
      return await within({ ms, signal }, limited => request(`${this.base}${path}`, sent, limited));
    } catch (error) {
      if (signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
      if (error instanceof TooLarge) throw error;
      throw this.silent(reasonOf(error), error);
    }
  }

  private read<T>({ text }: Received, schema: v.GenericSchema<unknown, T>): T {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
    if (parsed.success) return parsed.output;
    throw new ModelyardError('remote.unreachable', `What answers at ${this.address} is no Ray head.`, {
      fix: 'Name the address of the dashboard, such as http://127.0.0.1:8265.',
    });
  }

  private silent(why: string, cause?: unknown): RaySilent {
    return new RaySilent(`The Ray head at ${this.address} does not answer: ${why}.`, why, cause);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof TooLong) return error.cause.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === 'ECONNREFUSED' ? 'nothing listens there' : code === '' ? error.message.replace(/\.$/, '') : code;
}
