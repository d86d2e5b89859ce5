import type { TrivialEvaluation } from '../../protocol/evaluationParts';
import type { JobContext } from '../../protocol/jobs';
import { targetValues } from '../transform';
import { bootstrapPairs } from './bootstrap';
import { linearScores } from './linearScores';
import { metricSet } from './metricSet';
import { bestColumnScores } from './oneColumn';
import type { Scored } from './scored';
import { sharesOf, type TrivialScores, type TrivialWork } from './trivialWork';

/**
 * Models that anybody could have made, beside the own one on the same rows: what the outcome is on average, the one column
 * that tells most, a plain linear model. A linear one that cannot be made is left out, and the log says so.
 */
export async function trivialModels(work: TrivialWork, context: JobContext): Promise<readonly TrivialEvaluation[]> {
  const found: TrivialEvaluation[] = [];
  const { preparation, frame, training } = work;
  const asked = work.options.trivial;
  if (asked.length === 0) return found;
  const y = targetValues(preparation, frame, training);
  for (const model of asked) {
    const trivial =
      model === 'constant'
        ? { scores: constantScores(y, work.scored) }
        : model === 'best-column'
          ? bestColumnScores(work, y)
          : await linearScores(work, context.signal);
    if (trivial) found.push({ model, ...(await beside(work, trivial, context.signal)) });
    else context.log(`No ${model} model can be made of these columns to compare with.`);
  }
  return found;
}

async function beside(
  { scored, decision, stratified, options }: TrivialWork,
  { scores, column }: TrivialScores,
  signal: AbortSignal,
): Promise<Omit<TrivialEvaluation, 'model'>> {
  const other = { ...scored, scores };
  const [own, theirs] = [metricSet(scored, decision), metricSet(other, decision)];
  const gains = Object.keys(own).flatMap(metric => {
    const gain = gainOf(metric, own[metric]!, theirs[metric] ?? NaN);
    return Number.isFinite(gain) ? [[metric, gain] as const] : [];
  });
  const intervals = await bootstrapPairs(
    [scored, other],
    {
      decisions: [decision, decision],
      ...{ rounds: options.bootstrap, seed: options.seed, levels: options.confidence, stratified, most: 10_000 },
      combine: gainOf,
    },
    signal,
  );
  return {
    ...(column !== undefined && { column }),
    metrics: theirs,
    gains: Object.fromEntries(gains),
    ...(options.bootstrap > 0 && { intervals }),
  };
}

const perfect: Readonly<Record<string, number>> = {
  ...{ auc: 1, gini: 1, ks: 1, average_precision: 1, accuracy: 1, balanced_accuracy: 1, mcc: 1, kappa: 1 },
  ...{ precision: 1, recall: 1, f1: 1, f1_macro: 1, r2: 1 },
  ...{ log_loss: 0, brier: 0, expected_cost: 0, rmse: 0, mae: 0 },
};

/** The share of the way from the trivial value to the perfect one that the own value has gone; NaN where there is none. */
function gainOf(metric: string, own: number, trivial: number): number {
  const best = perfect[metric];
  return best === undefined || best === trivial ? NaN : (own - trivial) / (best - trivial);
}

/** The shares of the classes, or the mean, of the training part. */
function constantScores(y: Float64Array, { task, width, y: rows }: Scored): Float64Array {
  const said = task === 'regression' ? [y.reduce((a, b) => a + b, 0) / y.length] : sharesOf(y, width);
  return Float64Array.from({ length: rows.length * width }, (_, i) => said[i % width]!);
}
