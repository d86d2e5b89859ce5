import type { WireError } from '../../protocol/errors';
import type { StepConfig } from '../../protocol/workspaceConfig';
import { gateGroupKey, gateSliceKey } from './gateNeeds';
import { configName, placedError } from './placedError';
import type { LoadedConfig } from '../ports';

export interface FailedStep {
  readonly name: string;
  readonly step?: StepConfig | undefined;
  readonly pipeline: string;
  readonly loaded: LoadedConfig;
}

/** An error of a step with its lines in the config: where the step stands, or the gate that asked for what failed. */
export function placedStepError(error: WireError, { name, step, pipeline, loaded }: FailedStep): WireError {
  const slice = error.data?.['slice'];
  const group = error.data?.['group'];
  const { config } = loaded;
  const asker =
    step?.uses !== 'evaluate'
      ? undefined
      : typeof group === 'string'
        ? gateGroupKey(group, step.with, config)
        : typeof slice === 'string'
          ? gateSliceKey(slice, step.with, config)
          : undefined;
  const known = asker === undefined ? error : { ...error, place: { file: configName, key: asker } };
  return placedError(known, `pipelines.${pipeline}.steps.${step?.matrix?.step ?? name}`, loaded);
}
