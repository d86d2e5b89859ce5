import { setImmediate } from 'node:timers/promises';
import type { FeatureImportance } from '../../protocol/evaluation';
import type { Frame, FrameColumn } from '../../protocol/frame';
import { throwIfAborted } from '../../errors';
import { confusionMatrix, accuracy } from '../metrics/confusion';
import { auc, oneVersusRestAuc, rank } from '../metrics/ranking';
import { regressionMetrics } from '../metrics/regression';
import { Random } from '../../random';
import type { AnyScoringModel } from '../scoringModel';
import { predict, scoresOfOutputs } from '../model';
import { transformRows } from '../transform';
import { lastScore, predictedClasses, scoreAnyRows, type Scored } from './scored';
import { onGrid, treeShuffles } from './treeShuffles';

/** More rows than this say nothing more about importance, and each costs columns × rounds scorings. */
const mostRows = 10_000;

export interface ImportanceSettings {
  readonly frame: Frame;
  readonly rows: readonly number[];
  readonly rounds: number;
  readonly seed: number;
  readonly progress: (message: string, fraction: number) => void;
}

export interface Importance {
  /** Sorted, the most important first. */
  readonly columns: readonly FeatureImportance[];
  /** Test rows that it was measured on. */
  readonly rows: number;
}

/**
 * Permutation importance by input column (Breiman 2001): how far the main metric (AUC; R² of a regression) falls when
 * the column's values change places among the test rows, of which at most 10,000 are taken.
 * @throws ModelyardError as scoring does; `cancelled`
 */
export async function permutationImportance(
  model: AnyScoringModel,
  { frame, rows, rounds, seed, progress }: ImportanceSettings,
  signal: AbortSignal,
): Promise<Importance> {
  const random = new Random(seed);
  const part = takeRows(frame, sample(rows, random));
  const asked = exactly(model);
  const whole = await scoreAnyRows(asked, part, positionsOf(part));
  const { columns } = model.preparation;
  const draw = (): Int32Array => random.permutation(part.rows);
  const falls = columns.map((): number[] => []);
  const before = mainMetric(whole);
  for await (const { column, scores } of shuffledScores(asked, { part, rounds, draw }, signal)) {
    const own = falls[column]!;
    if (own.length === 0) progress(`Importance of ${columns[column]!.name}`, column / columns.length);
    own.push(before - mainMetric({ ...whole, scores }));
  }
  const result = columns.map(({ name }, column): FeatureImportance => {
    const mean = falls[column]!.reduce((sum, fall) => sum + fall, 0) / rounds;
    const variance = falls[column]!.reduce((sum, fall) => sum + (fall - mean) ** 2, 0) / rounds;
    return { feature: name, importance: mean, std: Math.sqrt(variance) };
  });
  return { columns: result.sort((a, b) => b.importance - a.importance), rows: part.rows };
}

/** Trees whose sums are exact. */
function exactly(model: AnyScoringModel): AnyScoringModel {
  if (model.model?.kind !== 'trees') return model;
  const trees = onGrid(model.model);
  const { preparation } = model;
  return { preparation, model: trees, score: (frame, rows) => predict(trees, transformRows(preparation, frame, rows)) };
}

interface Shuffling {
  readonly part: Frame;
  readonly rounds: number;
  readonly draw: () => Int32Array;
}

interface Shuffled {
  readonly column: number;
  readonly scores: Float64Array;
}

/** The scores with the values of one column in another order, column by column and order by order. */
async function* shuffledScores(
  model: AnyScoringModel,
  { part, rounds, draw }: Shuffling,
  signal: AbortSignal,
): AsyncGenerator<Shuffled> {
  const { preparation, model: own } = model;
  const positions = positionsOf(part);
  if (own?.kind === 'trees') {
    const x = transformRows(preparation, part, positions);
    const widths = preparation.columns.map(({ features }) => features.length);
    for await (const { column, raw } of treeShuffles({ model: own, x, widths, rounds, draw }, signal))
      yield { column, scores: scoresOfOutputs(own, raw) };
    return;
  }
  for (const [column, { name }] of preparation.columns.entries())
    for (let round = 0; round < rounds; round++) {
      await setImmediate();
      throwIfAborted(signal);
      yield { column, scores: await model.score(withShuffled(part, name, draw()), positions) };
    }
}

const positionsOf = ({ rows }: Frame): Int32Array => Int32Array.from({ length: rows }, (_, i) => i);

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
