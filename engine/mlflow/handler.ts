import { artifactCalls, fileCalls } from './artifactCalls';
import type { DownloadUri } from './artifactCalls';
import { experimentCalls } from './experimentCalls';
import { answer, asMlflowError, failed, MlflowError } from './failures';
import { Fields } from './fields';
import type { HttpHandler, HttpRequest, HttpResponse } from './http';
import { readJson } from './json';
import { loggedModelCalls } from './loggedModelCalls';
import { notKept } from './notKept';
import type { Tracking } from './ports';
import { wholeBody } from './requestBody';
import { Routes } from './routes';
import { exportSpans, traceCalls } from './traceCalls';
import { runCalls } from './runCalls';

export interface MlflowOptions {
  readonly tracking: Tracking;
  /** The version of MLflow's API that clients are told. */
  readonly version?: string;
  /** Absent: no model is registered. */
  readonly downloadUri?: DownloadUri;
}

/** The version whose behaviour is followed. */
export const MLFLOW_VERSION = '3.17.2';

/** Families of calls that exist in MLflow: those of them without an answer here say so. */
const FAMILIES =
  /^(?:experiments|runs|metrics|artifacts|registered-models|model-versions|logged-models|traces|webhooks|datasets|scorers|assessments|gateway|jobs|prompts|issues|label-schemas|review-queues|workspaces|server-info)(?:\/|$)/;
const PATH = /^\/(?:ajax-)?api\/(\d\.0)\/mlflow\/(.*)$/;

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
export function createMlflowHandler({ tracking, downloadUri, version = MLFLOW_VERSION }: MlflowOptions): HttpHandler {
  const routes = new Routes({
    ...experimentCalls(tracking),
    ...runCalls(tracking),
    ...artifactCalls(tracking),
    'GET server-info': () => serverInfo,
    ...loggedModelCalls(tracking.models),
    ...traceCalls(tracking.traces),
    ...notKept,
  });
  const respond = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
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
    return /^\/(?:ajax-)?api(?:\/|$)|^(?:\/model-versions)?\/get-artifact$|^\/v1\/traces$/.test(path)
      ? respond(request)
      : undefined;
  };
}

const serverInfo = {
  store_type: 'SqlStore',
  workspaces_enabled: false,
  multipart_uploads_enabled: false,
  multipart_downloads_enabled: false,
};

async function callApi(routes: Routes, request: HttpRequest): Promise<HttpResponse> {
  const [, , name = ''] = PATH.exec(request.path) ?? [];
  const route = routes.find(request.method, name);
  if (route === undefined) throw noCall(routes, request, name);
  return answer(await route.call((await fieldsOf(request)).with(route.names)));
}

/** Clients send what they ask for in the query of a GET and in the body of anything else. */
async function fieldsOf(request: HttpRequest): Promise<Fields> {
  if (request.method === 'GET') return Fields.fromQuery(request.query);
  const body = await wholeBody(request);
  return request.method === 'DELETE' && body.length === 0
    ? Fields.fromQuery(request.query)
    : new Fields(readJson(body));
}

function noCall(routes: Routes, { method, path }: HttpRequest, name: string): MlflowError {
  const allowed = routes.methodsOf(name);
  if (allowed.length > 0)
    return new MlflowError('BAD_REQUEST', `${method} is not possible here; ${allowed.join(' or ')} is.`, 405);
  if (FAMILIES.test(name) || path.includes('/mlflow-artifacts/'))
    return new MlflowError('NOT_IMPLEMENTED', `Modelyard does not answer ${method} ${path} yet.`);
  return new MlflowError('ENDPOINT_NOT_FOUND', `There is no call ${method} ${path.slice(0, 300)}.`);
}
