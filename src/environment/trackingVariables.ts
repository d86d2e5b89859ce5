import type { HttpEndpoint } from '../../engine/protocol/engine';

export type Variables = Readonly<Record<string, string>>;

/** What a stock MLflow client reads to find the engine of a folder. */
export const trackingVariables = ({ url, token }: HttpEndpoint): Variables => ({
  MLFLOW_TRACKING_URI: url,
  ...(token !== undefined && { MLFLOW_TRACKING_TOKEN: token }),
});

/** Somebody who names another server means it: then none of our variables is set. */
export const hasOwnServer = (environment: Readonly<Record<string, unknown>>): boolean =>
  typeof environment['MLFLOW_TRACKING_URI'] === 'string' && environment['MLFLOW_TRACKING_URI'] !== '';
