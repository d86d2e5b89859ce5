import { setImmediate } from 'node:timers/promises';
import type { FeatureImportance } from '../../protocol/evaluation';
import type { Frame, FrameColumn } from '../../protocol/frame';
import { throwIfAborted } from '../../errors';
import { confusionMatrix, accuracy } from '../metrics/confusion';
import { auc, oneVersusRestAuc, rank } from '../metrics/ranking';
import { regressionMetrics } from '../metrics/regression';
import { Random } from '../../random';
import type { AnyScoringModel } from '../scoringModel';
import { lastScore, predictedClasses, scoreAnyRows, type Scored } from './scored';

/** More rows than this say nothing more about importance, and each costs columns × rounds scorings. */
const mostRows = 10_000;

export interface ImportanceSettings {
  readonly frame: Frame;
  readonly rows: readonly number[];
  readonly rounds: number;
  readonly seed: number;
  readonly progress: (message: string, fraction: number) => void;
}

/**
 * Permutation importance by input column (Breiman 2001): how far the main metric (AUC; R² of a regression) falls when
 * the column's values change places among the test rows. Sorted, the most important first.
 */
export async function permutationImportance(
  model: AnyScoringModel,
  { frame, rows, rounds, seed, progress }: ImportanceSettings,
  signal: AbortSignal,
): Promise<FeatureImportance[]> {
  const random = new Random(seed);
  const part = takeRows(frame, sample(rows, random));
  const positions = Int32Array.from({ length: part.rows }, (_, i) => i);
  const whole = mainMetric(await scoreAnyRows(model, part, positions));
  const result: FeatureImportance[] = [];
  const { columns } = model.preparation;
  for (const [i, { name }] of columns.entries()) {
    progress(`Importance of ${name}`, i / columns.length);
    const falls: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await setImmediate();
      throwIfAborted(signal);
      const shuffled = withShuffled(part, name, random.permutation(part.rows));
      falls.push(whole - mainMetric(await scoreAnyRows(model, shuffled, positions)));
    }
    const mean = falls.reduce((sum, fall) => sum + fall, 0) / rounds;
    const variance = falls.reduce((sum, fall) => sum + (fall - mean) ** 2, 0) / rounds;
    result.push({ feature: name, importance: mean, std: Math.sqrt(variance) });
  }
  return result.sort((a, b) => b.importance - a.importance);
}

function mainMetric(scored: Scored): number {
  const { task, y, scores, width } = scored;
  if (task === 'regression') {
    const { r2, rmse } = regressionMetrics(y, scores);
    return r2 ?? -rmse;
  }
  const area = task === 'binary' ? auc(rank(y, lastScore(scored))) : oneVersusRestAuc(y, scores, width);
  return Number.isFinite(area) ? area : accuracy(confusionMatrix(y, predictedClasses(scored, 0.5), width));
}

function sample(rows: readonly number[], random: Random): readonly number[] {
  if (rows.length <= mostRows) return rows;
  return Array.from(random.permutation(rows.length).subarray(0, mostRows).sort(), at => rows[at]!);
}

const takeRows = (frame: Frame, rows: ArrayLike<number>): Frame => ({
  rows: rows.length,
  columns: frame.columns.map(column => takeValues(column, rows)),
});

function takeValues(column: FrameColumn, rows: ArrayLike<number>): FrameColumn {
  if (column.kind === 'text') return { ...column, codes: Int32Array.from(rows, row => column.codes[row]!) };
  return { ...column, values: Float64Array.from(rows, row => column.values[row]!) };
}

const withShuffled = (frame: Frame, name: string, order: Int32Array): Frame => ({
  ...frame,
  columns: frame.columns.map(column => (column.name === name ? takeValues(column, order) : column)),
});
