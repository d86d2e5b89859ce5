import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { ModelyardError } from '../errors';
import type { Cell } from '../protocol/data';
import type { FeatureUse } from '../protocol/featureUse';
import type { Frame } from '../protocol/frame';
import { findColumn, modelInput } from './columns';
import { writeJson } from './files';
import {
  inputExampleFile,
  loaderModule,
  mlmodelText,
  onnxFile,
  preparationFile,
  pythonVersion,
  readMlmodel,
  servingExampleFile,
  weightsFile,
  type ModelDescription,
} from './mlmodel';
import { predict, uncalibrated, type Model } from './model';
import { readModel, writeModel } from './modelFile';
import { loaderSource } from './modelLoader';
import type { Preparation } from './preparation';
import { readPreparation } from './preparationFile';
import type { ModelInput, ModelSignature } from './signature';
import { transformRows } from './transform';

/** What Python needs to load the folder with MLflow. */
const requirements = ['mlflow>=2.9', 'onnx>=1.15', 'onnxruntime>=1.16', 'pandas'];

export interface ModelToSave {
  /** Absent: only the ONNX file can score. */
  readonly model?: Model;
  readonly preparation: Preparation;
  readonly signature: ModelSignature;
  readonly onnx: Uint8Array;
  /** Where the input example comes from. */
  readonly frame: Frame;
  readonly exampleRows: ArrayLike<number>;
  readonly runId?: string;
  /** What its columns come from. */
  readonly features?: FeatureUse;
}

/** A model as it is used: from raw columns to scores. */
export interface LoadedModel {
  readonly model: Model;
  readonly preparation: Preparation;
  readonly description: ModelDescription;
  /**
   * Row-major scores: rows × classes probabilities in the order of `preparation.classes`, or one value a row.
   * @throws ModelyardError `data.column` when the frame lacks an input column.
   */
  score(frame: Frame, rows: ArrayLike<number>): Float64Array;
  readonly uncalibrated?: (frame: Frame, rows: ArrayLike<number>) => Float64Array;
}

/** Writes a model folder in MLflow's layout. */
export async function saveModel(dir: string, toSave: ModelToSave): Promise<void> {
  const { model, preparation, signature, onnx, runId, features } = toSave;
  await mkdir(path.join(dir, 'modelyard'), { recursive: true });
  if (model) await writeModel(path.join(dir, weightsFile), model);
  await writeJson(path.join(dir, preparationFile), preparation);
  const description: ModelDescription = {
    learner: model?.learner ?? 'onnx',
    task: preparation.task,
    label: preparation.label.name,
    classes: preparation.classes,
    signature,
    uuid: randomUUID().replaceAll('-', ''),
    createdAt: Date.now(),
    ...(runId !== undefined && { runId }),
    ...(features && { features }),
  };
  const example = inputExample(signature, toSave.frame, toSave.exampleRows);
  await writeFile(path.join(dir, onnxFile), onnx);
  await writeJson(path.join(dir, inputExampleFile), example);
  await writeJson(path.join(dir, servingExampleFile), { dataframe_split: example });
  await writeEnvironment(dir);
  // Last: a folder with this file is whole.
  await writeFile(path.join(dir, 'MLmodel'), mlmodelText(description, onnx.byteLength));
}

async function writeEnvironment(dir: string): Promise<void> {
  await mkdir(path.join(dir, 'code'), { recursive: true });
  await writeFile(path.join(dir, 'code', `${loaderModule}.py`), loaderSource);
  await writeFile(path.join(dir, 'requirements.txt'), `${requirements.join('\n')}\n`);
  const conda = {
    name: 'mlflow-env',
    channels: ['conda-forge'],
    dependencies: [`python=${pythonVersion}`, 'pip', { pip: requirements }],
  };
  await writeFile(path.join(dir, 'conda.yaml'), stringify(conda));
  const env = { python: pythonVersion, build_dependencies: ['pip'], dependencies: ['-r requirements.txt'] };
  await writeFile(path.join(dir, 'python_env.yaml'), stringify(env));
}

/** What a model takes and gives, read from its `MLmodel` alone. @throws as `loadModel` */
export const describeModel = (dir: string): Promise<ModelDescription> => readMlmodel(path.join(dir, 'MLmodel'));

/**
 * Loads a model folder.
 * @throws ModelyardError `not-found` when it is not one, `data.unreadable` when a file of it is damaged.
 */
export async function loadModel(dir: string): Promise<LoadedModel> {
  const description = await describeModel(dir);
  const model = await readModel(path.join(dir, weightsFile));
  const preparation = await readPreparation(path.join(dir, preparationFile));
  if (preparation.features.join('\n') !== model.features.join('\n'))
    throw new ModelyardError('data.unreadable', `The model in ${dir} was trained on other features than it prepares.`, {
      fix: 'Its files are of two models: train it again.',
    });
  return {
    model,
    preparation,
    description,
    score: (frame, rows) => predict(model, transformRows(preparation, frame, rows)),
    ...(model.calibration && {
      uncalibrated: (frame, rows) => uncalibrated(model, transformRows(preparation, frame, rows)),
    }),
  };
}

/** MLflow's `split` form of a DataFrame; missing is null. */
export function inputExample(
  signature: ModelSignature,
  frame: Frame,
  rows: ArrayLike<number>,
): { readonly columns: readonly string[]; readonly data: readonly (readonly Cell[])[] } {
  return {
    columns: signature.inputs.map(input => input.name),
    data: Array.from(rows, row => signature.inputs.map(input => exampleCell(frame, input, row))),
  };
}

function exampleCell(frame: Frame, { name, type }: ModelInput, row: number): Cell {
  const column = findColumn(frame, name, modelInput);
  if (column.kind === 'number') {
    const value = column.values[row]!;
    if (Number.isNaN(value)) return null;
    return type === 'datetime' ? new Date(value).toISOString().replace('Z', '') : value;
  }
  const text = column.categories[column.codes[row]!] ?? null;
  return type === 'boolean' ? text === 'true' : text;
}
