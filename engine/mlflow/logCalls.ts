import { invalid, wrongValue } from './failures';
import type { Fields } from './fields';
import { checkBatchSize, PARAM_VALUE, TAG_VALUE, truncated } from './limits';
import { checkKey, checkLength, MAX_KEY, metricPlace, paramPlace, tagPlace } from './names';
import type { NewPoint, Tracking } from './ports';
import type { Calls } from './routes';

type Pair = readonly [string, string];
type Texts = Readonly<Record<string, string>>;

const RUN_NAME = 'mlflow.runName';
const MAX_DATASET_NAME = 500;
const MAX_DATASET_DIGEST = 36;

const finite = (value: number): number =>
  value === Infinity ? Number.MAX_VALUE : value === -Infinity ? -Number.MAX_VALUE : value;

/** What is logged: `runs/log-metric`, `log-parameter`, `set-tag`, `delete-tag` and `log-batch`. */
export function logCalls(tracking: Tracking): Calls {
  return {
    'POST runs/log-metric': async fields => {
      const id = fields.runId();
      await tracking.logBatch(id, { metrics: [readPoint(fields)] });
      return {};
    },
    'POST runs/log-parameter': async fields => {
      const id = fields.runId();
      await tracking.logBatch(id, { params: Object.fromEntries([readParam(fields)]) }, { single: true });
      return {};
    },
    'POST runs/set-tag': async fields => {
      const id = fields.runId();
      await tracking.logBatch(id, { tags: tagsOf([readTag(fields)]) });
      return {};
    },
    'POST runs/delete-tag': fields => {
      tracking.deleteTag(fields.runId(), fields.text('key'));
      return {};
    },
    'POST runs/log-batch': async fields => {
      const id = fields.runId({ strict: true });
      const lists = { metrics: fields.list('metrics'), params: fields.list('params'), tags: fields.list('tags') };
      checkBatchSize({ metrics: lists.metrics.length, params: lists.params.length, tags: lists.tags.length });
      const metrics = lists.metrics.map(readPoint);
      const params = lists.params.map(readParam);
      const tags = lists.tags.map(readTag);
      checkUnique(params);
      await tracking.logBatch(id, { metrics, params: Object.fromEntries(params), tags: tagsOf(tags) });
      return {};
    },
  };
}

/** The `tags` of a new run, cut to what a tag may hold: MLflow looks at their names only when they are set later. */
export const readNewTags = (fields: Fields): Texts =>
  tagsOf(
    fields.list('tags').map((tag, index) => {
      const key = tag.text('key');
      checkLength(`tags[${index}].key`, key, MAX_KEY);
      return [key, truncated(tag.optionalText('value') ?? '', TAG_VALUE)];
    }),
  );

/** An empty name would be none: a run keeps the one it has. */
const tagsOf = (tags: readonly Pair[]): Texts =>
  Object.fromEntries(tags.filter(([key, value]) => key !== RUN_NAME || value !== ''));

function readTag(fields: Fields, index?: number): Pair {
  const key = fields.text('key');
  const value = fields.optionalText('value') ?? '';
  checkKey(key, tagPlace(index));
  return [key, truncated(value, TAG_VALUE)];
}

function readParam(fields: Fields, index?: number): Pair {
  const key = fields.text('key');
  const value = fields.optionalText('value') ?? '';
  checkKey(key, paramPlace(index));
  return [key, truncated(value, PARAM_VALUE)];
}

function readPoint(fields: Fields, index?: number): NewPoint {
  const key = fields.text('key');
  const value = finite(fields.double('value'));
  const time = fields.int64('timestamp');
  const step = fields.optionalInt64('step') ?? 0;
  checkKey(key, metricPlace(index));
  if (time < 0)
    throw wrongValue(index === undefined ? 'timestamp' : `metrics[${index}].timestamp`, Number(time), {
      why:
        `metric '${key}' (value=${Number.isInteger(value) ? value.toFixed(1) : value}). ` +
        'Timestamp must be a nonnegative long (64-bit integer) ',
    });
  return { key, value, time, step, ...modelOf(fields) };
}

/** The logged model that a point says it was measured with, and the dataset. */
function modelOf(fields: Fields): Pick<NewPoint, 'modelId' | 'dataset' | 'datasetDigest'> {
  const modelId = fields.optionalText('model_id') ?? '';
  const dataset = fields.optionalText('dataset_name') ?? '';
  const datasetDigest = fields.optionalText('dataset_digest') ?? '';
  if ((dataset === '') !== (datasetDigest === ''))
    throw invalid('Both dataset_name and dataset_digest must be provided if one is provided');
  if (modelId === '') return {};
  checkLength('dataset_name', dataset, MAX_DATASET_NAME);
  checkLength('dataset_digest', datasetDigest, MAX_DATASET_DIGEST);
  return { modelId, dataset, datasetDigest };
}

/** @throws MlflowError when a key is there twice */
export function checkUnique(params: readonly Pair[]): void {
  const keys = params.map(([key]) => key);
  const seen = new Set(keys);
  if (seen.size === keys.length) return;
  const twice = keys.filter(key => !seen.delete(key));
  throw invalid(
    `Duplicate parameter keys have been submitted: [${twice.map(key => `'${key}'`).join(', ')}]. ` +
      'Please ensure the request contains only one param value per param key.',
  );
}
