import { invalid } from './failures';
import type { Fields } from './fields';
import { isObject, pythonJson } from './json';
import { checkLength } from './names';
import type { Tracking } from './ports';
import { CONTEXT } from './render';
import type { InputDetail } from './render';
import type { Calls } from './routes';

const LOGGED_MODELS = 'mlflow.log-model.history';
const MODEL_MEMBERS = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'];
/** What of a model's description goes into the history of a run. */
const MODEL_TAG = ['run_id', 'artifact_path', 'utc_time_created', 'model_uuid'];

const LIMITS = { name: 500, digest: 36, source: 65_535, schema: 1_048_575, profile: 16_777_215 } as const;
const MAX_TAG_KEY = 255;
const MAX_TAG_VALUE = 500;

/** What a run read and which models it made: `runs/log-inputs`, `runs/outputs` and, as older clients say it, `runs/log-model`. */
export function inputCalls(tracking: Tracking): Calls {
  return {
    'POST runs/log-inputs': fields => {
      const id = fields.runId({ strict: true });
      const inputs = fields.list('datasets').map(readInput);
      const read = fields.list('models').map(model => model.text('model_id'));
      tracking.logInputs(id, inputs, { once: true });
      if (read.length > 0) tracking.logModels(id, { inputs: read });
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
    'POST runs/log-model': async fields => {
      const id = fields.runId();
      const model = readModel(fields.text('model_json'));
      const known = readList(tracking.record(id).tags[LOGGED_MODELS]);
      const tags = Object.fromEntries([[LOGGED_MODELS, pythonJson([...known, model])]]);
      await tracking.logBatch(id, { tags });
      return {};
    },
  };
}

interface Input {
  readonly dataset: string;
  readonly digest: string;
  readonly context: string;
  readonly detail: string;
}

function readInput(fields: Fields): Input {
  const dataset = fields.object('dataset');
  const limited = (name: keyof typeof LIMITS): string | undefined => {
    const value = dataset.optionalText(name);
    if (value !== undefined) checkLength(name, value, LIMITS[name]);
    return value;
  };
  const tags = fields.list('tags').map(readTag);
  const [schema, profile] = [limited('schema'), limited('profile')];
  const detail: InputDetail = {
    source_type: dataset.optionalText('source_type') ?? '',
    source: limited('source') ?? '',
    ...(schema !== undefined && { schema }),
    ...(profile !== undefined && { profile }),
    ...(tags.length > 0 && { tags }),
  };
  checkLength('name', dataset.text('name'), LIMITS.name);
  checkLength('digest', dataset.text('digest'), LIMITS.digest);
  return {
    dataset: dataset.text('name'),
    digest: dataset.text('digest'),
    context: tags.find(({ key }) => key === CONTEXT)?.value ?? '',
    detail: JSON.stringify(detail),
  };
}

function readTag(fields: Fields): { readonly key: string; readonly value: string } {
  const key = fields.text('key');
  const value = fields.optionalText('value') ?? '';
  checkLength('key', key, MAX_TAG_KEY);
  checkLength('value', value, MAX_TAG_VALUE);
  return { key, value };
}

function readModel(json: string): Readonly<Record<string, unknown>> {
  const model = parse(json);
  if (!isObject(model)) throw invalid(`Malformed model info. \n ${json.slice(0, 500)} \n is not a valid JSON.`);
  const absent = MODEL_MEMBERS.filter(name => !Object.hasOwn(model, name));
  if (absent.length > 0)
    throw invalid(`Model json is missing mandatory fields: {${absent.map(name => `'${name}'`).join(', ')}}`);
  const known = MODEL_TAG.flatMap(name => (Object.hasOwn(model, name) ? [[name, model[name]] as const] : []));
  return { ...Object.fromEntries(known), flavors: withoutConfigs(model['flavors']) };
}

const withoutConfigs = (flavors: unknown): unknown =>
  isObject(flavors)
    ? Object.fromEntries(Object.entries(flavors).map(([name, flavor]) => [name, withoutConfig(flavor)]))
    : flavors;

const withoutConfig = (flavor: unknown): unknown =>
  isObject(flavor) ? Object.fromEntries(Object.entries(flavor).filter(([name]) => name !== 'config')) : flavor;

function readList(json: string | undefined): readonly unknown[] {
  const value = json === undefined ? undefined : parse(json);
  return Array.isArray(value) ? value : [];
}

function parse(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value;
  } catch {
    return undefined;
  }
}
