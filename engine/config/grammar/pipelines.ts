import * as v from 'valibot';
import type { BuiltInUse } from '../../protocol/steps';
import type { StepConfig } from '../../protocol/workspaceConfig';
import { executor, trialExecutor } from './executor';
import { environment } from './environment';
import { common } from './steps/common';
import * as crossValidate from './steps/crossValidate';
import * as checkFeatures from './steps/checkFeatures';
import * as evaluate from './steps/evaluate';
import * as features from './steps/features';
import * as gate from './steps/gate';
import * as learningCurve from './steps/learningCurve';
import * as importModel from './steps/import';
import * as materialise from './steps/materialise';
import * as prepare from './steps/prepare';
import * as register from './steps/register';
import * as run from './steps/run';
import * as split from './steps/split';
import * as test from './steps/test';
import * as train from './steps/train';
import * as tune from './steps/tune';
import * as validate from './steps/validate';
import { partitions } from './partitions';
import { flag, name, text, wholeNumber } from './terms';
import { toolEnvironment } from './toolEnvironment';
import { triggers } from './triggers';

const usesNote = 'The built-in step. Without it the step says `run:`, a command.';
const withNote = 'The options of the step.';

/** By `uses`. */
export const stepNotes: Readonly<Record<BuiltInUse, string>> = {
  validate: validate.description,
  features: features.description,
  materialise: materialise.description,
  'check-features': checkFeatures.description,
  split: split.description,
  prepare: prepare.description,
  tune: tune.description,
  train: train.description,
  'cross-validate': crossValidate.description,
  'learning-curve': learningCurve.description,
  import: importModel.description,
  evaluate: evaluate.description,
  test: test.description,
  gate: gate.description,
  register: register.description,
};

const uses = <U extends BuiltInUse>(use: U) => v.pipe(v.literal(use), v.description(usesNote));
const described = <S extends v.GenericSchema>(schema: S) => v.pipe(schema, v.description(withNote));
type Step = v.GenericSchema<unknown, StepConfig>;

const builtIn: Readonly<Record<BuiltInUse, Step>> = {
  validate: v.strictObject({ uses: uses('validate'), with: described(validate.options), ...common }),
  features: v.strictObject({ uses: uses('features'), with: described(features.options), ...common }),
  materialise: v.strictObject({
    uses: uses('materialise'),
    with: v.optional(described(materialise.options), {}),
    ...common,
  }),
  'check-features': v.strictObject({
    uses: uses('check-features'),
    with: v.optional(described(checkFeatures.options), {}),
    ...common,
  }),
  split: v.strictObject({ uses: uses('split'), with: v.optional(described(split.options), {}), ...common }),
  prepare: v.strictObject({ uses: uses('prepare'), with: described(prepare.options), ...common }),
  tune: v.strictObject({
    uses: uses('tune'),
    with: described(tune.options),
    ...common,
    executor: v.exactOptional(
      v.pipe(
        trialExecutor,
        v.description('Where trials are measured. Without it: on this machine, whatever the pipeline says.'),
      ),
    ),
  }),
  train: v.strictObject({
    uses: uses('train'),
    with: v.optional(described(train.stepOptions), { learner: 'tuned' }),
    ...common,
  }),
  'cross-validate': v.strictObject({
    uses: uses('cross-validate'),
    with: described(crossValidate.options),
    ...common,
  }),
  'learning-curve': v.strictObject({
    uses: uses('learning-curve'),
    with: described(learningCurve.options),
    ...common,
  }),
  import: v.strictObject({ uses: uses('import'), with: described(importModel.options), ...common }),
  evaluate: v.strictObject({ uses: uses('evaluate'), with: v.optional(described(evaluate.options), {}), ...common }),
  test: v.strictObject({ uses: uses('test'), with: described(test.options), ...common }),
  gate: v.strictObject({ uses: uses('gate'), with: described(gate.options), ...common }),
  register: v.strictObject({ uses: uses('register'), with: described(register.options), ...common }),
};
const byUse = new Map<unknown, Step>(Object.entries(builtIn));
const useNames = [
  'validate',
  'features',
  'materialise',
  'check-features',
  'split',
  'prepare',
  'tune',
  'train',
  'cross-validate',
  'learning-curve',
  'import',
  'evaluate',
  'test',
  'gate',
  'register',
] as const;

/** Stands in for a step of which nothing is known yet. */
const anyStep = v.pipe(
  v.strictObject({
    uses: v.pipe(v.picklist(useNames), v.description(usesNote)),
    run: v.exactOptional(v.pipe(text('a command'), v.description('A shell command, run in the workspace folder.'))),
    ...common,
    with: v.exactOptional(v.pipe(v.unknown(), v.description(withNote))),
  }),
  v.rawTransform(({ NEVER }) => NEVER),
);

const anyOf: Step = v.union([...Object.values(builtIn), run.commandStep]);

/** Undefined asks for all there are. */
export const step: Step = v.lazy((input): Step => {
  if (input === undefined) return anyOf;
  if (typeof input !== 'object' || input === null) return anyStep;
  if ('uses' in input) return byUse.get(input.uses) ?? anyStep;
  return 'run' in input ? run.commandStep : anyStep;
});

const single = v.union([v.string(), v.number(), v.boolean()], 'must be a single value');
const parameter = v.union([single, v.array(single)], 'must be a single value, or a list of them');

export const pipeline = v.strictObject({
  description: v.exactOptional(v.pipe(text(), v.description('What the pipeline makes.'))),
  params: v.optional(
    v.pipe(
      v.record(
        v.pipe(
          v.string(),
          v.regex(
            /^[A-Za-z][\w.-]{0,63}$/,
            'bad-name|cannot be the name of a parameter: letters, digits, `_`, `-` and `.`',
          ),
        ),
        parameter,
        'must be a mapping of names to values',
      ),
      v.description(
        'Values that steps take with `${{ params.NAME }}`, and that `modelyard run --param NAME=VALUE` replaces for one run.',
      ),
    ),
    {},
  ),
  cache: v.exactOptional(
    v.pipe(
      flag(),
      v.description(
        '`false`: each step runs each time. Without it steps that are made of the same as in an earlier run (options, data, code, what comes in) are taken from it; commands only when they say `deps` and `outs`.',
      ),
    ),
  ),
  partitions: v.exactOptional(partitions),
  on: v.exactOptional(triggers),
  env: v.exactOptional(
    v.pipe(
      environment,
      v.description('Environment variables of all its commands; what a step says itself comes first.'),
    ),
  ),
  environment: v.exactOptional(
    v.pipe(
      toolEnvironment,
      v.description('What the commands of the pipeline find on their `PATH`; what a step says itself comes first.'),
    ),
  ),
  parallel: v.exactOptional(
    v.pipe(
      wholeNumber(1, 1000),
      v.description('So many steps at a time, at most. Without it: as many as the machine has processors.'),
    ),
  ),
  executor: v.exactOptional(
    v.pipe(
      executor,
      v.description('Where the commands of the pipeline run. Without it, and for built-in steps: on this machine.'),
    ),
  ),
  steps: v.pipe(
    v.record(name('step'), step, 'must be a mapping of names to steps'),
    v.minEntries(1, 'out-of-range|must have at least one step'),
    v.description('By name. What a step `needs` says what runs before it; the rest runs side by side.'),
  ),
});
