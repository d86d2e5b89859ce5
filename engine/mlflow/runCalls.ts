import type { RunStatus } from '../protocol/tracking';
import { lifecycleOf, maxResults, pairsOf } from './experimentCalls';
import { asExperimentId } from './fields';
import type { Fields } from './fields';
import { MlflowError, wrongValue } from './failures';
import { checkBatchSize, PARAM_VALUE, TAG_VALUE, truncated } from './limits';
import type { NewPoint, Tracking } from './ports';
import { renderNewRun, renderPoint, renderRun, renderRunInfo } from './render';
import type { InputDetail } from './render';
import type { Call, Calls } from './routes';

/** In the order of their numbers, from 1. */
const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
const MAX_HISTORY = 25_000;

const cutTag = (value: string): string => truncated(value, TAG_VALUE);
const cutParam = (value: string): string => truncated(value, PARAM_VALUE);

const finite = (value: number): number =>
  value === Infinity ? Number.MAX_VALUE : value === -Infinity ? -Number.MAX_VALUE : value;

function readPoint(fields: Fields): NewPoint {
  const point = {
    key: fields.text('key'),
    value: finite(fields.double('value')),
    time: fields.int64('timestamp'),
    step: fields.optionalInt64('step') ?? 0,
  };
  const modelId = fields.optionalText('model_id');
  if (modelId === undefined || modelId === '') return point;
  const dataset = fields.optionalText('dataset_name') ?? '';
  return { ...point, modelId, dataset, datasetDigest: fields.optionalText('dataset_digest') ?? '' };
}

/** `runs/…` and `metrics/…`. */
export function runCalls(tracking: Tracking): Calls {
  return { ...lifeCalls(tracking), ...logCalls(tracking), ...readCalls(tracking) };
}

function lifeCalls(tracking: Tracking): Calls {
  return {
    'POST runs/create': fields => {
      const name = fields.optionalText('run_name');
      const startedAt = fields.optionalInteger('start_time');
      const { id } = tracking.createRun({
        experimentId: fields.experimentId('0'),
        user: fields.optionalText('user_id') ?? '',
        tags: pairsOf(fields.list('tags'), cutTag),
        ...(name !== undefined && name !== '' && { name }),
        ...(startedAt !== undefined && { startedAt }),
      });
      return { run: renderNewRun(tracking.record(id)) };
    },
    'POST runs/update': fields => {
      const id = fields.runId();
      const status = fields.enumeration('status', STATUSES);
      const endedAt = fields.optionalInteger('end_time');
      const name = fields.optionalText('run_name');
      tracking.updateRun(id, {
        ...(status !== undefined && { status }),
        ...(endedAt !== undefined && { endedAt }),
        ...(name !== undefined && { name }),
      });
      return { run_info: renderRunInfo(tracking.record(id)) };
    },
    'POST runs/delete': fields => {
      tracking.deleteRun(fields.runId());
      return {};
    },
    'POST runs/restore': fields => {
      tracking.restoreRun(fields.runId());
      return {};
    },
  };
}

function logCalls(tracking: Tracking): Calls {
  const logBatch: Call = async fields => {
    const id = fields.runId();
    const lists = { metrics: fields.list('metrics'), params: fields.list('params'), tags: fields.list('tags') };
    checkBatchSize({ metrics: lists.metrics.length, params: lists.params.length, tags: lists.tags.length });
    const batch = {
      metrics: lists.metrics.map(readPoint),
      params: pairsOf(lists.params, cutParam),
      tags: pairsOf(lists.tags, cutTag),
    };
    if (Object.keys(batch.params).length < lists.params.length) throw duplicateParams(lists.params);
    await tracking.logBatch(id, batch);
    return {};
  };
  return {
    'POST runs/log-batch': logBatch,
    'POST runs/log-metric': async fields => {
      await tracking.logBatch(fields.runId(), { metrics: [readPoint(fields)] });
      return {};
    },
    'POST runs/log-parameter': async fields => {
      const params = Object.fromEntries([[fields.text('key'), cutParam(fields.optionalText('value') ?? '')]]);
      await tracking.logBatch(fields.runId(), { params }, { single: true });
      return {};
    },
    'POST runs/set-tag': async fields => {
      const tags = Object.fromEntries([[fields.text('key'), cutTag(fields.optionalText('value') ?? '')]]);
      await tracking.logBatch(fields.runId(), { tags });
      return {};
    },
    'POST runs/delete-tag': fields => {
      tracking.deleteTag(fields.runId(), fields.text('key'));
      return {};
    },
    'POST runs/log-inputs': fields => {
      const id = fields.runId();
      const inputs = fields.list('models').map(model => model.text('model_id'));
      tracking.logInputs(id, fields.list('datasets').map(readInput));
      if (inputs.length > 0) tracking.logModels(id, { inputs });
      return {};
    },
    'POST runs/outputs': fields => {
      const id = fields.runId();
      const outputs = fields.required('models').map(model => ({
        modelId: model.text('model_id'),
        step: model.optionalInt64('step') ?? 0,
      }));
      tracking.logModels(id, { outputs });
      return {};
    },
  };
}

