import { decodedPath, isAbove, placeOf, safePath } from './artifactAddress';
import type { Place } from './artifactAddress';
import { answer, MlflowError } from './failures';
import { Fields } from './fields';
import { fileAnswer } from './fileAnswer';
import type { HttpRequest, HttpResponse } from '../http';
import type { Tracking } from './ports';
import { artifactRoot, unlessEmpty } from './render';
import { renderFiles } from './renderFiles';
import type { FileEntry } from './renderFiles';
import { wholeBody } from './requestBody';
import type { Calls } from './routes';
import { spanFile } from './spanFile';
import { SPANS_FILE, traceFile } from './traceCalls';

/** Where the files of a registered version are, as `model-versions/get-download-uri` says. */
export type DownloadUri = (name: string, version: string) => string;

/** `artifacts/…`. A page token is accepted and there is never a next page, as MLflow has it. */
export function artifactCalls(tracking: Tracking): Calls {
  return {
    'GET artifacts/list': fields => {
      const run = tracking.record(fields.runId());
      const path = safePath(fields.optionalText('path') ?? '');
      const root = artifactRoot(run);
      const { folder, path: base } = placeOf(tracking, addressOf(tracking, root));
      return { root_uri: root, files: renderFiles(folder, below(base, path), base) };
    },
  };
}

const SERVED =
  /^\/(?:ajax-)?api\/2\.0\/mlflow-artifacts\/(artifacts|mpu\/(?:create|complete|abort)|presigned)(?:\/(.*))?$/;
const MODEL_FILES = /^\/ajax-api\/[23]\.0\/mlflow\/logged-models\/([^/]+)\/artifacts\/files$/;
const TRACE_FILE = /^\/ajax-api\/[23]\.0\/mlflow\/get-trace-artifact$/;
const UPLOAD = '/ajax-api/2.0/mlflow/upload-artifact';

/** Calls that take or give files. Undefined: another path. */
export function fileCalls(
  { tracking, downloadUri }: { readonly tracking: Tracking; readonly downloadUri: DownloadUri | undefined },
  request: HttpRequest,
): Promise<HttpResponse> | undefined {
  const { path, method } = request;
  if (path === '/get-artifact' && method === 'GET') return runFile(tracking, request);
  if (path === '/model-versions/get-artifact' && method === 'GET' && downloadUri !== undefined)
    return versionFile(tracking, downloadUri, request);
  if (path === UPLOAD && method === 'POST') return upload(tracking, request);
  if (TRACE_FILE.test(path) && method === 'GET') return spansFile(tracking, request);
  const [, modelId] = MODEL_FILES.exec(path) ?? [];
  if (modelId !== undefined && method === 'GET') return modelFile(tracking, decodedPath(modelId), request);
  const [, kind, rest = ''] = SERVED.exec(path) ?? [];
  if (kind === undefined) return undefined;
  if (kind !== 'artifacts') throw notHere(kind, request);
  if (rest === '') return Promise.resolve(list(tracking, request));
  return onFile(request, placeOf(tracking, decodedPath(rest)));
}

async function runFile(tracking: Tracking, request: HttpRequest): Promise<HttpResponse> {
  const fields = Fields.fromQuery(request.query);
  const path = safePath(fields.text('path'));
  const root = addressOf(tracking, artifactRoot(tracking.record(fields.runId())));
  return download(request, placeOf(tracking, below(root, path)));
}

async function modelFile(tracking: Tracking, id: string, request: HttpRequest): Promise<HttpResponse> {
  const path = request.query.get('artifact_file_path') ?? '';
  if (path === '')
    throw new MlflowError('BAD_REQUEST', 'Request must include the "artifact_file_path" query parameter.');
  const { experimentId } = tracking.models.get(id);
  return download(request, placeOf(tracking, `${experimentId}/models/${id}/artifacts/${safePath(path)}`));
}

async function spansFile(tracking: Tracking, request: HttpRequest): Promise<HttpResponse> {
  const { id, path } = traceFile(request.query);
  const { experimentId } = tracking.traces.get(id);
  const { spans } = tracking.traces.trace(id, { allowPartial: true });
  if (path === SPANS_FILE && spans.length > 0) return spansAnswer(spanFile(spans));
  return download(request, placeOf(tracking, `${experimentId}/traces/${id}/artifacts/${safePath(path)}`));
}

const spansAnswer = (body: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/plain', 'content-disposition': `attachment; filename=${SPANS_FILE}` },
  body,
});

async function versionFile(tracking: Tracking, downloadUri: DownloadUri, request: HttpRequest): Promise<HttpResponse> {
  const fields = Fields.fromQuery(request.query);
  const path = safePath(fields.text('path'));
  const uri = downloadUri(fields.text('name'), fields.text('version'));
  return download(request, placeOf(tracking, below(addressOf(tracking, uri), path)));
}

