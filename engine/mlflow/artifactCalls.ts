import type { ArtifactEntry } from '../protocol/tracking';
import type { RunId } from '../protocol/ids';
import { runId } from '../ids';
import { MlflowError, answer } from './failures';
import { Fields } from './fields';
import type { HttpRequest, HttpResponse } from './http';
import type { JsonObject } from './json';
import type { Tracking } from './ports';
import { wholeBody } from './requestBody';
import { artifactRoot } from './render';
import type { Calls } from './routes';

/** `artifacts/list`: paths within the run. */
export function artifactCalls(tracking: Tracking): Calls {
  return {
    'GET artifacts/list': fields => {
      const run = tracking.record(fields.runId());
      const folder = fields.optionalText('path');
      return { root_uri: artifactRoot(run), files: files(entries(tracking, run.id, folder), 0) };
    },
  };
}

const PROXY = /^\/(?:ajax-)?api\/2\.0\/mlflow-artifacts\/artifacts(\/.*)?$/;

/**
 * `mlflow-artifacts/artifacts…`: list, read, write and delete files by the address `experiment/run/artifacts/path`, and
 * `/get-artifact`. Undefined: another path.
 */
export function proxiedArtifacts(tracking: Tracking, request: HttpRequest): Promise<HttpResponse> | undefined {
  if (request.path === '/get-artifact' && request.method === 'GET') return getArtifact(tracking, request);
  const match = PROXY.exec(request.path);
  if (match === null) return undefined;
  const address = decodePath((match[1] ?? '').replace(/^\/+/, ''));
  if (address === '') return list(tracking, request);
  return onFile(tracking, request, target(tracking, address));
}

async function getArtifact(tracking: Tracking, request: HttpRequest): Promise<HttpResponse> {
  const fields = Fields.fromQuery(request.query);
  return download(tracking, fields.runId(), fields.text('path'));
}

async function list(tracking: Tracking, request: HttpRequest): Promise<HttpResponse> {
  if (request.method !== 'GET') throw notAllowed(request, 'GET');
  const { id, path } = target(tracking, Fields.fromQuery(request.query).text('path'));
  const found = entries(tracking, id, path);
  // the answer's paths are relative to the folder asked for
  return Promise.resolve(answer({ files: files(found, path === '' ? 0 : path.length + 1) }));
}

async function onFile(tracking: Tracking, request: HttpRequest, file: Target): Promise<HttpResponse> {
  switch (request.method) {
    case 'GET':
      return download(tracking, file.id, file.path);
    case 'PUT':
      tracking.logArtifactBytes(file.id, file.path, await wholeBody(request));
      return answer({});
    case 'DELETE':
      remove(tracking, file);
      return answer({});
    default:
      throw notAllowed(request, 'GET, PUT or DELETE');
  }
}

function remove(tracking: Tracking, { id, path }: Target): void {
  const children = entries(tracking, id, path);
  if (children.length === 0) tracking.deleteArtifact(id, path);
  for (const child of children) remove(tracking, { id, path: child.path });
}

async function download(tracking: Tracking, id: RunId, path: string): Promise<HttpResponse> {
  const { bytes } = await tracking.readArtifact(id, path);
  const name = encodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
      'x-content-type-options': 'nosniff',
    },
    body: bytes,
  };
}

interface Target {
  readonly id: RunId;
  /** Within the run; empty: its top. */
  readonly path: string;
}

/** Takes `experiment/run/artifacts/path` apart. */
function target(tracking: Tracking, address: string): Target {
  const [experiment = '', run = '', folder, ...rest] = address.split('/');
  if (run === 'models')
    throw new MlflowError('NOT_IMPLEMENTED', 'Logged models are not kept yet: log the files of a model to its run.');
  if (folder !== 'artifacts' || !/^[a-zA-Z0-9][\w-]{0,255}$/.test(run))
    throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: expected EXPERIMENT/RUN/artifacts/PATH.');
  const { id, experimentId } = tracking.record(runId(run));
  if (experimentId !== experiment)
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Run with id=${run} is not in experiment ${experiment}.`);
  return { id, path: rest.join('/').replace(/\/+$/, '') };
}

/** What stands in a folder; nothing for a file. */
const entries = (tracking: Tracking, id: RunId, folder: string | undefined): readonly ArtifactEntry[] =>
  tracking.artifacts(id, folder).filter(entry => entry.path !== folder);

const files = (list: readonly ArtifactEntry[], cut: number): readonly JsonObject[] | undefined =>
  list.length === 0
    ? undefined
    : list.map(({ path, isFolder, size }) => ({ path: path.slice(cut), is_dir: isFolder, file_size: size }));

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid path: it is not percent-encoded UTF-8.');
  }
}

const notAllowed = (request: HttpRequest, allowed: string): MlflowError =>
  new MlflowError('BAD_REQUEST', `${request.method} is not possible here; ${allowed} is.`, 405);
