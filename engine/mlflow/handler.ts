import { artifactCalls, proxiedArtifacts } from './artifactCalls';
import { experimentCalls } from './experimentCalls';
import { answer, asMlflowError, failed, MlflowError } from './failures';
import { Fields } from './fields';
import type { HttpHandler, HttpRequest, HttpResponse } from './http';
import { readJson } from './json';
import type { Tracking } from './ports';
import { registryCalls, versionArtifact } from './registryCalls';
import type { RegistryParts } from './registryCalls';
import { Routes } from './routes';
import { runCalls } from './runCalls';

export interface MlflowOptions {
  readonly tracking: Tracking;
  /** Absent: its calls are not answered. */
  readonly registry?: RegistryParts;
  /** The version of MLflow's API that clients are told. */
  readonly version?: string;
}

/** The version whose behaviour is followed. */
export const MLFLOW_VERSION = '3.17.2';

/** Families of calls that exist in MLflow: those of them without an answer here say so. */
const FAMILIES =
  /^(?:experiments|runs|metrics|artifacts|registered-models|model-versions|logged-models|traces|webhooks|datasets|scorers|assessments|gateway|jobs|prompts|issues|label-schemas|review-queues|workspaces|server-info)(?:\/|$)/;
const PATH = /^\/(?:ajax-)?api\/(\d\.0)\/mlflow\/(.*)$/;

const plain = (body: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/**
 * MLflow's REST API over tracking: `/health`, `/version`, `/api/2.0/mlflow/…`, the same below `/ajax-api`, and the
 * files of runs. Answers every path below `/api` and `/ajax-api`; others are not its own.
 */
export function createMlflowHandler({ tracking, registry, version = MLFLOW_VERSION }: MlflowOptions): HttpHandler {
  const routes = new Routes({
    ...experimentCalls(tracking),
    ...runCalls(tracking),
    ...artifactCalls(tracking),
    ...(registry && registryCalls(tracking, registry)),
    'GET server-info': () => serverInfo,
    // clients ask for them before they list the artifacts of a run; as none can be made yet, there are none
    'POST logged-models/search': () => ({}),
  });
  const respond = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      const file = registry && versionArtifact(registry, request);
      return await (proxiedArtifacts(tracking, file ?? request) ?? callApi(routes, request));
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
    return /^\/(?:ajax-)?api(?:\/|$)|^(?:\/model-versions)?\/get-artifact$/.test(path) ? respond(request) : undefined;
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
  return answer(await route.call(fieldsOf(request).with(route.names)));
}

/** Clients send what they ask for in the query of a GET and in the body of anything else. */
const fieldsOf = ({ method, query, body }: HttpRequest): Fields =>
  method === 'GET' || (method === 'DELETE' && body.length === 0) ? Fields.fromQuery(query) : new Fields(readJson(body));

function noCall(routes: Routes, { method, path }: HttpRequest, name: string): MlflowError {
  const allowed = routes.methodsOf(name);
  if (allowed.length > 0)
    return new MlflowError('BAD_REQUEST', `${method} is not possible here; ${allowed.join(' or ')} is.`, 405);
  if (FAMILIES.test(name) || path.includes('/mlflow-artifacts/'))
    return new MlflowError('NOT_IMPLEMENTED', `Modelyard does not answer ${method} ${path} yet.`);
  return new MlflowError('ENDPOINT_NOT_FOUND', `There is no call ${method} ${path.slice(0, 300)}.`);
}
