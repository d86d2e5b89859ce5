import * as v from 'valibot';
import type { Experiment } from '../protocol/tracking';
import { RawJson, writeNumber } from './json';
import type { Json, JsonObject } from './json';
import type { Point, RunDocument, RunInfo } from './ports';

/** Members without content are left out, as protocol buffers have it. */
export const unlessEmpty = <Item extends Json>(list: readonly Item[]): readonly Item[] | undefined =>
  list.length > 0 ? list : undefined;

export const pairs = (texts: Readonly<Record<string, string>>): readonly Json[] | undefined =>
  unlessEmpty(Object.entries(texts).map(([key, value]) => ({ key, value })));

/** Where the files of its runs are. */
const locationOf = ({ id, artifactLocation }: Experiment): string => artifactLocation ?? `mlflow-artifacts:/${id}`;

export const renderExperiment = (experiment: Experiment): JsonObject => ({
  experiment_id: experiment.id,
  name: experiment.name,
  artifact_location: locationOf(experiment),
  lifecycle_stage: experiment.lifecycle,
  last_update_time: experiment.updatedAt,
  creation_time: experiment.createdAt,
  tags: pairs(experiment.tags),
  workspace: 'default',
});

export const artifactRoot = (run: Pick<RunInfo, 'artifactUri'>): string => run.artifactUri;

export const renderRunInfo = (run: RunInfo): JsonObject => ({
  run_uuid: run.id,
  run_id: run.id,
  run_name: run.name,
  experiment_id: run.experimentId,
  user_id: run.user,
  status: run.status,
  start_time: run.startedAt,
  end_time: run.endedAt === 0 ? undefined : run.endedAt,
  artifact_uri: run.artifactUri,
  lifecycle_stage: run.lifecycle,
});

/** Points of one metric as JSON texts. `rest`: further members of each, as text that begins with a comma. */
export function* renderPoints(key: string, points: Iterable<Point>, rest = ''): Iterable<string> {
  const head = headOf(key);
  for (const point of points) yield pointText(head, point, `${rest}}`);
}

const pointText = (head: string, { value, time, step }: Point, tail: string): string =>
  `${head}${writeNumber(value)},"timestamp":${time},"step":${step}${tail}`;

const renderMetrics = (metrics: RunDocument['metrics']): RawJson | undefined =>
  metrics.length === 0
    ? undefined
    : new RawJson(`[${metrics.map(point => pointText(headOf(point.key), point, '}')).join(',')}]`);

const heads = new Map<string, string>();
/** Runs of an experiment have the same metrics: their names are written once. */
function headOf(key: string): string {
  let head = heads.get(key);
  if (head === undefined) {
    if (heads.size > 1_000) heads.clear();
    head = `{"key":${JSON.stringify(key)},"value":`;
    heads.set(key, head);
  }
  return head;
}

const raw = (list: string): RawJson | undefined => (list === '[]' ? undefined : new RawJson(list));

/** A run that has just been made has no outputs yet, and its answer has no word of them. */
export const renderNewRun = (run: RunDocument): JsonObject => ({
  info: renderRunInfo(run.info),
  data: { metrics: renderMetrics(run.metrics), params: raw(run.params), tags: raw(run.tags) },
  inputs: {
    dataset_inputs: unlessEmpty(run.inputs.map(renderInput)),
    model_inputs: unlessEmpty(run.modelInputs.map(id => ({ model_id: id }))),
  },
});

export const renderRun = (run: RunDocument): JsonObject => ({
  ...renderNewRun(run),
  outputs: { model_outputs: unlessEmpty(run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step }))) },
});

/** What `runs/log-inputs` said of a dataset, kept as JSON text. `tags`: all, in the order they came. */
export const InputDetail = v.object({
  source_type: v.optional(v.string()),
  source: v.optional(v.string()),
  schema: v.optional(v.string()),
  profile: v.optional(v.string()),
  tags: v.optional(v.array(v.object({ key: v.string(), value: v.string() }))),
});
export type InputDetail = v.InferOutput<typeof InputDetail>;

export const CONTEXT = 'mlflow.data.context';

function renderInput({ dataset, digest, context, detail }: RunDocument['inputs'][number]): JsonObject {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), InputDetail), detail);
  const { tags = [], ...known } = found.success ? found.output : {};
  const isSaid = context === '' || tags.some(({ key }) => key === CONTEXT);
  return {
    tags: unlessEmpty(isSaid ? tags : [{ key: CONTEXT, value: context }, ...tags]),
    dataset: {
      name: dataset,
      digest,
      source_type: known.source_type ?? 'local',
      source: known.source ?? '{}',
      schema: known.schema === '' ? undefined : known.schema,
      profile: known.profile === '' ? undefined : known.profile,
    },
  };
}