function readCalls(tracking: Tracking): Calls {
  return {
    'GET runs/get': fields => ({ run: renderRun(tracking.record(fields.runId())) }),
    'POST runs/search': fields => {
      const filter = fields.optionalText('filter');
      const pageToken = fields.optionalText('page_token');
      const { records, nextPageToken } = tracking.searchRecords({
        experimentIds: fields.texts('experiment_ids').map(asExperimentId),
        limit: maxResults(fields, 1_000),
        lifecycle: lifecycleOf(fields, 'run_view_type'),
        orderBy: fields.texts('order_by'),
        ...(filter !== undefined && { filter }),
        ...(pageToken !== undefined && pageToken !== '' && { pageToken }),
      });
      return { runs: records.length > 0 ? records.map(renderRun) : undefined, next_page_token: nextPageToken };
    },
    'GET metrics/get-history': fields => {
      const key = fields.text('metric_key');
      const limit = fields.optionalInteger('max_results');
      if (limit !== undefined && (limit < 1 || limit > MAX_HISTORY))
        throw wrongValue('max_results', limit, `It must be between 1 and ${MAX_HISTORY}`);
      const token = fields.optionalText('page_token');
      // a page token without a number of results still means pages
      const size = limit ?? (token === undefined || token === '' ? undefined : MAX_HISTORY);
      const { points, nextPageToken } = tracking.history(fields.runId(), key, {
        ...(size !== undefined && { maxResults: size }),
        ...(token !== undefined && token !== '' && { pageToken: token }),
      });
      return {
        metrics: points.length > 0 ? points.map(point => renderPoint(key, point)) : undefined,
        next_page_token: nextPageToken,
      };
    },
  };
}

export function duplicateParams(params: readonly Fields[]): MlflowError {
  const keys = params.map(param => param.text('key'));
  const twice = [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
  const list = twice.map(key => `'${key}'`).join(', ');
  return new MlflowError('INVALID_PARAMETER_VALUE', `Duplicate parameter keys have been submitted: [${list}].`);
}

function readInput(fields: Fields): { dataset: string; digest: string; context: string; detail: string } {
  const dataset = fields.object('dataset');
  const limit = (name: string, length: number): string => {
    const value = dataset.text(name);
    if (value.length > length)
      throw wrongValue(`dataset.${name}`, value, `It has ${value.length} characters; ${length} are allowed.`);
    return value;
  };
  const tags = fields.list('tags').map(tag => ({ key: tag.text('key'), value: tag.optionalText('value') ?? '' }));
  const others = tags.filter(({ key }) => key !== 'mlflow.data.context');
  const optional = (name: 'schema' | 'profile'): string | undefined => dataset.optionalText(name);
  const schema = optional('schema');
  const profile = optional('profile');
  const detail: InputDetail = {
    source_type: dataset.text('source_type'),
    source: limit('source', 65_535),
    ...(schema !== undefined && { schema }),
    ...(profile !== undefined && { profile }),
    ...(others.length > 0 && { tags: others }),
  };
  return {
    dataset: limit('name', 500),
    digest: limit('digest', 36),
    context: tags.find(({ key }) => key === 'mlflow.data.context')?.value ?? '',
    detail: JSON.stringify(detail),
  };
}
