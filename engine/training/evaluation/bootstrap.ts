import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import { auc, fallingOrder, rank } from '../metrics/ranking';
import { Random } from '../../random';
import type { Decision } from './decision';
import { lastScore, predictedClasses, type Scored } from './scored';

export type Intervals = Readonly<Record<string, readonly [number, number]>>;

/** A metric of rows that are each drawn `counts[i]` times. */
type Statistic = (counts: Int32Array) => number;

/**
 * 95 % percentile intervals: rows are drawn with replacement as often as there are rows, `rounds` times. Of `auc` and
 * `expected_cost` (binary), `accuracy` (several classes), `rmse` and `mae` (regression). A round whose draw leaves a
 * metric undefined does not count for it.
 */
export async function bootstrapIntervals(
  scored: Scored,
  settings: { readonly decision: Decision; readonly rounds: number; readonly seed: number },
  signal: AbortSignal,
): Promise<Intervals> {
  const { rounds, seed, decision } = settings;
  const rows = scored.y.length;
  const statistics = Object.entries(statisticsOf(scored, decision));
  const found = statistics.map((): number[] => []);
  const random = new Random(seed);
  const counts = new Int32Array(rows);
  for (let round = 0; round < rounds; round++) {
    if (round % 16 === 0) await setImmediate();
    throwIfAborted(signal);
    counts.fill(0);
    for (let i = 0; i < rows; i++) counts[random.below(rows)]!++;
    statistics.forEach(([, statistic], i) => found[i]!.push(statistic(counts)));
  }
  const intervals: Record<string, readonly [number, number]> = {};
  statistics.forEach(([name], i) => {
    const values = Float64Array.from(found[i]!.filter(Number.isFinite)).sort();
    if (values.length > 0) intervals[name] = [percentile(values, 0.025), percentile(values, 0.975)];
  });
  return intervals;
}

function statisticsOf(scored: Scored, decision: Decision): Record<string, Statistic> {
  const { y, task } = scored;
  if (task === 'regression') {
    const errors = y.map((value, i) => scored.scores[i]! - value);
    const squares = meanOf(errors.map(error => error * error));
    return { rmse: counts => Math.sqrt(squares(counts)), mae: meanOf(errors.map(Math.abs)) };
  }
  const given = predictedClasses(scored, decision.threshold);
  if (task === 'multiclass') return { accuracy: meanOf(y.map((label, i) => Number(label === given[i]))) };
  const scores = lastScore(scored);
  const order = fallingOrder(scores);
  const { cost } = decision;
  if (!cost) return { auc: counts => auc(rank(y, scores, { order, weights: counts })) };
  const costs = y.map((label, i) => (label === given[i] ? 0 : label === 1 ? cost.falseNegative : cost.falsePositive));
  return { auc: counts => auc(rank(y, scores, { order, weights: counts })), expected_cost: meanOf(costs) };
}

function meanOf(values: Float64Array): Statistic {
  return counts => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i]! * counts[i]!;
    return sum / values.length;
  };
}

/** Linear between neighbours, as numpy's default. */
function percentile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)]!;
  return low + ((sorted[Math.floor(at) + 1] ?? low) - low) * (at - Math.floor(at));
}
