import * as v from 'valibot';
import { ModelyardError } from '../../../errors';
import type { HttpAnswer, HttpCall, ServerAddress } from './http';
import { HttpClient } from './http';

const errorSchema = v.object({ error_code: v.exactOptional(v.string()), message: v.exactOptional(v.string()) });
const experimentSchema = v.object({
  experiment: v.object({ experiment_id: v.string(), lifecycle_stage: v.optional(v.string()) }),
});
const createdSchema = v.object({ experiment_id: v.string() });
const runSchema = v.object({
  info: v.object({
    run_id: v.string(),
    artifact_uri: v.optional(v.string(), ''),
    lifecycle_stage: v.optional(v.string(), 'active'),
  }),
  data: v.optional(
    v.object({ tags: v.optional(v.array(v.object({ key: v.string(), value: v.optional(v.string(), '') })), []) }),
    { tags: [] },
  ),
});
const runAnswer = v.object({ run: runSchema });
const searchAnswer = v.object({ runs: v.optional(v.array(runSchema), []) });

export interface ServerRun {
  readonly id: string;
  readonly artifactUri: string;
  readonly isDeleted: boolean;
  readonly tags: ReadonlyMap<string, string>;
}

type Field = readonly [string, unknown];

/** The calls of MLflow's REST API that an export makes. Errors: `remote.unreachable`, `remote.refused`, `cancelled`. */
export class MlflowServer {
  private readonly http: HttpClient;

  constructor(
    private readonly address: ServerAddress,
    private readonly signal: AbortSignal,
  ) {
    this.http = new HttpClient(address);
  }

  close(): void {
    this.http.close();
  }

  /** The id of an experiment, made when there is none. */
  async experiment(name: string, tags: readonly Field[]): Promise<string> {
    const query = new URLSearchParams({ experiment_name: name });
    const answer = await this.send({ method: 'GET', path: `experiments/get-by-name?${query.toString()}` });
    if (answer.status === 200) {
      const { experiment } = this.read(answer, experimentSchema);
      if (experiment.lifecycle_stage !== 'deleted') return experiment.experiment_id;
      throw new ModelyardError('remote.refused', `The experiment ${name} has been deleted on the server.`, {
        fix: 'Restore or rename it there.',
      });
    }
    if (codeOf(answer) !== 'RESOURCE_DOES_NOT_EXIST') throw this.refusal(answer, `look for the experiment ${name}`);
    const made = await this.post('experiments/create', { name, tags: pairs(tags) });
    return this.read(made, createdSchema).experiment_id;
  }

  /** The run that has a tag with this value. */
  async runWithTag(experiment: string, key: string, value: string): Promise<ServerRun | undefined> {
    const answer = await this.post('runs/search', {
      experiment_ids: [experiment],
      filter: `tags.\`${key}\` = '${value}'`,
      run_view_type: 'ALL',
      max_results: 1,
    });
    const [run] = this.read(answer, searchAnswer).runs;
    return run && toRun(run);
  }

  async createRun(run: Readonly<Record<string, unknown>>): Promise<ServerRun> {
    return toRun(this.read(await this.post('runs/create', run, true), runAnswer).run);
  }

  async postRun(call: string, body: Readonly<Record<string, unknown>> | string): Promise<void> {
    await this.post(`runs/${call}`, body);
  }

