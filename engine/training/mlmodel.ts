import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { parse, stringify } from 'yaml';
import { ModelyardError } from '../errors';
import type { FeatureUse } from '../protocol/featureUse';
import { featureUse } from './featureUse';
import type { ModelInput, ModelSignature, SignatureColumn } from './signature';

/** What the file `MLmodel` says, apart from what is the same for every model of ours. */
export interface ModelDescription {
  readonly learner: string;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly label: string;
  readonly classes: readonly string[];
  readonly signature: ModelSignature;
  /** 32 hex digits */
  readonly uuid: string;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly runId?: string;
  /** Absent: its columns are no features. */
  readonly features?: FeatureUse;
}

/** Name of the Python module in `code/`. */
export const loaderModule = 'modelyard_model';
export const onnxFile = 'model.onnx';
export const weightsFile = 'modelyard/model.json';
export const preparationFile = 'modelyard/preparation.json';
export const inputExampleFile = 'input_example.json';
export const servingExampleFile = 'serving_input_example.json';
/** The Python in which the folder was tried; MLflow warns when another one loads it. */
export const pythonVersion = '3.11';

/**
 * The text of an `MLmodel` file. The flavour `onnx` is MLflow's own; as a Python function the model is loaded by the
 * few lines in `code/`, because MLflow's ONNX loader cannot hand over the text columns of pandas 3.
 */
export function mlmodelText(model: ModelDescription, onnxBytes: number): string {
  return stringify({
    artifact_path: 'model',
    flavors: {
      modelyard: {
        learner: model.learner,
        task: model.task,
        label: model.label,
        classes: model.classes,
        ...(model.learner !== 'onnx' && { model: weightsFile }),
        preparation: preparationFile,
        column_types: Object.fromEntries(model.signature.inputs.map(input => [input.name, input.columnType])),
      },
      onnx: { code: null, data: onnxFile, onnx_session_options: null, providers: ['CPUExecutionProvider'] },
      python_function: {
        code: 'code',
        data: onnxFile,
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
        loader_module: loaderModule,
        python_version: pythonVersion,
      },
    },
    ...(model.features && { metadata: { modelyard_features: model.features } }),
    model_size_bytes: onnxBytes,
    model_uuid: model.uuid,
    ...(model.runId !== undefined && { run_id: model.runId }),
    saved_input_example_info: {
      artifact_path: inputExampleFile,
      pandas_orient: 'split',
      serving_input_path: servingExampleFile,
      type: 'dataframe',
    },
    signature: {
      inputs: columnsJson(model.signature.inputs),
      outputs: columnsJson(model.signature.outputs),
      params: null,
    },
    // MLflow's form: `2026-11-23 08:13:00.123000`, in UTC.
    utc_time_created: `${new Date(model.createdAt).toISOString().replace('T', ' ').replace('Z', '')}000`,
  });
}

/** `required` is left out: it is the default, and MLflow before 2.10 does not know it. */
const columnsJson = (columns: readonly SignatureColumn[]): string =>
  JSON.stringify(columns.map(({ name, type }) => ({ type, name })));

/**
 * Reads the `MLmodel` of a folder that Modelyard wrote.
 * @throws ModelyardError `not-found` without the file, `data.unreadable` when it is damaged or of another tool.
 */
export async function readMlmodel(file: string): Promise<ModelDescription> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ModelyardError('not-found', `There is no model here: ${file} cannot be read.`, { cause });
  });
  let parsed: unknown;
  try {
    parsed = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new ModelyardError('data.unreadable', `${file} is not YAML.`, { cause });
  }
  const result = v.safeParse(mlmodelSchema, parsed);
  if (!result.success) {
    const issue = result.issues[0];
    const key = v.getDotPath(issue) ?? 'it';
    throw new ModelyardError(
      'data.unreadable',
      `${file} does not describe a Modelyard model: ${key}: ${issue.message}`,
    );
  }
  return described(result.output);
}

const columnType = v.picklist(['integer', 'number', 'boolean', 'date', 'datetime', 'string']);
const columns = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.object({ name: v.string(), type: v.picklist(['long', 'double', 'boolean', 'string', 'datetime']) })),
);
const mlmodelSchema = v.object({
  flavors: v.object({
    modelyard: v.object({
      learner: v.string(),
      task: v.picklist(['binary', 'multiclass', 'regression']),
      label: v.string(),
      classes: v.array(v.string()),
      column_types: v.record(v.string(), columnType),
    }),
  }),
  metadata: v.nullish(v.object({ modelyard_features: v.exactOptional(featureUse) })),
  model_uuid: v.string(),
  run_id: v.exactOptional(v.string()),
  signature: v.object({ inputs: columns, outputs: columns }),
  utc_time_created: v.string(),
});

function described(file: v.InferOutput<typeof mlmodelSchema>): ModelDescription {
  const { learner, task, label, classes, column_types: types } = file.flavors.modelyard;
  const inputs = file.signature.inputs.map((input): ModelInput => ({
    ...input,
    columnType: types[input.name] ?? 'string',
  }));
  return {
    learner,
    task,
    label,
    classes,
    signature: { inputs, outputs: file.signature.outputs },
    uuid: file.model_uuid,
    createdAt: Date.parse(`${file.utc_time_created.replace(' ', 'T').slice(0, 23)}Z`),
    ...(file.run_id !== undefined && { runId: file.run_id }),
    ...(file.metadata?.modelyard_features && { features: file.metadata.modelyard_features }),
  };
}
