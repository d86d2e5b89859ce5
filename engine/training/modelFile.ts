import * as v from 'valibot';
import { ModelyardError } from '../errors';
import { calibrationJson, calibrationSchema } from './calibration/calibrationFile';
import { numbers, readJson, writeJson } from './files';
import type { DenseModel } from './learner';
import type { Model } from './model';
import { treeModelJson, treeModelSchema } from './trees/treeModelFile';

const size = v.pipe(v.number(), v.integer(), v.minValue(1));

const layerSchema = v.pipe(
  v.object({
    inputs: size,
    units: size,
    activation: v.picklist(['relu', 'linear']),
    weights: numbers,
    bias: numbers,
  }),
  v.check(layer => layer.weights.length === layer.inputs * layer.units, 'weights are not inputs × units'),
  v.check(layer => layer.bias.length === layer.units, 'bias is not one number a unit'),
);

const denseModelSchema: v.GenericSchema<unknown, DenseModel> = v.pipe(
  v.object({
    kind: v.literal('dense'),
    learner: v.string(),
    task: v.picklist(['binary', 'multiclass', 'regression']),
    link: v.picklist(['sigmoid', 'softmax', 'identity']),
    features: v.array(v.string()),
    layers: v.pipe(v.array(layerSchema), v.minLength(1)),
    calibration: v.exactOptional(calibrationSchema),
  }),
  v.check(
    ({ layers, features }) =>
      layers.every((layer, i) => layer.inputs === (i === 0 ? features.length : layers[i - 1]?.units)),
    'the sizes of layers and features do not fit together',
  ),
  v.check(({ link, layers }) => link === 'softmax' || layers.at(-1)?.units === 1, 'it should have one output'),
);

const modelSchema: v.GenericSchema<unknown, Model> = v.lazy(input =>
  typeof input === 'object' && input !== null && 'kind' in input && input.kind === 'trees'
    ? treeModelSchema
    : denseModelSchema,
);

/**
 * Numbers are written so that reading gives the same float64.
 * @throws ModelyardError `training.numeric` when a weight is not finite.
 */
export async function writeModel(path: string, model: Model): Promise<void> {
  const values =
    model.kind === 'trees'
      ? model.trees.map(({ value }) => value)
      : model.layers.flatMap(({ weights, bias }) => [weights, bias]);
  if (values.some(list => list.some(value => !Number.isFinite(value))))
    throw new ModelyardError(
      'training.numeric',
      `The ${model.learner} model has a weight that is not a finite number.`,
    );
  await writeJson(path, model.kind === 'trees' ? treeModelJson(model) : denseModelJson(model));
}

const denseModelJson = (model: DenseModel): object => ({
  ...model,
  ...(model.calibration && { calibration: calibrationJson(model.calibration) }),
  layers: model.layers.map(layer => ({ ...layer, weights: Array.from(layer.weights), bias: Array.from(layer.bias) })),
});

/** @throws ModelyardError `data.unreadable` when the file is not such a model. */
export const readModel = (path: string): Promise<Model> => readJson(path, modelSchema);