  /** @param root `mlflow-artifacts:…` of the run */
  async upload(root: string, name: string, file: { readonly path: string; readonly size: number }): Promise<void> {
    const folder = root.replace(/^mlflow-artifacts:(\/\/[^/]*)?\/*/, '');
    const where = `${folder}/${name}`.split('/').map(encodeURIComponent).join('/');
    const answer = await this.http.call(
      {
        method: 'PUT',
        path: `/api/2.0/mlflow-artifacts/artifacts/${where}`,
        body: { file: file.path, size: file.size },
      },
      this.signal,
    );
    if (answer.status !== 200) throw this.refusal(answer, `take the artifact ${name}`);
  }

  /** @param once it is not repeated when no answer comes */
  async post(call: string, body: Readonly<Record<string, unknown>> | string, once = false): Promise<HttpAnswer> {
    const json = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await this.send({ method: 'POST', path: call, body: { json }, once });
    if (answer.status !== 200) throw this.refusal(answer, `do ${call}`);
    return answer;
  }

  async patch(call: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await this.send({ method: 'PATCH', path: call, body: { json: JSON.stringify(body) } });
    if (answer.status !== 200) throw this.refusal(answer, `do ${call}`);
  }

  /** Undefined: there is no such thing. */
  async find(call: string, query: Readonly<Record<string, string>>): Promise<HttpAnswer | undefined> {
    const answer = await this.send({ method: 'GET', path: `${call}?${new URLSearchParams(query).toString()}` });
    if (answer.status === 200) return answer;
    if (codeOf(answer) === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    throw this.refusal(answer, `do ${call}`);
  }

  private send(call: HttpCall): Promise<HttpAnswer> {
    return this.http.call({ ...call, path: `/api/2.0/mlflow/${call.path}` }, this.signal);
  }

  read<T>(answer: HttpAnswer, schema: v.GenericSchema<unknown, T>): T {
    const parsed = v.safeParse(schema, parse(answer.text));
    if (parsed.success) return parsed.output;
    throw new ModelyardError(
      'remote.unreachable',
      `What ${this.origin} answers is not what an MLflow server answers.`,
      {
        fix: 'Check the address: it is that of the tracking server, without a path of its web page.',
      },
    );
  }

  private refusal(answer: HttpAnswer, what: string): ModelyardError {
    const { status } = answer;
    if (status === 401 || status === 403)
      return new ModelyardError('remote.refused', `The server ${this.origin} does not let us in (${status}).`, {
        fix: 'Give it a token that may write, or name the user whose password it is.',
        data: { status },
      });
    if (status >= 300 && status < 400)
      return new ModelyardError('remote.refused', `The server ${this.origin} sends us on to another address.`, {
        fix: 'Name that address: a token is not carried elsewhere.',
        data: { status },
      });
    const said = v.safeParse(errorSchema, parse(answer.text));
    const why = (said.success ? said.output.message : undefined) ?? `HTTP ${status}`;
    return new ModelyardError('remote.refused', `The server did not ${what}: ${why.slice(0, 500)}`, {
      data: { status },
    });
  }

  private get origin(): string {
    return new URL(this.address.url).origin;
  }
}

const toRun = ({ info, data }: v.InferOutput<typeof runSchema>): ServerRun => ({
  id: info.run_id,
  artifactUri: info.artifact_uri,
  isDeleted: info.lifecycle_stage === 'deleted',
  tags: new Map(data.tags.map(({ key, value }) => [key, value])),
});

export const pairs = (fields: readonly Field[]): readonly { readonly key: string; readonly value: unknown }[] =>
  fields.map(([key, value]) => ({ key, value }));

function codeOf(answer: HttpAnswer): string | undefined {
  const said = v.safeParse(errorSchema, parse(answer.text));
  return said.success ? said.output.error_code : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a refusal is about what was sent, not about us or the server. */
export const isAboutContent = (error: unknown): error is ModelyardError =>
  error instanceof ModelyardError &&
  error.code === 'remote.refused' &&
  [400, 404, 413, 422].includes(Number(error.data?.['status']));

/** Refused for what it is; a wrong token or a server that has gone ends the whole export. */
export const isOfOne = (error: unknown): error is ModelyardError => {
  if (!(error instanceof ModelyardError) || error.code !== 'remote.refused') return false;
  const status = Number(error.data?.['status'] ?? 0);
  return status !== 401 && status !== 403 && !(status >= 300 && status < 400);
};

/** No answer came: what was asked for may have been done all the same. */
export const isRepeatable = (error: unknown): boolean =>
  error instanceof ModelyardError && error.code === 'remote.unreachable';
