import type { ExperimentId, RunId } from '../../protocol/ids';

export interface MlflowAccess {
  /** Where the engine answers MLflow's clients. */
  readonly url: string;
  readonly token?: string;
  readonly runId: RunId;
  readonly experimentId: ExperimentId;
}

/** What says which experiment, and with which password: of another server, when the engine has inherited it. */
const foreign = {
  MLFLOW_EXPERIMENT_NAME: undefined,
  MLFLOW_TRACKING_USERNAME: undefined,
  MLFLOW_TRACKING_PASSWORD: undefined,
  MLFLOW_TRACKING_AUTH: undefined,
};

/**
 * The variables with which a command that uses MLflow's client continues the run of its step. What the step sets itself
 * (`own`) stays; one that names a server of its own gets none of them. Undefined: taken out of what is inherited.
 */
export function mlflowVariables(
  { url, token, runId, experimentId }: MlflowAccess,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  if (own['MLFLOW_TRACKING_URI'] !== undefined) return {};
  return {
    ...foreign,
    MLFLOW_TRACKING_URI: url,
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_RUN_ID: runId,
    // Both at once must name the same.
    MLFLOW_EXPERIMENT_ID: own['MLFLOW_EXPERIMENT_NAME'] === undefined ? experimentId : undefined,
    ...own,
  };
}
