import * as v from 'valibot';
import type { TrainOptions } from '../../../protocol/steps';
import { notNegative, positive, seed, shareBelowOne, wholeNumber } from '../terms';

export const description = 'Trains a model on the training part.';

const classWeight = () =>
  v.pipe(
    v.picklist(['none', 'balanced']),
    v.description('`balanced`: rows weigh inversely to the frequency of their class.'),
  );

const learnerNote = 'What is trained: `logistic` (exact, deterministic) or `neural-network`.';

export const logistic = v.strictObject({
  learner: v.pipe(v.literal('logistic'), v.description(learnerNote)),
  C: v.optional(v.pipe(positive(), v.description("Inverse strength of the L2 penalty, as scikit-learn's.")), 1),
  class_weight: v.optional(classWeight(), 'none'),
  max_iterations: v.optional(
    v.pipe(wholeNumber(1, 1_000_000), v.description('The solver takes at most this many steps.')),
    100,
  ),
  tolerance: v.optional(
    v.pipe(positive(), v.description("The solver stops when the gradient's largest entry is below this.")),
    1e-8,
  ),
  seed: v.optional(seed(), 0),
});

export const neuralNetwork = v.strictObject({
  learner: v.pipe(v.literal('neural-network'), v.description(learnerNote)),
  hidden: v.optional(
    v.pipe(
      v.array(wholeNumber(1, 4096), 'must be a list of numbers of units, such as [64, 32]'),
      v.maxLength(16, 'out-of-range|may have at most 16 layers'),
      v.description('Units of each hidden layer.'),
    ),
    [64, 32],
  ),
  epochs: v.optional(v.pipe(wholeNumber(1, 100_000), v.description('Passes over the training part, at most.')), 100),
  batch_size: v.optional(v.pipe(wholeNumber(1, 1_000_000), v.description('Rows of one step of the optimiser.')), 64),
  learning_rate: v.optional(v.pipe(positive(), v.description('Of the optimiser Adam.')), 0.001),
  l2: v.optional(v.pipe(notNegative(), v.description('L2 penalty on the weights.')), 0.01),
  dropout: v.optional(v.pipe(shareBelowOne(), v.description('Share of units dropped while training.')), 0),
  validation: v.optional(
    v.pipe(shareBelowOne(), v.description('Share of the training part kept to stop early; 0: no early stopping.')),
    0.1,
  ),
  patience: v.optional(
    v.pipe(wholeNumber(1, 100_000), v.description('Epochs without a better validation loss before it stops.')),
    10,
  ),
  class_weight: v.optional(classWeight(), 'none'),
  seed: v.optional(seed(), 0),
});

const learners = new Map<unknown, v.GenericSchema<unknown, TrainOptions>>([
  ['logistic', logistic],
  ['neural-network', neuralNetwork],
]);

const anyOf = v.union([logistic, neuralNetwork]);

/** Stands in while no learner is known: what else is written cannot be judged then. */
const anyLearner = v.pipe(
  v.looseObject({ learner: v.pipe(v.picklist(['logistic', 'neural-network']), v.description(learnerNote)) }),
  v.rawTransform(({ NEVER }) => NEVER),
);

/** Undefined asks for all there are. */
export const options: v.GenericSchema<unknown, TrainOptions> = v.lazy(
  (input): v.GenericSchema<unknown, TrainOptions> => {
    if (input === undefined) return anyOf;
    const learner: unknown =
      typeof input === 'object' && input !== null && 'learner' in input ? input.learner : undefined;
    return learners.get(learner) ?? anyLearner;
  },
);
