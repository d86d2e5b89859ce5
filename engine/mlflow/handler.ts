import { artifactCalls, proxiedArtifacts } from './artifactCalls';
import { experimentCalls } from './experimentCalls';
import { answer, answerBytes, asMlflowError, failed, MlflowError } from './failures';
import { Fields } from './fields';
import { graphql } from './graphql';
import type { HttpHandler, HttpRequest, HttpResponse } from './http';
import { inputCalls } from './inputCalls';
import { JsonBytes } from './jsonList';
import { logCalls } from './logCalls';
import { metricCalls } from './metricCalls';
import type { RunModels, Tracking } from './ports';
import { Routes } from './routes';
import { runCalls } from './runCalls';
import { noCall } from './unknownCalls';

export interface MlflowOptions {
  readonly tracking: Tracking;
  /** The version of MLflow's API that clients are told. */
  readonly version?: string;
  /** Without it, what runs say of logged models is not kept. */
  readonly models?: RunModels;
  /** Below it is what a client names by a relative path; default: where this process works. */
  readonly folder?: string;
}

/** The version whose behaviour is followed. */
export const MLFLOW_VERSION = '3.17.2';

/** The slash before `mlflow` is missing from one path of MLflow's own. */
const PATH = /^\/(?:ajax-)?api\/\d\.0\/?mlflow\/(.+)$/;

const GRAPHQL = '/graphql';
const OURS = /^\/(?:ajax-)?api(?:\/|$)|^\/(?:get-artifact|graphql)$/;

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
  const { tracking, version = MLFLOW_VERSION, folder = process.cwd() } = options;
  const routes = new Routes({
    ...experimentCalls(tracking, folder),
    ...runCalls(tracking),
    ...logCalls(tracking, options.models),
    ...inputCalls(tracking, options.models),
    ...metricCalls(tracking),
    ...artifactCalls(tracking),
    'GET server-info': () => serverInfo,
    // clients ask for them before they list the artifacts of a run; as none can be made yet, there are none
    'POST logged-models/search': () => ({}),
  });
  const respond = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      if (request.path === GRAPHQL) return await graphql(routes, request);
      return await (proxiedArtifacts(tracking, request) ?? callApi(routes, request));
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
  const found = await route.call(fieldsOf(request).with(route.names));
  return found instanceof JsonBytes ? answerBytes(found.bytes) : answer(found);
}

/** Clients send what they ask for in the query of a GET (a few in its body) and in the body of anything else. */
function fieldsOf({ method, query, body }: HttpRequest): Fields {
  const isRead = method === 'GET' || method === 'HEAD';
  const isQuery = isRead ? query.size > 0 || body.length === 0 : method === 'DELETE' && body.length === 0;
  return isQuery ? Fields.fromQuery(query) : Fields.fromBody(body);
}
