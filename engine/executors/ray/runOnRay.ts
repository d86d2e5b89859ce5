import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError, isAbort, throwIfAborted } from '../../errors';
import type { RayCommand, RayConfig } from '../../protocol/executors';
import { followJob } from './followJob';
import { outsList } from '../uploader';
import type { JobRun } from '../trackedJob';
import { endRun, fetchOuts, openRun } from '../trackedJob';
import { variable } from '../variable';
import type { Git } from '../package';
import { packageOf, withheldText } from '../package';
import { entrypoint, jobFiles, tokenFileVariable } from './jobScript';
import type { RayJob } from './rayClient';
import { RayClient } from './rayClient';
import { counted } from '../../plural';

export interface RayOptions {
  readonly workspace: string;
  readonly git: Git;
  /** ms between looks at a job; default 1 s. */
  readonly interval?: number;
  /** ms that a silent head is waited for; default 60 s. */
  readonly patience?: number;
}

/** ms that a job gets to end when it is stopped; Ray kills it after 3 s. */
const stopPatience = 15_000;
const uncancelled = new AbortController().signal;
/** Beside the job, so that the next engine can stop what this one has left. */
export const jobNote = 'ray-job.json';

/**
 * Runs a command as a job of a Ray cluster: uploads the workspace, submits, passes on the log, brings the outputs back.
 * Cancelling stops the job.
 * @throws ModelyardError `step.failed`, `remote.*`, `params.invalid` (too large), `cancelled`
 */
export async function runOnRay(job: RayCommand, options: RayOptions, signal: AbortSignal): Promise<void> {
  const client = clientOf(job.ray);
  const run = await runOf(job, signal);
  if (run === undefined && job.outs.length > 0)
    throw new ModelyardError(
      'step.failed',
      `The outputs of step ${job.step} cannot come back: the cluster at ${job.ray.address} cannot reach this engine.`,
      {
        fix: 'Name an MLflow server that both reach: `ray: {tracking: {url: …}}`.',
      },
    );
  if (run === undefined)
    job.log(
      'The cluster cannot reach this engine, so what this command logs is not part of the run: `tracking:` names a server that both reach.\n',
    );
  const foreign = job.ray.tracking === undefined ? undefined : run;
  try {
    await submit({ job, client, run }, options, signal);
    const ended = await followed({ job, client }, options, signal);
    if (ended.status !== 'SUCCEEDED') throw failed(job, ended);
    if (run !== undefined && job.outs.length > 0)
      await fetchOuts(run, { list: outsList(job.step), outs: job.outs, workspace: options.workspace }, signal);
    if (foreign) await endRun(foreign, 'FINISHED', signal);
  } catch (error) {
    // best effort: what went wrong is said, also when that server cannot be told
    if (foreign)
      await endRun(foreign, isAbort(error) ? 'KILLED' : 'FAILED', AbortSignal.timeout(5_000)).catch(() => undefined);
    throw error;
  }
}

/** Stops a job that an engine which was killed has left. */
export async function stopLeft(ray: RayConfig, id: string): Promise<void> {
  await clientOf(ray).stop(id, AbortSignal.timeout(5_000));
}

function clientOf({ address, token }: RayConfig): RayClient {
  return new RayClient(address, token && variable(token.env, 'the token of the Ray cluster'));
}

interface Submitted {
  readonly job: RayCommand;
  readonly client: RayClient;
}

/** On the server that the cluster is told, or of this engine. */
async function runOf(
  { ray, tracking, experiment, step }: RayCommand,
  signal: AbortSignal,
): Promise<JobRun | undefined> {
  if (ray.tracking === undefined) return tracking;
  const { url, token } = ray.tracking;
  const server = { url, ...(token && { token: variable(token.env, 'the token of the MLflow server') }) };
  return openRun(server, { experiment, name: step }, signal);
}

