import { MlflowError } from './failures';
import { Fields } from './fields';
import type { HttpRequest } from './http';
import { modelVersionCalls } from './modelVersionCalls';
import type { Tracking } from './ports';
import { registeredModelCalls } from './registeredModelCalls';
import { noLoggedModels } from './registryPorts';
import type { LoggedModels, Registry } from './registryPorts';
import type { Calls } from './routes';
import { parseSource } from './sourceUri';
import { versionOf } from './versionFields';
import { webhookCalls } from './webhookCalls';
import type { Webhooks } from './webhookPorts';

export interface RegistryParts {
  readonly registry: Registry;
  readonly webhooks: Webhooks;
  readonly loggedModels?: LoggedModels;
}

/** `registered-models/…`, `model-versions/…` and `webhooks/…`. */
export function registryCalls(tracking: Tracking, { registry, webhooks, loggedModels }: RegistryParts): Calls {
  return {
    ...registeredModelCalls(registry),
    ...modelVersionCalls({ registry, tracking, loggedModels: loggedModels ?? noLoggedModels }),
    ...webhookCalls(webhooks),
  };
}

/** `/model-versions/get-artifact`, as the request for the file itself; undefined: another path. */
export function versionArtifact({ registry }: RegistryParts, request: HttpRequest): HttpRequest | undefined {
  if (request.path !== '/model-versions/get-artifact' || request.method !== 'GET') return undefined;
  const fields = Fields.fromQuery(request.query);
  const { storage } = registry.versions.get(fields.text('name'), versionOf(fields));
  const file = fields.text('path');
  const { scheme, path } = parseSource(storage);
  if (scheme === 'mlflow-artifacts') {
    const parts = `${path}/${file}`.split('/').filter(part => part !== '');
    const address = parts.map(encodeURIComponent).join('/');
    return { ...request, path: `/api/2.0/mlflow-artifacts/artifacts/${address}`, query: new URLSearchParams() };
  }
  const [, run = '', folder = ''] = /^\/+([^/]+)\/+(.*)$/.exec(path) ?? [];
  if (scheme === 'runs')
    return {
      ...request,
      path: '/get-artifact',
      query: new URLSearchParams({ run_id: run, path: `${folder}/${file}` }),
    };
  throw new MlflowError('NOT_IMPLEMENTED', `The files of this version are at ${storage}, not with Modelyard.`);
}
