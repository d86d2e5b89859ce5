import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fitLogistic } from '../../../engine/training/logistic';
import { learnPreparation } from '../../../engine/training/learnPreparation';
import type { DenseModel, LearnerProgress, Matrix, TrainingData } from '../../../engine/training/learner';
import { targetValues, transformRows } from '../../../engine/training/transform';
import { prepareOptions } from './options';
import { allRows, germanPath, readCsvFrame, taiwanPath } from './csvFrame';

interface Reference {
  readonly C: number;
  readonly balanced: boolean;
  readonly coef: readonly (readonly number[])[];
  readonly intercept: readonly number[];
}
const reference = JSON.parse(readFileSync('test/fixtures/training/logistic.json', 'utf8'));
const silent = (signal = new AbortController().signal): LearnerProgress => ({
  signal,
  metric: () => {},
  progress: () => {},
});
const options = {
  learner: 'logistic',
  C: 1,
  class_weight: 'none',
  max_iterations: 100,
  tolerance: 1e-8,
  seed: 0,
} as const;

const toMatrix = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  values: Float64Array.from(rows.flat()),
});
function trainingData(x: Matrix, y: readonly number[] | Float64Array, classes = 2): TrainingData {
  const features = Array.from({ length: x.columns }, (_, i) => `x${i}`);
  return { x, y: Float64Array.from(y), classes, task: classes === 2 ? 'binary' : 'multiclass', features };
}
const fit = (data: TrainingData, { C, balanced }: Pick<Reference, 'C' | 'balanced'>) =>
  fitLogistic(data, { ...options, C, class_weight: balanced ? 'balanced' : 'none' }, silent());

/** Greatest difference of any coefficient or intercept. */
function difference(model: DenseModel, { coef, intercept }: Reference): number {
  const layer = model.layers[0]!;
  let most = 0;
  coef.forEach((row, k) => {
    row.forEach((value, i) => (most = Math.max(most, Math.abs(layer.weights[i * layer.units + k]! - value))));
    most = Math.max(most, Math.abs(layer.bias[k]! - intercept[k]!));
  });
  return most;
}

describe("coefficients of scikit-learn's LogisticRegression", () => {
  const x = toMatrix(reference.matrices.x);
  for (const kind of ['binary', 'multiclass', 'separable'] as const) {
    const { y, fits } = reference.matrices[kind];
    test.each<Reference>(fits)(`${kind}, C = $C, balanced: $balanced`, async expected => {
      const { model } = await fit(trainingData(x, y, kind === 'multiclass' ? 3 : 2), expected);
      expect(model.link).toBe(kind === 'multiclass' ? 'softmax' : 'sigmoid');
      expect(difference(model, expected)).toBeLessThan(kind === 'separable' ? 1e-4 : 1e-6);
    });
  }

  const german = readCsvFrame(germanPath);
  const { preparation } = learnPreparation(
    {
      frame: german,
      rows: allRows(german),
      options: prepareOptions({ label: 'creditability', positive: 'bad', drop: ['personal_status_and_sex'] }),
    },
    new AbortController().signal,
  );
  const germanMatrix = transformRows(preparation, german, allRows(german));
  test('the prepared German data is the matrix of OneHotEncoder and StandardScaler', () => {
    expect(preparation.features.map(name => name.replace('=', '_'))).toEqual(reference.german.features);
    const row = [...germanMatrix.values.subarray(7 * 57, 8 * 57)];
    row.forEach((value, i) => expect(value).toBeCloseTo(reference.german.row7[i], 12));
  });
  test.each<Reference>(reference.german.fits)('German data, C = $C, balanced: $balanced', async expected => {
    const y = targetValues(preparation, german, allRows(german));
    const { model, notes } = await fit(trainingData(germanMatrix, y), expected);
    expect(difference(model, expected)).toBeLessThan(1e-6);
    expect(notes['iterations']).toBeLessThan(12);
  });

  test.each<Reference>(reference.taiwan.fits)('Taiwan data, C = $C, balanced: $balanced', async expected => {
    const frame = readCsvFrame(taiwanPath);
    const learnt = learnPreparation(
      { frame, rows: allRows(frame), options: prepareOptions({ label: 'Y', drop: ['ID'] }) },
      silent().signal,
    );
    const data = trainingData(
      transformRows(learnt.preparation, frame, allRows(frame)),
      targetValues(learnt.preparation, frame, allRows(frame)),
    );
    expect(difference((await fit(data, expected)).model, expected)).toBeLessThan(1e-6);
  });
});

test('conjugate gradients reach the same minimum as the factorised Hessian', async () => {
  const { y, fits } = reference.matrices.multiclass;
  const x = toMatrix(reference.matrices.x);
  // 3 × 401 parameters: beyond the direct solver. The added columns are empty, so that the solution stays.
  const wide: Matrix = { rows: x.rows, columns: 400, values: new Float64Array(x.rows * 400) };
  for (let row = 0; row < x.rows; row++) wide.values.set(x.values.subarray(row * 6, row * 6 + 6), row * 400);
  const { model } = await fit(trainingData(wide, y, 3), fits[0]);
  expect(difference(model, fits[0])).toBeLessThan(1e-4);
});

describe('what cannot be learnt', () => {
  const x = toMatrix([
    [1, 2],
    [3, NaN],
    [5, 6],
    [7, 8],
  ]);
  test('a number that is missing is named by feature and row', async () => {
    await expect(fit(trainingData(x, [0, 1, 0, 1]), { C: 1, balanced: false })).rejects.toMatchObject({
      code: 'training.numeric',
      message: 'The feature x1 is NaN in row 2 of the training part.',
    });
  });
  test('a regression is refused with the way out', async () => {
    const data: TrainingData = { ...trainingData(x, [0.5, 1, 2, 3]), task: 'regression', classes: 1 };
    await expect(fit(data, { C: 1, balanced: false })).rejects.toMatchObject({
      code: 'training.label',
      message: '`learner: logistic` predicts classes, and the label is a number to predict.',
    });
  });
  test('too few iterations are an error that names the gradient', async () => {
    const data = trainingData(toMatrix(reference.matrices.x), reference.matrices.binary.y);
    await expect(fitLogistic(data, { ...options, max_iterations: 1 }, silent())).rejects.toMatchObject({
      code: 'training.numeric',
      message: expect.stringMatching(/^Logistic regression did not converge in 1 iterations; the gradient is still \d/),
    });
  });
  test('an aborted fit ends as cancelled', async () => {
    const data = trainingData(toMatrix(reference.matrices.x), reference.matrices.binary.y);
    await expect(fitLogistic(data, options, silent(AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' });
  });
});