async function submit(
  { job, client, run }: Submitted & { readonly run: JobRun | undefined },
  { workspace, git }: RayOptions,
  signal: AbortSignal,
): Promise<void> {
  const { ray, jobId, outs, include } = job;
  const token = ray.tracking?.token;
  const secrets = { ...job.secrets, ...(token && { MLFLOW_TRACKING_TOKEN: token.env }) };
  const extra = jobFiles({ step: job.step, command: job.command, secrets, outs });
  const made = await packageOf({ workspace, include, extra, git }, signal);
  if (!(await client.hasPackage(made.name, signal))) await client.upload(made.name, made.bytes, signal);
  await writeFile(path.join(job.workDir, jobNote), JSON.stringify({ ray, id: jobId }));
  throwIfAborted(signal);
  // not cut off: whether the job exists would not be known, and it could not be stopped
  const submitted = client.submit(
    {
      submission_id: jobId,
      entrypoint,
      runtime_env: { working_dir: `gcs://${made.name}`, env_vars: { ...job.env, ...(await runVariables(job, run)) } },
      metadata: { 'modelyard.step': job.step },
      ...(ray.cpus !== undefined && { entrypoint_num_cpus: ray.cpus }),
      ...(ray.gpus !== undefined && { entrypoint_num_gpus: ray.gpus }),
    },
    uncancelled,
  );
  await submitted.catch(async (error: unknown) => {
    // an answer that is lost may be that of a job which exists
    await client.stop(jobId, AbortSignal.timeout(5_000)).catch(() => undefined);
    throw error;
  });
  job.log(`Submitted to Ray at ${ray.address} as ${jobId}, with ${counted(made.files, 'file')}.\n`);
  if (made.withheld.length > 0) job.log(withheldText(made.withheld));
}

/** Ray shows variables to everybody who may look at a job: the engine's token stays in a file that only this user reads. */
async function runVariables(job: RayCommand, run: JobRun | undefined): Promise<Readonly<Record<string, string>>> {
  if (run === undefined) return {};
  const own = { MLFLOW_TRACKING_URI: run.url, MLFLOW_RUN_ID: run.runId, MLFLOW_EXPERIMENT_ID: run.experimentId };
  if (job.ray.tracking !== undefined || run.token === undefined) return own;
  const file = path.join(job.workDir, 'token');
  await writeFile(file, run.token, { mode: 0o600 });
  return { ...own, [tokenFileVariable]: file };
}

async function followed(
  { job, client }: Submitted,
  { interval = 1_000, patience = 60_000 }: RayOptions,
  signal: AbortSignal,
): Promise<RayJob> {
  const { jobId: id, step, ray, log } = job;
  const shown = (text: string): void => {
    log(text);
    const last = text.trimEnd().split('\n').at(-1) ?? '';
    if (last !== '') job.onOutput(last);
  };
  try {
    return await followJob({ client, id, step, address: ray.address, interval, patience, log: shown }, signal);
  } catch (error) {
    if (signal.aborted) await stopped(client, id);
    throw error;
  }
}

/** Until the job has really ended, though not for ever. */
export async function stopped(client: RayClient, id: string): Promise<void> {
  const limit = AbortSignal.timeout(stopPatience);
  try {
    await client.stop(id, limit);
    for (;;) {
      const job = await client.job(id, limit);
      if (job === undefined || (job.status !== 'PENDING' && job.status !== 'RUNNING')) return;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  } catch {
    // the head is gone, or takes too long: cancelled all the same
  }
}

/** Ray's message holds the end of the log, which the step's log has. */
function failed({ step, ray, jobId }: RayCommand, { status, message }: RayJob): ModelyardError {
  if (status === 'STOPPED')
    return new ModelyardError(
      'step.failed',
      `The job ${jobId} of step ${step} was stopped on the Ray cluster, not from here.`,
    );
  const [first = '', ...rest] = (message ?? '').split('\n').filter(line => line.trim() !== '');
  const why = first.replace(/, last available logs.*$/, '').replace(/[.:]$/, '');
  const said = rest.slice(-5).map(line => (line.length > 300 ? `${line.slice(0, 300)}…` : line));
  return new ModelyardError(
    'step.failed',
    `Step ${step} failed on Ray at ${ray.address}: ${why}.${said.length > 0 ? ` It said: ${said.join(' ⏎ ')}` : ''}`,
    { fix: 'The whole output is in the step’s log.' },
  );
}
