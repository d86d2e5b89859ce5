import { ModelyardError } from '../../errors';
import type { Frame } from '../../protocol/frame';
import type { Subject } from './subject';

/**
 * What moves when the model changes its mind: P(positive) of each row of a binary model, the value of a regression.
 * @throws ModelyardError `config.invalid` of a model with more classes, whose score has no direction
 */
export async function directedScores({ model }: Subject, frame: Frame): Promise<Float64Array> {
  const { task, classes } = model.preparation;
  if (task === 'multiclass')
    throw new ModelyardError(
      'config.invalid',
      `A model of ${classes.length} classes has no score that rises or falls.`,
    );
  const all = await allScores(model, frame);
  return task === 'binary' ? all.filter((_, i) => i % 2 === 1) : all;
}

/** Of every row of the frame: its classes' probabilities, or its value. */
export async function allScores(model: Subject['model'], frame: Frame): Promise<Float64Array> {
  return model.score(
    frame,
    Int32Array.from({ length: frame.rows }, (_, row) => row),
  );
}

/** The class each row is given, or the value of a regression; NaN where there is no score. */
export async function decisions({ model, threshold }: Subject, frame: Frame): Promise<Float64Array> {
  const { task, classes } = model.preparation;
  const all = await allScores(model, frame);
  if (task === 'regression') return all;
  if (task === 'binary')
    return all.filter((_, i) => i % 2 === 1).map(score => (Number.isNaN(score) ? score : score >= threshold ? 1 : 0));
  const width = classes.length;
  return Float64Array.from({ length: frame.rows }, (_, row) => {
    const own = all.subarray(row * width, (row + 1) * width);
    const at = own.indexOf(Math.max(...own));
    return at < 0 ? Number.NaN : at;
  });
}
