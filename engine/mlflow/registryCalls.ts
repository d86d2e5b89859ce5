import type { DownloadUri } from './artifactCalls';
import { Fields } from './fields';
import { modelVersionCalls } from './modelVersionCalls';
import type { Tracking } from './ports';
import { registeredModelCalls } from './registeredModelCalls';
import { noLoggedModels } from './registryPorts';
import type { LoggedModels, Registry } from './registryPorts';
import type { Calls } from './routes';
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

/** Where the files of a version are. */
export const storageOf =
  ({ registry }: RegistryParts): DownloadUri =>
  (name, version) =>
    registry.versions.get(name, versionOf(new Fields({ version }))).storage;