const below = (folder: string, path: string): string => [folder, path].filter(part => part !== '').join('/');

/** The place that `mlflow-artifacts:/…`, `runs:/RUN/…` or `models:/m-…` means. */
function addressOf(tracking: Tracking, uri: string): string {
  const [, scheme, rest = ''] = /^([a-z-]+):\/*(.*?)\/*$/s.exec(uri) ?? [];
  const [first = '', ...further] = rest.split('/');
  if (scheme === 'mlflow-artifacts') return rest;
  if (scheme === 'runs') {
    const { id, experimentId } = tracking.record(new Fields({ run_id: first }).runId());
    return [experimentId, id, 'artifacts', ...further].join('/');
  }
  if (scheme === 'models' && first.startsWith('m-'))
    return [tracking.models.folder(first).experimentId, 'models', first, 'artifacts', ...further].join('/');
  throw new MlflowError('NOT_IMPLEMENTED', `The files at ${uri.slice(0, 300)} are not kept by this server.`);
}

/** Bytes that the web page of MLflow may upload. */
const MAX_UPLOAD = 10 * 1024 * 1024;

async function upload(tracking: Tracking, request: HttpRequest): Promise<HttpResponse> {
  const [run, path] = [request.query.get('run_uuid') ?? '', request.query.get('path') ?? ''];
  if (run === '') throw new MlflowError('INVALID_PARAMETER_VALUE', 'Request must specify run_uuid.');
  if (path === '') throw new MlflowError('INVALID_PARAMETER_VALUE', 'Request must specify path.');
  const safe = safePath(path);
  const data = await wholeBody(request, MAX_UPLOAD).catch((error: unknown) => {
    const isTooLong = error instanceof MlflowError && error.status === 413;
    throw isTooLong
      ? new MlflowError('INVALID_PARAMETER_VALUE', 'Artifact size is too large. Max size is 10MB.')
      : error;
  });
  if (data.length === 0) throw new MlflowError('INVALID_PARAMETER_VALUE', 'Request must specify data.');
  const { id } = tracking.record(new Fields({ run_id: run }).runId());
  await tracking.folder(id).put(safe, pieces(data));
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
}

function notHere(kind: string, request: HttpRequest): MlflowError {
  const expected = kind === 'presigned' ? 'GET' : 'POST';
  if (request.method !== expected) return notAllowed(request, expected);
  const what = kind === 'presigned' ? 'download' : 'upload';
  return new MlflowError('NOT_IMPLEMENTED', `Multipart ${what} is not supported for the current artifact repository`);
}

function list(tracking: Tracking, request: HttpRequest): HttpResponse {
  if (request.method !== 'GET') throw notAllowed(request, 'GET');
  const path = safePath(Fields.fromQuery(request.query).optionalText('path') ?? '').replace(/\/+$/, '');
  const folders = path === '' || isAbove(path) ? tracking.foldersBelow(path) : [];
  const files = isAbove(path) ? [] : filesIn(tracking, path);
  const all = [...folders.map(name => ({ path: name, is_dir: true })), ...files];
  return answer({ files: unlessEmpty(all.toSorted((a, b) => (a.path < b.path ? -1 : 1))) });
}

function filesIn(tracking: Tracking, path: string): readonly FileEntry[] {
  const place = path === '' ? { folder: tracking.looseFolder(), path } : placeOf(tracking, path);
  return renderFiles(place.folder, place.path, place.path) ?? [];
}

async function onFile(request: HttpRequest, place: Place): Promise<HttpResponse> {
  switch (request.method) {
    case 'GET':
      return download(request, place);
    case 'PUT':
      if (place.path === '' || place.path.endsWith('/'))
        throw new MlflowError(
          'INVALID_PARAMETER_VALUE',
          "Artifact path must include a filename (cannot end with '/').",
        );
      await place.folder.put(place.path, pieces(request.body));
      return { status: 200, headers: {}, body: '' };
    case 'DELETE':
      place.folder.delete(place.path);
      return answer({});
    default:
      throw notAllowed(request, 'GET, PUT or DELETE');
  }
}

async function* pieces(body: HttpRequest['body']): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}

async function download(request: HttpRequest, { folder, path, address }: Place): Promise<HttpResponse> {
  const file = path === '' ? undefined : folder.find(path);
  if (file !== undefined) return fileAnswer(request, file);
  if (folder.list(path).length > 0)
    throw new MlflowError('INVALID_PARAMETER_VALUE', `Artifact path refers to a directory, not a file: '${address}'`);
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${address}'`);
}

const notAllowed = (request: HttpRequest, allowed: string): MlflowError =>
  new MlflowError('BAD_REQUEST', `${request.method} is not possible here; ${allowed} is.`, 405);
