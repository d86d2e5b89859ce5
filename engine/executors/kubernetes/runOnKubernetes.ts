import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ModelyardError, isAbort, throwIfAborted } from '../../errors';
import type { KubernetesCommand } from '../../protocol/executors';
import type { Git, Package } from '../package';
import { packageOf, withheldText } from '../package';
import type { JobRun } from '../trackedJob';
import { endRun, fetchOuts, openRun, putArtifact, removeArtifact } from '../trackedJob';
import { outsList } from '../uploader';
import { variable } from '../variable';
import { followJob, jobsAt } from './followJob';
import type { Parcel } from './jobSpec';
import { jobSpec, parcelFile } from './jobSpec';
import { KubeClient } from './kubeClient';
import type { Logins } from './logins';
import { parseJob } from './podState';
import { counted } from '../../plural';

export interface KubernetesOptions {
  readonly workspace: string;
  readonly git: Git;
  readonly logins: Logins;
  /** ms between looks at a Job; default 2 s. */
  readonly interval?: number;
  /** ms that a silent cluster is waited for; default 60 s. */
  readonly patience?: number;
  /** ms that a pod may be stuck before its start; default 60 s. */
  readonly stuckPatience?: number;
  /** ms, for the patience with the cluster; default: the system's clock. */
  readonly now?: () => number;
}

/** Beside the job, so that the next engine can delete what this one has left. */
export const kubernetesNote = 'kubernetes-job.json';
/** ms that a pod gets to end when its Job is deleted. */
const stopPatience = 30_000;
const uncancelled = new AbortController().signal;
/** The workspace among the artifacts of the job's run, as long as the job takes. */
const parcelName = 'modelyard/workspace.zip';
/** A ConfigMap holds 1 MiB. https://kubernetes.io/docs/concepts/configuration/configmap/ */
const mostInConfigMap = 1_000_000;
const needs = 'create, get and delete jobs.batch, to list pods and get their logs';
const compressed = promisify(gzip);

interface Work {
  readonly job: KubernetesCommand;
  readonly client: KubeClient;
  readonly namespace: string;
  readonly run: JobRun | undefined;
}

/**
 * Runs a command as a Job of Kubernetes: sends the workspace, creates the Job, passes on its log, brings the outputs back.
 * Cancelling deletes the Job with its pod.
 * @throws ModelyardError `step.failed`, `remote.*`, `not-found` and `params.invalid` (kubeconfig; too large), `cancelled`
 */
export async function runOnKubernetes(
  job: KubernetesCommand,
  options: KubernetesOptions,
  signal: AbortSignal,
): Promise<void> {
  const { kubernetes: config, outs, step } = job;
  const client = await openClient(config, options.logins);
  const run = await runOf(job, signal);
  const work = { job, client, run, namespace: config.namespace ?? client.namespace };
  try {
    await submit(work, options, signal);
    await followed(work, options, signal);
    if (run && outs.length > 0)
      await fetchOuts(run, { list: outsList(step), outs, workspace: options.workspace }, signal);
    if (run) await endRun(run, 'FINISHED', signal);
  } catch (error) {
    // best effort: what went wrong is said, also when that server cannot be told
    if (run) await endRun(run, isAbort(error) ? 'KILLED' : 'FAILED', AbortSignal.timeout(5_000)).catch(() => undefined);
    throw error;
  } finally {
    if (run) await removeArtifact(run, parcelName, AbortSignal.timeout(5_000)).catch(() => undefined);
  }
}

const openClient = ({ context }: KubernetesCommand['kubernetes'], logins: Logins): Promise<KubeClient> =>
  KubeClient.open({ ...(context !== undefined && { context }), logins, needs });

/** Deletes a Job that an engine which was killed has left. @throws ModelyardError */
export async function removeLeft(
  { context, namespace, id }: { readonly context?: string; readonly namespace: string; readonly id: string },
  logins: Logins,
): Promise<void> {
  const client = await KubeClient.open({ ...(context !== undefined && { context }), logins, needs });
  await client.remove(`${jobsAt(namespace)}/${id}`, AbortSignal.timeout(stopPatience));
}

async function runOf(
  { kubernetes: { tracking }, experiment, step, outs, log }: KubernetesCommand,
  signal: AbortSignal,
): Promise<JobRun | undefined> {
  const way = { fix: 'Name an MLflow server that both reach: `kubernetes: {tracking: {url: …}}`.' };
  if (tracking === undefined) {
    if (outs.length > 0)
      throw new ModelyardError('step.failed', `The outputs of step ${step} cannot come back: the cluster cannot reach this engine.`, way); // prettier-ignore
    log('The cluster cannot reach this engine, so what this command logs is not part of the run: `tracking:` names a server that both reach.\n'); // prettier-ignore
    return undefined;
  }
  const { url, token } = tracking;
  const server = { url, ...(token && { token: variable(token.env, 'the token of the MLflow server') }) };
  return openRun(server, { experiment, name: step }, signal);
}

