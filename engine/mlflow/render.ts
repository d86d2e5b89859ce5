import * as v from 'valibot';
import type { Experiment } from '../protocol/tracking';
import type { Json, JsonObject } from './json';
import type { Point, Run } from './ports';

/** Members without content are left out, as protocol buffers have it. */
export const unlessEmpty = <Item extends Json>(list: readonly Item[]): readonly Item[] | undefined =>
  list.length > 0 ? list : undefined;

export const pairs = (texts: Readonly<Record<string, string>>): readonly Json[] | undefined =>
  unlessEmpty(Object.entries(texts).map(([key, value]) => ({ key, value })));

export const renderExperiment = (experiment: Experiment): JsonObject => ({
  experiment_id: experiment.id,
  name: experiment.name,
  artifact_location: `mlflow-artifacts:/${experiment.id}`,
  lifecycle_stage: experiment.lifecycle,
  last_update_time: experiment.updatedAt,
  creation_time: experiment.createdAt,
  tags: pairs(experiment.tags),
});

export const artifactRoot = (run: Pick<Run, 'id' | 'experimentId'>): string =>
  `mlflow-artifacts:/${run.experimentId}/${run.id}/artifacts`;

export const renderRunInfo = (run: Run): JsonObject => ({
  run_uuid: run.id,
  run_id: run.id,
  run_name: run.name,
  experiment_id: run.experimentId,
  user_id: run.user === '' ? undefined : run.user,
  status: run.status,
  start_time: run.startedAt,
  end_time: run.endedAt,
  artifact_uri: artifactRoot(run),
  lifecycle_stage: run.lifecycle,
});

export const renderPoint = (key: string, { value, time, step }: Point): JsonObject => ({
  key,
  value,
  timestamp: time,
  step,
});

/** A run that has just been made has no outputs yet, and its answer has no word of them. */
export const renderNewRun = (run: Run): JsonObject => ({
  info: renderRunInfo(run),
  data: {
    metrics: unlessEmpty(Object.entries(run.metrics).map(([key, point]) => renderPoint(key, point))),
    params: pairs(run.params),
    tags: pairs(run.tags),
  },
  inputs: {
    dataset_inputs: unlessEmpty(run.inputs.map(renderInput)),
    model_inputs: unlessEmpty(run.modelInputs.map(id => ({ model_id: id }))),
  },
});

export const renderRun = (run: Run): JsonObject => ({
  ...renderNewRun(run),
  outputs: { model_outputs: unlessEmpty(run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step }))) },
});

/** What `runs/log-inputs` said of a dataset, kept as JSON text. */
export const InputDetail = v.object({
  source_type: v.optional(v.string()),
  source: v.optional(v.string()),
  schema: v.optional(v.string()),
  profile: v.optional(v.string()),
  tags: v.optional(v.array(v.object({ key: v.string(), value: v.string() }))),
});
export type InputDetail = v.InferOutput<typeof InputDetail>;

const CONTEXT = 'mlflow.data.context';

function renderInput({ dataset, digest, context, detail }: Run['inputs'][number]): JsonObject {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), InputDetail), detail);
  const { tags = [], ...known } = found.success ? found.output : {};
  return {
    tags: unlessEmpty([...(context === '' ? [] : [{ key: CONTEXT, value: context }]), ...tags]),
    dataset: {
      name: dataset,
      digest,
      source_type: known.source_type ?? 'local',
      source: known.source ?? '{}',
      schema: known.schema,
      profile: known.profile,
    },
  };
}
