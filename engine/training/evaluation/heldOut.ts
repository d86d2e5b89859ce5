import * as v from 'valibot';
import type { JobSurroundings } from '../../protocol/jobs';
import type { EvaluateOptions } from '../../protocol/steps/evaluation';
import { ModelyardError } from '../../errors';
import { optionPlace } from '../columns';
import { plural } from '../../plural';
import { readJson, type SplitFile } from '../files';
import type { AnyScoringModel } from '../scoringModel';
import { stepInput } from '../stepData';

/** What is read of cross_validation.json. */
const schema = v.object({
  version: v.literal(1),
  label: v.string(),
  positive: v.exactOptional(v.string()),
  rows: v.number(),
  learners: v.array(
    v.object({
      name: v.string(),
      learner: v.string(),
      threshold: v.exactOptional(
        v.object({
          value: v.number(),
          rows: v.number(),
          costs: v.exactOptional(v.object({ falseNegative: v.number(), falsePositive: v.number() })),
        }),
      ),
    }),
  ),
});
type Folds = v.InferOutput<typeof schema>;

export interface HeldOutWork {
  readonly job: Pick<JobSurroundings, 'inputs' | 'step'>;
  readonly options: Pick<EvaluateOptions, 'cost'>;
  readonly model: AnyScoringModel;
  readonly split: Pick<SplitFile, 'train'>;
}

/**
 * The threshold of `threshold: held-out`, with where it is from: that of the model's learner in the cross-validation before.
 * @throws ModelyardError `config.invalid` when there is none, or one of other rows, labels or costs
 */
export async function heldOutThreshold(
  work: HeldOutWork,
): Promise<{ readonly value: number; readonly reason: string }> {
  const { job, options, model, split } = work;
  const file = stepInput(job, 'cross-validation');
  if (file === undefined)
    throw refused(`\`threshold: held-out\` needs a cross-validation, and no step before ${job.step} makes one.`, {
      fix: 'Name a step with `uses: cross-validate` under `needs`.',
    });
  const found = await readJson(file, schema);
  const { label, positive } = model.preparation;
  if (found.label !== label.name || found.positive !== positive)
    throw refused(`The cross-validation was of ${described(found)}, and this model tells ${label.name}.`, {
      fix: 'Cross-validate with the same prepare step as the model.',
    });
  if (found.rows > split.train.length)
    throw refused('The cross-validation went over all rows, those of the test part too.', {
      fix: 'Set `rows: training` in the cross-validate step, or another threshold here.',
    });
  const { name, threshold } = ownLearner(found, model);
  const { value, rows, costs } = threshold;
  const { cost } = options;
  if (costs?.falseNegative !== cost?.false_negative || costs?.falsePositive !== cost?.false_positive)
    throw refused('The cross-validation chose its thresholds by other costs than those of this step.', {
      fix: 'Give both steps the same `cost`.',
    });
  const aim = cost ? 'Least cost' : 'Greatest F1';
  return { value, reason: `${aim} on ${plural(rows, 'row')} that no model had seen: cross-validation of ${name}.` };
}

/** The only one of the model's kind. */
function ownLearner({ learners }: Folds, { model }: AnyScoringModel) {
  const learner = model?.learner;
  const usable = learners.flatMap(({ threshold, ...one }) => (threshold ? [{ ...one, threshold }] : []));
  const own = learner === undefined ? usable : usable.filter(one => one.learner === learner);
  const [only, another] = own;
  if (only && !another) return only;
  const names = learners.map(({ name }) => name).join(', ');
  throw refused(
    only
      ? `The cross-validation has several learners that may be this model: ${own.map(({ name }) => name).join(', ')}.`
      : `The cross-validation has no threshold for ${learner ?? 'this model'}; it went over ${names}.`,
    { fix: 'Cross-validate the learner of the train step in a step of its own, and need that one.' },
  );
}

const described = ({ label, positive }: Folds): string =>
  positive === undefined ? label : `${positive} among ${label}`;

const refused = (message: string, { fix }: { readonly fix: string }): ModelyardError =>
  new ModelyardError('config.invalid', message, { place: optionPlace('threshold'), fix });
