/** Branded ids: a run's id cannot be handed to what asks for an experiment's. Made only by engine/ids.ts. */
declare const brand: unique symbol;
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 32 hex digits, as MLflow's. */
export type RunId = Branded<'RunId'>;
/** A decimal string, as MLflow's; the default experiment is `"0"`. */
export type ExperimentId = Branded<'ExperimentId'>;
/** 32 hex digits: one execution of a pipeline. */
export type PipelineRunId = Branded<'PipelineRunId'>;
/** 32 hex digits: one search for the best parameters. */
export type StudyId = Branded<'StudyId'>;
/** sha-256 in 64 lower-case hex digits. */
export type Digest = Branded<'Digest'>;
/** `m-` and 32 hex digits, as MLflow's. */
export type LoggedModelId = Branded<'LoggedModelId'>;
/** `tr-` and 32 hex digits, as MLflow's. */
export type TraceId = Branded<'TraceId'>;
