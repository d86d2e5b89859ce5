import { maxResults } from './experimentCalls';
import { asExperimentIds } from './fields';
import type { Fields } from './fields';
import { missing, MlflowError } from './failures';
import type { JsonObject } from './json';
import { checkUnique } from './logCalls';
import type { LoggedModel, LoggedModels, LoggedModelSearch, LoggedModelStatus } from './ports';
import { pairs, unlessEmpty } from './render';
import { pairOf, textsOf } from './pairs';
import { safePath } from './artifactAddress';
import { renderFiles } from './renderFiles';
import type { Calls } from './routes';

/** In the order of their numbers, from 1. */
const STATUSES: readonly LoggedModelStatus[] = [
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
];

const unlessBlank = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

export const modelArtifactRoot = ({ experimentId, id }: Pick<LoggedModel, 'experimentId' | 'id'>): string =>
  `mlflow-artifacts:/${experimentId}/models/${id}/artifacts`;

const renderLoggedModel = (model: LoggedModel): JsonObject => ({
  info: {
    model_id: model.id,
    experiment_id: model.experimentId,
    name: model.name,
    creation_timestamp_ms: model.createdAt,
    last_updated_timestamp_ms: model.updatedAt,
    artifact_uri: modelArtifactRoot(model),
    status: model.status,
    model_type: model.type,
    source_run_id: model.sourceRun,
    tags: pairs(model.tags),
  },
  data: {
    params: pairs(model.params),
    metrics: unlessEmpty(
      model.metrics.map(point => ({
        key: point.key,
        value: point.value,
        timestamp: point.time,
        step: point.step,
        dataset_name: unlessBlank(point.dataset),
        dataset_digest: unlessBlank(point.datasetDigest),
        model_id: model.id,
        run_id: point.runId,
      })),
    ),
  },
});

/** `logged-models…`. */
export function loggedModelCalls(models: LoggedModels): Calls {
  return {
    'POST logged-models': fields => {
      const name = unlessBlank(fields.optionalText('name'));
      const type = fields.optionalText('model_type');
      const sourceRun = fields.optionalText('source_run_id');
      const model = models.create({
        experimentId: fields.experimentId(),
        params: paramsOf(fields),
        tags: textsOf(fields.list('tags')),
        ...(name !== undefined && { name }),
        ...(type !== undefined && { type }),
        ...(sourceRun !== undefined && { sourceRun }),
      });
      return { model: renderLoggedModel(model) };
    },
    'POST logged-models/search': fields => search(models, fields),
    'GET logged-models/{model_id}': fields => {
      const allowDeleted = fields.optionalText('allow_deleted')?.toLowerCase() === 'true';
      return { model: renderLoggedModel(models.get(fields.text('model_id'), { allowDeleted })) };
    },
    'PATCH logged-models/{model_id}': fields => {
      if (!fields.has('status')) throw missing('status');
      const id = fields.text('model_id');
      const status = fields.enumeration('status', STATUSES);
      return { model: renderLoggedModel(status === undefined ? models.get(id) : models.setStatus(id, status)) };
    },
    'DELETE logged-models/{model_id}': fields => {
      models.delete(fields.text('model_id'));
      return {};
    },
    'POST logged-models/{model_id}/params': fields => {
      models.logParams(fields.text('model_id'), paramsOf(fields));
      return {};
    },
    'PATCH logged-models/{model_id}/tags': fields => {
      models.setTags(fields.text('model_id'), textsOf(fields.list('tags')));
      return {};
    },
    'DELETE logged-models/{model_id}/tags/{tag_key}': fields => {
      models.deleteTag(fields.text('model_id'), fields.text('tag_key'));
      return {};
    },
    'GET logged-models/{model_id}/artifacts/directories': fields => {
      const model = models.get(fields.text('model_id'));
      const folder = safePath(fields.optionalText('artifact_directory_path') ?? '');
      return { root_uri: modelArtifactRoot(model), files: renderFiles(models.folder(model.id), folder, '') };
    },
  };
}

function paramsOf(fields: Fields): Readonly<Record<string, string>> {
  const params = fields.list('params').map(pairOf);
  checkUnique(params);
  return Object.fromEntries(params);
}

function search(models: LoggedModels, fields: Fields): JsonObject {
  const filter = unlessBlank(fields.optionalText('filter'));
  const pageToken = unlessBlank(fields.optionalText('page_token'));
  const limit = fields.optionalInteger('max_results') === 0 ? undefined : maxResults(fields, 100);
  if (!fields.has('experiment_ids')) throw missing('experiment_ids');
  const page = models.search({
    experimentIds: asExperimentIds(fields.texts('experiment_ids')),
    datasets: fields.list('datasets').map(readDataset),
    orderBy: fields.list('order_by').map(readOrder),
    ...(limit !== undefined && { limit }),
    ...(filter !== undefined && { filter }),
    ...(pageToken !== undefined && { pageToken }),
  });
  return { models: unlessEmpty(page.models.map(renderLoggedModel)), next_page_token: page.nextPageToken };
}

function readDataset(fields: Fields): { readonly name: string; readonly digest?: string } {
  const name = unlessBlank(fields.optionalText('dataset_name'));
  const digest = unlessBlank(fields.optionalText('dataset_digest'));
  if (name === undefined)
    throw new MlflowError('INVALID_PARAMETER_VALUE', '`dataset_name` in the `datasets` clause must be specified.');
  return { name, ...(digest !== undefined && { digest }) };
}

function readOrder(fields: Fields): NonNullable<LoggedModelSearch['orderBy']>[number] {
  const dataset = unlessBlank(fields.optionalText('dataset_name'));
  const datasetDigest = unlessBlank(fields.optionalText('dataset_digest'));
  return {
    field: fields.optionalText('field_name') ?? '',
    ascending: fields.optionalBoolean('ascending') ?? true,
    ...(dataset !== undefined && { dataset }),
    ...(datasetDigest !== undefined && { datasetDigest }),
  };
}
