import type { CheckMethods } from './methods/checks';
import type { CiMethods } from './methods/ci';
import type { ConfigMethods } from './methods/config';
import type { DatasetMethods } from './methods/datasets';
import type { EngineMethods } from './methods/engine';
import type {
  FeatureJoinMethods,
  FeatureMethods,
  FeatureMonitorMethods,
  FeatureOnlineMethods,
} from './methods/features';
import type { InfraMethods } from './methods/infrastructure';
import type { LineageMethods } from './methods/lineage';
import type { ModelMethods, RegistryMethods } from './methods/models';
import type { PipelineMethods } from './methods/pipelines';
import type { RunMethods } from './methods/runs';
import type { SecurityMethods, SignatureMethods } from './methods/security';
import type { ServingMethods } from './methods/serving';
import type { StudyMethods } from './methods/studies';
import type { TransferMethods } from './methods/transfer';
import type { TriggerMethods } from './methods/triggers';

/**
 * Every call of the engine: `method: { params, result }`. JSON-RPC requests over the engine's socket carry exactly
 * these; the extension, the command line and tests use no other way in. Long calls take a cancellation and report
 * `ProgressReport`s.
 */
export interface Methods
  extends
    EngineMethods,
    ConfigMethods,
    DatasetMethods,
    FeatureMethods,
    FeatureJoinMethods,
    FeatureOnlineMethods,
    FeatureMonitorMethods,
    PipelineMethods,
    StudyMethods,
    RunMethods,
    ModelMethods,
    RegistryMethods,
    LineageMethods,
    TriggerMethods,
    CheckMethods,
    TransferMethods,
    ServingMethods,
    SecurityMethods,
    SignatureMethods,
    CiMethods,
    InfraMethods {}

export type Method = keyof Methods;
export type Params<M extends Method> = Methods[M]['params'];
export type Result<M extends Method> = Methods[M]['result'];
