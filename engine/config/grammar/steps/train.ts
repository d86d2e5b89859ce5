import * as v from 'valibot';
import type { TrainOptions, TunedOptions } from '../../../protocol/steps/learners';
import { column, notNegative, positive, seed, shareAboveZero, shareBelowOne, wholeNumber } from '../terms';

export const description = 'Trains a model on the training part.';

const classWeight = () =>
  v.pipe(
    v.picklist(['none', 'balanced']),
    v.description('`balanced`: rows weigh inversely to the frequency of their class.'),
  );

const learnerNote =
  'What is trained: `logistic` (exact), `boosted-trees`, `forest` or `neural-network`; all repeat exactly by their seed.';

/** What every learner of classes may say besides. */
const calibration = {
  calibrate: v.exactOptional(
    v.pipe(
      v.picklist(['isotonic', 'platt']),
      v.description(
        'Brings scores to probabilities that are met: `platt`, a sigmoid; `isotonic`, any rising curve (for 1,000 rows or more). Learnt on folds of the training part that the scoring models have not seen.',
      ),
    ),
  ),
  calibrate_folds: v.exactOptional(
    v.pipe(wholeNumber(2, 100), v.description('Folds of the training part to calibrate on. Without it: 5.')),
  ),
};

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
  ...calibration,
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
  ...calibration,
});

const maxBins = () =>
  v.pipe(wholeNumber(2, 255), v.description('Bins that the values of a numeric feature fall into, at most.'));
const maxDepth = () => v.pipe(wholeNumber(0, 1000), v.description('Splits above a leaf, at most; 0: no bound.'));
const minRows = () => v.pipe(wholeNumber(1, 1_000_000_000), v.description('Rows of a leaf, at least.'));
const share = (what: string) => v.pipe(shareAboveZero(), v.description(what));

export const boostedTrees = v.strictObject({
  learner: v.pipe(v.literal('boosted-trees'), v.description(learnerNote)),
  trees: v.optional(v.pipe(wholeNumber(1, 100_000), v.description('Rounds of boosting, at most.')), 500),
  learning_rate: v.optional(share("Share of each tree's values that is taken over, in (0, 1]."), 0.1),
  leaves: v.optional(v.pipe(wholeNumber(2, 100_000), v.description('Leaves of a tree, at most.')), 31),
  max_depth: v.optional(maxDepth(), 0),
  min_rows: v.optional(minRows(), 20),
  min_hessian: v.optional(
    v.pipe(notNegative(), v.description('Sum of second derivatives of the loss in a leaf, at least.')),
    1e-3,
  ),
  l1: v.optional(v.pipe(notNegative(), v.description('L1 penalty on the values of leaves.')), 0),
  l2: v.optional(v.pipe(notNegative(), v.description('L2 penalty on the values of leaves.')), 0),
  min_gain: v.optional(v.pipe(notNegative(), v.description('A split has to lower the objective by more.')), 0),
  row_sample: v.optional(share('Share of the rows drawn for each tree, in (0, 1].'), 1),
  column_sample: v.optional(share('Share of the features drawn for each tree, in (0, 1].'), 1),
  max_bins: v.optional(maxBins(), 255),
  monotone: v.optional(
    v.pipe(
      v.record(column(), v.picklist(['increasing', 'decreasing'])),
      v.description('Columns of numbers by which the score may only rise (`increasing`) or only fall (`decreasing`).'),
    ),
    {},
  ),
  validation: v.optional(
    v.pipe(shareBelowOne(), v.description('Share of the training part kept to stop early; 0: no early stopping.')),
    0.1,
  ),
  patience: v.optional(
    v.pipe(wholeNumber(1, 100_000), v.description('Rounds without a better validation loss before it stops.')),
    50,
  ),
  class_weight: v.optional(classWeight(), 'none'),
  seed: v.optional(seed(), 0),
  ...calibration,
});

export const forest = v.strictObject({
  learner: v.pipe(v.literal('forest'), v.description(learnerNote)),
  trees: v.optional(v.pipe(wholeNumber(1, 100_000), v.description('Trees whose answers are averaged.')), 300),
  max_depth: v.optional(maxDepth(), 0),
  min_rows: v.optional(minRows(), 3),
  columns: v.optional(
    v.pipe(
      v.union([v.literal('sqrt'), shareAboveZero()], 'must be sqrt or a share in (0, 1]'),
      v.description('Features that are looked at for each split: the root of their number, or a share of them.'),
    ),
    'sqrt',
  ),
  max_bins: v.optional(maxBins(), 255),
  class_weight: v.optional(classWeight(), 'none'),
  seed: v.optional(seed(), 0),
  ...calibration,
});

const tuned = v.strictObject({
  learner: v.pipe(
    v.literal('tuned'),
    v.description('The learner and the options that the tune step before has found best.'),
  ),
  ...calibration,
});

/** By name. */
export const learners = {
  logistic,
  'neural-network': neuralNetwork,
  'boosted-trees': boostedTrees,
  forest,
} as const;
export const learnerNames = ['logistic', 'neural-network', 'boosted-trees', 'forest'] as const;

const byName = new Map<unknown, v.GenericSchema<unknown, TrainOptions>>(Object.entries(learners));

const anyOf = v.union([logistic, neuralNetwork, boostedTrees, forest]);
const anyOrTuned = v.union([...anyOf.options, tuned]);

/** Stands in while no learner is known: what else is written cannot be judged then. */
const unknownLearner = (names: readonly string[]) =>
  v.pipe(
    v.looseObject({ learner: v.pipe(v.picklist(names), v.description(learnerNote)) }),
    v.rawTransform(({ NEVER }) => NEVER),
  );
const anyLearner = unknownLearner(learnerNames);
const anyLearnerOrTuned = unknownLearner([...learnerNames, 'tuned']);

/** Of a learner. Undefined asks for all there are. */
export const options: v.GenericSchema<unknown, TrainOptions> = v.lazy((input): v.GenericSchema<unknown, TrainOptions> =>
  input === undefined ? anyOf : (byName.get(learnerOf(input)) ?? anyLearner),
);

type StepOptions = v.GenericSchema<unknown, TrainOptions | TunedOptions>;
/** Those of the step `train`, which may also take what a tune step has found. */
export const stepOptions: StepOptions = v.lazy((input): StepOptions => {
  if (input === undefined) return anyOrTuned;
  const learner = learnerOf(input);
  return learner === 'tuned' ? tuned : (byName.get(learner) ?? anyLearnerOrTuned);
});

const learnerOf = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && 'learner' in input ? input.learner : undefined;
