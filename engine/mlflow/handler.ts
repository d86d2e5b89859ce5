import { artifactCalls, fileCalls } from './artifactCalls';
import { experimentCalls } from './experimentCalls';
import { answer, answerBytes, asMlflowError, failed, MlflowError } from './failures';
import { Fields } from './fields';
import { graphql } from './graphql';
import type { HttpHandler, HttpRequest, HttpResponse } from '../http';
import { inputCalls } from './inputCalls';
import { JsonBytes } from './jsonList';
import { logCalls } from './logCalls';
import { loggedModelCalls } from './loggedModelCalls';
import { metricCalls } from './metricCalls';
import { notKept } from './notKept';
import type { Tracking } from './ports';
import { registryCalls, storageOf } from './registryCalls';
import type { RegistryParts } from './registryCalls';
import { wholeBody } from './requestBody';
import { Routes } from './routes';
import { exportSpans, traceCalls } from './traceCalls';
import { runCalls } from './runCalls';
import { noCall } from './unknownCalls';

export interface MlflowOptions {
  readonly tracking: Tracking;
  /** Absent: its calls are not answered. */
  readonly registry?: RegistryParts;
  /** The version of MLflow's API that clients are told. */
  readonly version?: string;
  /** Below it is what a client names by a relative path; default: where this process works. */
  readonly folder?: string;
}

/** The version whose behaviour is followed. */
const MLFLOW_VERSION = '3.17.2';

/** The slash before `mlflow` is missing from one path of MLflow's own. */
const PATH = /^\/(?:ajax-)?api\/\d\.0\/?mlflow\/(.+)$/;

const GRAPHQL = '/graphql';
const OURS = /^\/(?:ajax-)?api(?:\/|$)|^\/(?:(?:model-versions\/)?get-artifact|graphql|v1\/traces)$/;

/** Where OpenTelemetry's exporters send spans. */
const SPANS = '/v1/traces';

const plain = (body: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/**
 * MLflow's REST API over tracking: `/health`, `/version`, `/api/2.0/mlflow/…`, the same below `/ajax-api`, and the
 * files of runs. Answers every path below `/api` and `/ajax-api`; others are not its own.
 */
export function createMlflowHandler(options: MlflowOptions): HttpHandler {
  const { tracking, registry, version = MLFLOW_VERSION, folder = process.cwd() } = options;
  const downloadUri = registry && storageOf(registry);
  const routes = new Routes({
    ...experimentCalls(tracking, folder),
    ...runCalls(tracking),
    ...logCalls(tracking),
    ...inputCalls(tracking),
    ...metricCalls(tracking),
    ...artifactCalls(tracking),
    ...(registry && registryCalls(tracking, registry)),
    'GET server-info': () => serverInfo,
    ...loggedModelCalls(tracking.models),
    ...traceCalls(tracking.traces),
    ...notKept,
  });
  const respond = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      if (request.path === GRAPHQL) return await graphql(routes, request);
      if (request.path === SPANS && request.method === 'POST') return await exportSpans(tracking.traces, request);
      return await (fileCalls({ tracking, downloadUri }, request) ?? callApi(routes, request));
    } catch (error) {
      const known = asMlflowError(error);
      if (known instanceof MlflowError) return failed(known);
      throw error;
    }
  };
  return request => {
    const { path } = request;
    if (path === '/health') return Promise.resolve(plain('OK'));
    if (path === '/version') return Promise.resolve(plain(version));
    return OURS.test(path) ? respond(request) : undefined;
  };
}

const serverInfo = {
  store_type: 'SqlStore',
  workspaces_enabled: false,
  multipart_uploads_enabled: false,
  multipart_downloads_enabled: false,
  trace_archival_enabled: false,
  presigned_upload_run_id_supported: false,
  presigned_upload_model_id_supported: false,
  features_enabled: { gateway: false },
};

async function callApi(routes: Routes, request: HttpRequest): Promise<HttpResponse> {
  const [, name = ''] = PATH.exec(request.path) ?? [];
  const route = routes.find(request.method === 'HEAD' ? 'GET' : request.method, name);
  if (route === undefined) return noCall(routes, request, name);
  const found = await route.call((await fieldsOf(request)).with(route.names));
  return found instanceof JsonBytes ? answerBytes(found.bytes) : answer(found);
}

/** Clients send what they ask for in the query of a GET (a few in its body) and in the body of anything else. */
async function fieldsOf(request: HttpRequest): Promise<Fields> {
  const { method, query } = request;
  const isRead = method === 'GET' || method === 'HEAD';
  if (isRead && query.size > 0) return Fields.fromQuery(query);
  const body = await wholeBody(request);
  const isQuery = body.length === 0 && (isRead || method === 'DELETE');
  return isQuery ? Fields.fromQuery(query) : Fields.fromBody(body);
}
