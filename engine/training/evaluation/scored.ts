import type { Frame } from '../../protocol/frame';
import type { Task } from '../learner';
import { requireNumbers } from '../metrics/finite';
import type { AnyScoringModel, ScoringModel } from '../scoringModel';
import { targetValues } from '../transform';

/** Rows with what is true and what the model says. */
export interface Scored {
  readonly task: Task;
  /** 2 for binary, 1 for a regression: values a row in `scores`. */
  readonly width: number;
  readonly y: Float64Array;
  readonly scores: Float64Array;
}

/** @throws ModelyardError `training.numeric` when a score is not finite, `training.label`, `data.column`. */
export const scoreRows = (model: ScoringModel, frame: Frame, rows: ArrayLike<number>): Scored =>
  withTruth(model, model.score(frame, rows), { frame, rows });

/** The same for a model that may take its time. */
export const scoreAnyRows = async (model: AnyScoringModel, frame: Frame, rows: ArrayLike<number>): Promise<Scored> =>
  withTruth(model, await model.score(frame, rows), { frame, rows });

function withTruth(
  { preparation }: AnyScoringModel,
  scores: Float64Array,
  { frame, rows }: { readonly frame: Frame; readonly rows: ArrayLike<number> },
): Scored {
  const { task, classes } = preparation;
  requireNumbers('scores', scores);
  return { task, width: Math.max(1, classes.length), y: targetValues(preparation, frame, rows), scores };
}

/** P(positive) of each row of a binary task, the value of a regression. */
export const lastScore = ({ scores, width, y }: Scored): Float64Array =>
  Float64Array.from(y, (_, i) => scores[i * width + width - 1]!);

/** Some of the rows, by position. */
export function pick(scored: Scored, positions: readonly number[]): Scored {
  const { width } = scored;
  const scores = new Float64Array(positions.length * width);
  positions.forEach((from, i) => scores.set(scored.scores.subarray(from * width, (from + 1) * width), i * width));
  return { ...scored, y: Float64Array.from(positions, from => scored.y[from]!), scores };
}

/** The class each row is given: binary by the threshold on P(positive), several by the greatest probability. */
export function predictedClasses({ task, width, scores, y }: Scored, threshold: number): Int32Array {
  return Int32Array.from(y, (_, i) => {
    if (task === 'binary') return scores[i * width + 1]! >= threshold ? 1 : 0;
    let best = 0;
    for (let k = 1; k < width; k++) if (scores[i * width + k]! > scores[i * width + best]!) best = k;
    return best;
  });
}
