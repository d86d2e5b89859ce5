import { toWireError } from '../../errors';
import type { HttpEndpoint } from '../../protocol/engine';
import type { MlflowAccess } from './mlflowVariables';
import type { StepWork } from './stepWork';

/** Undefined when there is no way in: then the command goes on by itself, and its log says so. */
export async function openDoor({
  ports,
  log,
}: {
  readonly ports: Pick<StepWork['ports'], 'http'>;
  readonly log: Pick<StepWork['log'], 'write'>;
}): Promise<HttpEndpoint | undefined> {
  try {
    return await ports.http();
  } catch (error) {
    const { message } = toWireError(error);
    log.write(`MLflow's variables are not set, so what this command logs is not part of the run: ${message}\n`);
    return undefined;
  }
}

/** How a command reaches the run of its step there. */
export const engineAccess = ({ ports, loaded, context }: StepWork, http: HttpEndpoint): MlflowAccess => ({
  ...http,
  runId: context.runId,
  experimentId: ports.tracking.ensureExperiment(loaded.config.name).id,
});
