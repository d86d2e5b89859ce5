import * as v from 'valibot';
import { expectation } from '../config/grammar/expectation';
import { options as crossValidate } from '../config/grammar/steps/crossValidate';
import { options as evaluate } from '../config/grammar/steps/evaluate';
import { options as learningCurve } from '../config/grammar/steps/learningCurve';
import { options as importStep } from '../config/grammar/steps/import';
import { options as prepare } from '../config/grammar/steps/prepare';
import { options as split } from '../config/grammar/steps/split';
import { jobOptions as test } from '../config/grammar/steps/test';
import { options as train } from '../config/grammar/steps/train';
import { options as validate } from '../config/grammar/steps/validate';
import { profileSchema } from '../data/stored';
import { dataRoles, plannedChecks } from '../data/suites/plannedChecks';
import { ModelyardError } from '../errors';
import { datasetSourceEntries } from '../schemas/datasetSource';
import { runId } from '../ids';
import type { Job } from '../protocol/jobs';

const comparedSide = v.strictObject({ profile: profileSchema, distributions: v.exactOptional(v.string()) });
const reference = v.union([
  v.strictObject({
    versions: v.array(v.strictObject({ dataset: v.string(), digest: v.string(), ...comparedSide.entries })),
  }),
  v.strictObject({ problem: v.string() }),
]);
const dataset = v.strictObject({
  ...datasetSourceEntries,
  expect: v.array(expectation),
  references: v.exactOptional(v.record(v.string(), reference)),
  checks: v.exactOptional(plannedChecks),
  roles: v.exactOptional(dataRoles),
});
const run = v.pipe(v.string(), v.transform(runId));
const input = v.strictObject({
  kind: v.picklist([
    'training-set',
    'feature-set',
    'feature-check',
    'dataset',
    'split',
    'preparation',
    'tuning',
    'model',
    'cross-validation',
    'evaluation',
    'model-tests',
    'gate-report',
    'model-version',
    'file',
  ]),
  step: v.string(),
  path: v.string(),
  runId: v.exactOptional(run),
  artifactPath: v.exactOptional(v.string()),
});
const registered = v.strictObject({
  model: v.string(),
  version: v.number(),
  stage: v.string(),
  path: v.string(),
  split: v.exactOptional(v.string()),
});
const surroundings = {
  step: v.string(),
  runId: v.exactOptional(run),
  workspace: v.string(),
  workDir: v.string(),
  datasets: v.array(dataset),
  inputs: v.array(input),
  earlier: v.exactOptional(v.strictObject({ name: v.string(), path: v.string() })),
  training: v.exactOptional(
    v.strictObject({
      options: v.exactOptional(train),
      seconds: v.exactOptional(v.number()),
      earlier: v.array(v.number()),
    }),
  ),
  champion: v.exactOptional(registered),
  rivals: v.exactOptional(v.array(registered)),
};

const trial = v.strictObject({
  options: train,
  folds: v.number(),
  holdout: v.exactOptional(v.number()),
  seed: v.number(),
  cost: v.exactOptional(v.strictObject({ false_negative: v.number(), false_positive: v.number() })),
});

/** The options are those of modelyard.yaml: checked by the same schemas once more. */
const jobSchema: v.GenericSchema<unknown, Job> = v.variant('uses', [
  v.strictObject({ uses: v.literal('validate'), with: validate, ...surroundings }),
  v.strictObject({ uses: v.literal('profile'), with: v.strictObject({ dataset: v.string() }), ...surroundings }),
  v.strictObject({ uses: v.literal('columns'), with: v.strictObject({ dataset: v.string() }), ...surroundings }),
  v.strictObject({ uses: v.literal('propose'), with: v.strictObject({ dataset: v.string() }), ...surroundings }),
  v.strictObject({
    uses: v.literal('failing'),
    with: v.strictObject({ dataset: v.string(), rule: v.exactOptional(v.number()), limit: v.number() }),
    ...surroundings,
  }),
  v.strictObject({
    uses: v.literal('compare'),
    with: v.strictObject({ before: comparedSide, after: comparedSide }),
    ...surroundings,
  }),
  v.strictObject({ uses: v.literal('trial'), with: trial, ...surroundings }),
  v.strictObject({ uses: v.literal('split'), with: split, ...surroundings }),
  v.strictObject({ uses: v.literal('prepare'), with: prepare, ...surroundings }),
  v.strictObject({ uses: v.literal('train'), with: train, ...surroundings }),
  v.strictObject({ uses: v.literal('import'), with: importStep, ...surroundings }),
  v.strictObject({
    uses: v.literal('import-model'),
    with: v.strictObject({ ...importStep.entries, file: v.string() }),
    ...surroundings,
  }),
  v.strictObject({ uses: v.literal('evaluate'), with: evaluate, ...surroundings }),
  v.strictObject({ uses: v.literal('test'), with: test, ...surroundings }),
  v.strictObject({ uses: v.literal('learning-curve'), with: learningCurve, ...surroundings }),
  v.strictObject({ uses: v.literal('cross-validate'), with: crossValidate, ...surroundings }),
]);

/** @throws ModelyardError `params.invalid` naming the key. */
export function parseJob(message: unknown): Job {
  const parsed = v.safeParse(jobSchema, message, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const key = v.getDotPath(issue) ?? '';
  throw new ModelyardError('params.invalid', `The job cannot be run: ${key} ${issue.message}.`, { data: { key } });
}
