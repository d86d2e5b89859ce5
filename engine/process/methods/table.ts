import type { Services } from '../services';
import type { MethodTable } from '../session';
import { checksMethods } from './checks';
import { ciMethods } from './ci';
import { configMethods } from './config';
import { databaseMethods } from './database';
import { datasetsMethods } from './datasets';
import type { EngineCalls } from './engine';
import { engineMethods } from './engine';
import { featuresMethods } from './features';
import { infraMethods } from './infra';
import { lineageMethods } from './lineage';
import { modelsMethods } from './models';
import { pipelinesMethods } from './pipelines';
import { registryMethods } from './registry';
import { experimentsMethods, runsMethods } from './runs';
import { securityMethods } from './security';
import { signaturesMethods } from './signatures';
import { servingMethods } from './serving';
import { studiesMethods } from './studies';
import { transferMethods } from './transfer';
import { triggersMethods } from './triggers';

/** Every method of the protocol; one that is missing does not compile. */
export const methodTable = (services: Services, engine: EngineCalls): MethodTable => ({
  ...engineMethods(engine),
  ...configMethods(services),
  ...ciMethods(services),
  ...infraMethods(services),
  ...datasetsMethods(services),
  ...pipelinesMethods(services),
  ...studiesMethods(services),
  ...experimentsMethods(services),
  ...runsMethods(services),
  ...modelsMethods(services),
  ...checksMethods(services),
  ...registryMethods(services),
  ...featuresMethods(services),
  ...lineageMethods(services),
  ...servingMethods(services),
  ...transferMethods(services),
  ...securityMethods(services),
  ...signaturesMethods(services),
  ...triggersMethods(services),
  ...databaseMethods(services),
});
