import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
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
    throw this.lacks();
  }

  /**
   * Writes an answer to a file, without holding it in memory. Returns its sha-256; undefined when it is longer than `size`
   * bytes, of which no more is taken.
   */
  async download(
    call: string,
    { to, size }: { readonly to: string; readonly size: number },
  ): Promise<string | undefined> {
    return this.request(call, { method: 'GET' }, async (answer, signal) => {
      if (answer.status === 404) throw this.lacks();
      if (!answer.ok || answer.body === null) throw this.refused(answer.status, (await answer.text()).slice(0, 300));
      const hash = createHash('sha256');
      let taken = 0;
      const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader();
      const counted = async function* (): AsyncGenerator<Uint8Array> {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          taken += next.value.length;
          if (taken > size) return reader.cancel();
          hash.update(next.value);
          yield next.value;
        }
      };
      const file = createWriteStream(to);
      let unwritten: Error | undefined;
      file.once('error', error => (unwritten = error));
      try {
        await pipeline(counted, file, { signal });
      } catch (error) {
        if (unwritten === undefined || unwritten.name === 'AbortError' || !('syscall' in unwritten)) throw error;
        throw new ModelyardError('step.failed', `What the job hands over cannot be written: ${unwritten.message}.`, {
          cause: error,
        });
      }
      return taken > size ? undefined : hash.digest('hex');
    });
  }

  private lacks(): ModelyardError {
    return new ModelyardError(
      'step.failed',
      `The MLflow server at ${this.address.url} does not have what the job should have handed over.`,
      { fix: 'The log of the step says what the job has done.' },
    );
  }

  /** A token is for one address alone. */
  private elsewhere({ status, headers }: Response): ModelyardError {
    const { url } = this.address;
    const location = headers.get('location') ?? '';
    const to = location !== '' && URL.canParse(location, url) ? new URL(location, url).origin : '';
    return new ModelyardError(
      'remote.refused',
      `The MLflow server at ${url} answers ${status}: it is elsewhere${to === '' ? '' : `, at ${to}`}.`,
      {
        fix: 'Name the address at which it is: `tracking: {url: …}`. No token is sent to one that was not named.',
      },
    );
  }

  private refused(status: number, said: string): ModelyardError {
    return new ModelyardError('remote.refused', `The MLflow server at ${this.address.url} says ${status}: ${said}`);
  }

  /** Undefined: there is none (404), when that may be. @throws ModelyardError `remote.*`, `cancelled` */
  async ask(call: string, { body, method = 'POST', missing = false }: Asked): Promise<Buffer | undefined> {
    const sent = body === undefined && method === 'POST' ? {} : { method, ...(body !== undefined && { body }) };
    return this.request(call, sent, async answer => {
      if (missing && answer.status === 404) return undefined;
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (answer.ok) return bytes;
      throw this.refused(answer.status, bytes.toString().slice(0, 300));
    });
  }

  private async request<T>(
    call: string,
    { method, body }: { readonly method?: string; readonly body?: string | Uint8Array<ArrayBuffer> },
    read: (answer: Response, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { url, token } = this.address;
    const headers = {
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const sent = { ...(method !== undefined && { method }), ...(body !== undefined && { body }) };
    try {
      return await within({ ms: patience, signal: this.signal }, async signal => {
        const answer = await fetch(`${url.replace(/\/+$/, '')}${call}`, {
          ...sent,
          headers,
          redirect: 'manual',
          signal,
        });
        if (answer.status >= 300 && answer.status < 400) throw this.elsewhere(answer);
        return read(answer, signal);
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
