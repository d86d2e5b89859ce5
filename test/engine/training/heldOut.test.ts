import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import type { CrossValidation } from '../../../engine/protocol/crossValidation';
import type { Evaluation } from '../../../engine/protocol/evaluation';
import type { CrossValidateOptions } from '../../../engine/protocol/steps/evaluation';
import { temporaryFolder } from '../../support/store';
import { germanPath } from './csvFrame';
import { FoldSteps } from './foldSteps';
import { boostedOptions, crossValidateOptions, evaluateOptions, logisticOptions, prepareOptions } from './options';

const cost = { false_negative: 5, false_positive: 1 };
const linear = { ...logisticOptions, C: 0.1 };

/** Split, prepared and cross-validated; then evaluated with the threshold of the folds. */
async function crossValidated(given: Partial<CrossValidateOptions> = {}) {
  const steps = new FoldSteps(temporaryFolder(), germanPath);
  await steps.split({ stratify: 'creditability' });
  await steps.prepare(prepareOptions({ label: 'creditability', positive: 'bad' }));
  await steps.crossValidate(crossValidateOptions({ learners: { linear }, cost, threshold: 'cost', ...given }));
  const quick = { bootstrap: 100, importance: 0, dependence: 0, explain: 0, threshold: 'held-out' } as const;
  return { steps, options: evaluateOptions({ ...quick, cost }) };
}

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8'));

test('the threshold of least cost on held-out folds is taken over, and where it is from is said', async () => {
  const trees = boostedOptions({ trees: 5, validation: 0 });
  const { steps, options } = await crossValidated({ learners: { linear, trees } });
  const result = await steps.evaluate(options);
  const folds = json<CrossValidation>(steps.path('cross-validate', 'cross_validation.json'));
  const [chosen, others] = folds.learners.map(({ threshold }) => threshold!);
  const evaluation = json<Evaluation>(steps.path('evaluate', 'evaluation.json'));
  expect(chosen!.rows).toBe(800);
  expect(chosen!.value).not.toBe(others!.value);
  expect(evaluation.binary!.threshold).toBe(chosen!.value);
  expect(evaluation.binary!.thresholdReason).toBe(
    'Least cost on 800 rows that no model had seen: cross-validation of linear.',
  );
  expect(result.params['evaluate_threshold']).toBe('held-out');
  // on rows of no fold it is better than one half, too
  const half = evaluation.binary!.thresholds.find(({ threshold }) => threshold === 0.5)!;
  expect(evaluation.metrics['expected_cost']).toBeLessThan(0.8 * half.cost!);
  expect(evaluation.intervals!['calibration_error']).toEqual([expect.any(Number), expect.any(Number)]);
});

test.each<[string, Partial<CrossValidateOptions>, string]>([
  ['other costs', { cost: { false_negative: 2, false_positive: 1 } }, 'by other costs'],
  ['folds with the test part', { rows: 'all' }, 'those of the test part too'],
  [
    'no learner of its kind',
    { learners: { trees: boostedOptions({ trees: 3, validation: 0 }) } },
    'no threshold for logistic',
  ],
  ['two of its kind', { learners: { a: linear, b: logisticOptions } }, 'may be this model: a, b'],
])('%s: refused at the option', async (_, given, message) => {
  const { steps, options } = await crossValidated({ folds: 2, ...given });
  await expect(steps.evaluate(options)).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining(message),
    fix: expect.any(String),
    place: { key: 'with.threshold' },
  });
});

test('the config says when no cross-validation comes before', () => {
  const text = (needs: string, folds = ''): string => `name: x
datasets: {a: {path: a.csv}}
pipelines:
  p:
    steps:
      s: {uses: split, with: {dataset: a}}
      c: {uses: prepare, needs: s, with: {label: y}}
      t: {uses: train, needs: c, with: {learner: logistic}}${folds}
      e: {uses: evaluate, needs: ${needs}, with: {threshold: held-out}}
`;
  expect(parseConfig(text('t'), 'modelyard.yaml').diagnostics).toMatchObject([
    {
      code: 'missing-input',
      key: 'pipelines.p.steps.e.with.threshold',
      message:
        '`threshold: held-out` is that of a cross-validation, and no step before `e` makes one: add a step with `uses: cross-validate` and name it in `needs`.',
    },
  ]);
  const folds = '\n      f: {uses: cross-validate, needs: c, with: {learners: {linear: {learner: logistic}}}}';
  expect(parseConfig(text('[t, f]', folds), 'modelyard.yaml').diagnostics).toEqual([]);
});
