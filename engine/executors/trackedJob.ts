import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../errors';
import { isInside, leadsOut } from '../paths';
import { MlflowServer } from './mlflowServer';

/** Of the artifacts that the server itself keeps. */
const artifacts = '/api/2.0/mlflow-artifacts/artifacts';

/** The run of a job, on the MLflow server that the job can reach. */
export interface JobRun {
  readonly url: string;
  readonly token?: string;
  readonly runId: string;
  readonly experimentId: string;
}

const runSchema = v.object({
  run: v.object({ info: v.object({ run_id: v.string(), artifact_uri: v.optional(v.string(), '') }) }),
});
const experimentSchema = v.object({ experiment: v.object({ experiment_id: v.string() }) });
const createdSchema = v.object({ experiment_id: v.string() });
const listSchema = v.object({
  files: v.array(v.object({ path: v.string(), size: v.number(), sha256: v.string() })),
});
type Address = Pick<JobRun, 'url' | 'token'>;

/** Makes a run on a server that is not this engine. @throws ModelyardError `remote.*` */
export async function openRun(
  address: Address,
  {
    experiment,
    name,
    tags = {},
  }: { readonly experiment: string; readonly name: string; readonly tags?: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<JobRun> {
  const server = new MlflowServer(address, signal);
  const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(experiment)}`;
  const known = await server.ask(`/api/2.0/mlflow/${query}`, { missing: true });
  const experimentId =
    known === undefined
      ? (await server.post('experiments/create', { name: experiment }, createdSchema)).experiment_id
      : server.parse(known, experimentSchema).experiment.experiment_id;
  const body = {
    experiment_id: experimentId,
    run_name: name,
    start_time: Date.now(),
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
  const { run } = await server.post('runs/create', body, runSchema);
  return { ...address, experimentId, runId: run.info.run_id };
}

export async function endRun(
  run: JobRun,
  status: 'FINISHED' | 'FAILED' | 'KILLED',
  signal: AbortSignal,
): Promise<void> {
  const body = { run_id: run.runId, status, end_time: Date.now() };
  await new MlflowServer(run, signal).post('runs/update', body, v.unknown());
}

/** Where a file among the artifacts of a run is asked for. */
async function artifactPlace(server: MlflowServer, runId: string): Promise<(file: string) => string> {
  const info = server.parse(await server.need(`/api/2.0/mlflow/runs/get?run_id=${runId}`), runSchema).run.info;
  const place = info.artifact_uri.replace(/^mlflow-artifacts:(\/\/[^/]*)?\/*/, '').replace(/\/+$/, '');
  return file => `${artifacts}/${place}/${file.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * Puts a file among the artifacts of a run.
 * @throws ModelyardError `remote.*`, also when the server does not keep artifacts by itself
 */
export async function putArtifact(
  run: JobRun,
  { file, bytes }: { readonly file: string; readonly bytes: Uint8Array<ArrayBuffer> },
  signal: AbortSignal,
): Promise<void> {
  const server = new MlflowServer(run, signal);
  const { artifact_uri: uri } = server.parse(
    await server.need(`/api/2.0/mlflow/runs/get?run_id=${run.runId}`),
    runSchema,
  ).run.info;
  if (!uri.startsWith('mlflow-artifacts:'))
    throw new ModelyardError(
      'remote.refused',
      `The MLflow server at ${run.url} keeps artifacts at ${uri}, not by itself: no workspace can be handed over there.`,
      { fix: 'Start it with `mlflow server --artifacts-destination …`, and take a new experiment.' },
    );
  await server.ask((await artifactPlace(server, run.runId))(file), { method: 'PUT', body: bytes });
}

/** @throws ModelyardError `remote.*` */
export async function removeArtifact(run: JobRun, file: string, signal: AbortSignal): Promise<void> {
  const server = new MlflowServer(run, signal);
  await server.ask((await artifactPlace(server, run.runId))(file), { method: 'DELETE', missing: true });
}

/**
 * Brings what a job has made into the workspace, as it was listed with its digests.
 * @throws ModelyardError `remote.*`, `step.failed` when something is missing, was changed or would leave its place
 */
export async function fetchOuts(
  run: JobRun,
  { list, outs, workspace }: { readonly list: string; readonly outs: readonly string[]; readonly workspace: string },
  signal: AbortSignal,
): Promise<void> {
  const server = new MlflowServer(run, signal);
  const at = await artifactPlace(server, run.runId);
  const { files } = server.parse(await server.need(at(list)), listSchema);
  for (const file of files) {
    const target = path.resolve(workspace, file.path);
    if (!outs.some(out => isInside(path.resolve(workspace, out), target)) || !isInside(workspace, target))
      throw new ModelyardError('step.failed', `The job hands over ${file.path}, which is none of its outputs.`);
    const out = await leadsOut(workspace, target);
    if (out !== undefined)
      throw new ModelyardError('step.failed', `The job hands over ${file.path}, which a link leads out of the workspace folder, to ${out}.`, { fix: 'Remove the link.' }); // prettier-ignore
    await mkdir(path.dirname(target), { recursive: true });
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      if ((await server.download(at(file.path), { to: temporary, size: file.size })) !== file.sha256)
        throw new ModelyardError('step.failed', `The output ${file.path} was changed on its way from the job.`, { fix: 'Run the step again.' }); // prettier-ignore
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }
}
