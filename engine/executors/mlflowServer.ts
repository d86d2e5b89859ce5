import * as v from 'valibot';
import { ModelyardError } from '../errors';
import { within } from './within';

/** ms for one answer, which may be a large file. */
const patience = 10 * 60_000;

interface Asked {
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Of what has a body, or deletes; default `POST`. */
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  /** Whether 404 is an answer. */
  readonly missing?: boolean;
}

/** The few calls of MLflow's REST API by which jobs report and hand over files. */
export class MlflowServer {
  constructor(
    private readonly address: { readonly url: string; readonly token?: string },
    private readonly signal: AbortSignal,
  ) {}

  async post<T>(call: string, body: object, schema: v.GenericSchema<unknown, T>): Promise<T> {
    const answer = await this.ask(`/api/2.0/mlflow/${call}`, { body: JSON.stringify(body) });
    return this.parse(answer ?? Buffer.from(''), schema);
  }

  async need(call: string): Promise<Buffer> {
    const found = await this.ask(call, { missing: true });
    if (found !== undefined) return found;
    throw new ModelyardError(
      'step.failed',
      `The MLflow server at ${this.address.url} does not have what the job should have handed over.`,
      { fix: 'The log of the step says what the job has done.' },
    );
  }

  /** Undefined: there is none (404), when that may be. @throws ModelyardError `remote.*`, `cancelled` */
  async ask(call: string, { body, method = 'POST', missing = false }: Asked): Promise<Buffer | undefined> {
    const { url, token } = this.address;
    const headers = {
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    try {
      return await within({ ms: patience, signal: this.signal }, async signal => {
        const target = `${url.replace(/\/+$/, '')}${call}`;
        const sent = body === undefined && method === 'POST' ? {} : { method, ...(body !== undefined && { body }) };
        const answer = await fetch(target, { ...sent, headers, redirect: 'error', signal });
        if (missing && answer.status === 404) return undefined;
        const bytes = Buffer.from(await answer.arrayBuffer());
        if (answer.ok) return bytes;
        const said = bytes.toString().slice(0, 300);
        throw new ModelyardError('remote.refused', `The MLflow server at ${url} says ${answer.status}: ${said}`);
      });
    } catch (error) {
      if (error instanceof ModelyardError) throw error;
      if (this.signal.aborted) throw new ModelyardError('cancelled', 'Cancelled.');
      throw new ModelyardError('remote.unreachable', `The MLflow server at ${url} does not answer.`, { cause: error });
    }
  }

  parse<T>(bytes: Buffer, schema: v.GenericSchema<unknown, T>): T {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), bytes.toString());
    if (parsed.success) return parsed.output;
    throw new ModelyardError('remote.unreachable', `What answers at ${this.address.url} is no MLflow server.`);
  }
}