async function submit(work: Work, { workspace, git }: KubernetesOptions, signal: AbortSignal): Promise<void> {
  const { job, client, namespace, run } = work;
  const made = await packageOf({ workspace, include: job.include, extra: {}, git }, signal);
  const { parcel, small } = await parcelOf(made, run, signal);
  const variables = run && { MLFLOW_TRACKING_URI: run.url, MLFLOW_RUN_ID: run.runId, MLFLOW_EXPERIMENT_ID: run.experimentId }; // prettier-ignore
  const spec = jobSpec({ job, parcel, run: variables ?? {} });
  const { context } = job.kubernetes;
  const note = { id: job.jobId, kubernetes: { namespace, ...(context !== undefined && { context }) } };
  await writeFile(path.join(job.workDir, kubernetesNote), JSON.stringify(note));
  throwIfAborted(signal);
  try {
    // not cut off: whether the Job exists would not be known
    const created = await client.post(jobsAt(namespace), spec, uncancelled);
    if (created === undefined) throw new ModelyardError('remote.refused', `The cluster at ${client.server} has no namespace ${namespace}.`, { fix: 'Name another one: `kubernetes: {namespace: …}`.' }); // prettier-ignore
    // after the Job, which its pod then belongs to; the pod waits for it
    if (small) await client.post(`/api/v1/namespaces/${namespace}/configmaps`, configMap(job.jobId, parseJob(created).metadata.uid, small), uncancelled); // prettier-ignore
  } catch (error) {
    // an answer that is lost may be that of a Job which exists
    await client.remove(`${jobsAt(namespace)}/${job.jobId}`, AbortSignal.timeout(5_000)).catch(() => undefined);
    throw error;
  }
  job.log(`Created the Job ${job.jobId} in ${namespace} at ${client.server}, with ${counted(made.files, 'file')}.\n`);
  if (made.withheld.length > 0) job.log(withheldText(made.withheld));
}

/** How the workspace gets into the pod. @throws ModelyardError `params.invalid` when there is no way for so much */
async function parcelOf(
  { bytes, sha256 }: Package,
  run: JobRun | undefined,
  signal: AbortSignal,
): Promise<{ readonly parcel: Parcel; readonly small?: Buffer }> {
  if (run) {
    await putArtifact(run, { file: parcelName, bytes }, signal);
    return { parcel: { kind: 'artifact', path: parcelName, sha256 } };
  }
  const small = await compressed(bytes);
  if (small.length <= mostInConfigMap) return { parcel: { kind: 'configmap', sha256 }, small };
  throw new ModelyardError(
    'params.invalid',
    `The workspace is too large for a Job of Kubernetes without an MLflow server: ${(small.length / 1e6).toFixed(1)} MB compressed, at most 1 MB.`,
    { fix: 'Name a server that both reach: `kubernetes: {tracking: {url: …}}`; or let .gitignore name what the command does not need.' }, // prettier-ignore
  );
}

/** Goes with the Job. */
const configMap = (name: string, uid: string, bytes: Buffer): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    labels: { 'app.kubernetes.io/managed-by': 'modelyard' },
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }],
  },
  immutable: true,
  binaryData: { [parcelFile]: bytes.toString('base64') },
});

async function followed(work: Work, options: KubernetesOptions, signal: AbortSignal): Promise<void> {
  const { job, client, namespace } = work;
  const { interval = 2_000, patience = 60_000, stuckPatience = 60_000, now } = options;
  try {
    await followJob({ client, job, namespace, interval, patience, stuckPatience, now }, signal);
  } catch (error) {
    // one that has failed stays for a while, to be looked at: deleting it then would hide why; one that has not begun must not begin later
    if (signal.aborted || (error instanceof ModelyardError && error.data?.['begun'] === false)) await removed(work);
    throw error;
  }
}

/** Until Job and pod are really gone, though not for ever. */
async function removed({ client, namespace, job }: Work): Promise<void> {
  const limit = AbortSignal.timeout(stopPatience);
  const at = `${jobsAt(namespace)}/${job.jobId}`;
  try {
    await client.remove(at, limit);
    while ((await client.get(at, limit)) !== undefined) await new Promise(resolve => setTimeout(resolve, 300));
  } catch {
    // the cluster is gone, or takes too long: cancelled all the same
  }
}
