import { optionPlace } from './columns';
import { ModelyardError } from '../errors';
import type { LogisticOptions } from '../protocol/steps/learners';
import type { DenseModel, Fit, Matrix, TrainingData } from './learner';
import { logisticLoss } from './logistic/loss';
import { minimise } from './logistic/newton';
import { sparseRows } from './logistic/sparseRows';

/**
 * Logistic regression with an L2 penalty: the exact minimum of scikit-learn's LogisticRegression(C, class_weight),
 * by Newton's method. Two classes: one sigmoid; more: softmax. Deterministic: the seed is not used.
 * @throws ModelyardError `training.label` for a regression, `training.numeric` for NaN or no convergence.
 */
export const fitLogistic: Fit<LogisticOptions> = async (data, options, progress) => {
  if (data.task === 'regression')
    throw new ModelyardError(
      'training.label',
      '`learner: logistic` predicts classes, and the label is a number to predict.',
      {
        place: optionPlace('learner'),
        fix: 'Use `learner: boosted-trees`, `forest` or `neural-network`, or set `task: binary` or `multiclass` in the prepare step.',
      },
    );
  requireFinite(data.x, data.features);
  const outputs = data.task === 'binary' ? 1 : data.classes;
  const x = sparseRows(data.x);
  const problem = logisticLoss({
    x,
    y: data.y,
    classWeights: classWeights(data, options.class_weight),
    outputs,
    C: options.C,
  });
  const minimum = await minimise(problem, options, progress);
  return {
    model: denseModel(data, minimum.parameters, outputs),
    notes: { iterations: minimum.iterations, gradient: minimum.gradient, training_loss: minimum.value },
  };
};

/** `balanced`: rows ÷ (classes · rows of the class), as scikit-learn. */
function classWeights(
  { y, classes }: Pick<TrainingData, 'y' | 'classes'>,
  kind: 'none' | 'balanced',
): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of y) counts[label]!++;
  return counts.map(count => (kind === 'none' || count === 0 ? 1 : y.length / (classes * count)));
}

/** @throws ModelyardError `training.numeric` naming the first feature that is NaN or infinite somewhere. */
function requireFinite({ values, columns }: Matrix, features: readonly string[]): void {
  const at = values.findIndex(value => !Number.isFinite(value));
  if (at < 0) return;
  throw new ModelyardError(
    'training.numeric',
    `The feature ${features[at % columns] ?? at % columns} is ${values[at]!} in row ${Math.floor(at / columns) + 1} of the training part.`,
    { fix: 'Impute missing values in the prepare step (`impute: median`).' },
  );
}

/** From `parameters[k * (columns + 1) + column]` with the intercept last to one dense layer. */
function denseModel({ task, features, x }: TrainingData, parameters: Float64Array, outputs: number): DenseModel {
  const inputs = x.columns;
  const weights = new Float64Array(inputs * outputs);
  const bias = new Float64Array(outputs);
  for (let k = 0; k < outputs; k++) {
    const first = k * (inputs + 1);
    bias[k] = parameters[first + inputs]!;
    for (let input = 0; input < inputs; input++) weights[input * outputs + k] = parameters[first + input]!;
  }
  return {
    kind: 'dense',
    learner: 'logistic',
    task,
    features,
    layers: [{ inputs, units: outputs, weights, bias, activation: 'linear' }],
    link: outputs === 1 ? 'sigmoid' : 'softmax',
  };
}
