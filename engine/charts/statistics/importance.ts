import type { ForestData } from './forest';
import { growTree, predict, seeded } from './forest';
import { spearman } from './ranks';

export interface Importance {
  /** Index of the column. */
  readonly column: number;
  /** By how much of the metric's variance the forest is further off when the column is shuffled; 0: it does without. */
  readonly importance: number;
  /** Standard error over the trees. */
  readonly error: number;
  /** Spearman's, of numbers: which way the metric goes. */
  readonly correlation: number;
}

export interface ImportanceReport {
  /** Runs it rests on. */
  readonly runs: number;
  /** Share of the variance of runs that a tree has not seen that the forest explains; at most 1, below 0 worse than the mean. */
  readonly explained: number;
  /** Most important first. */
  readonly columns: readonly Importance[];
}

const trees = 100;
/** More runs say nothing more, and take long. */
const mostRuns = 1000;
/** Of fewer nothing can be said. */
export const fewestRuns = 8;

/**
 * Breiman's permutation importance (Random Forests, 2001): each tree is tried on the runs that it has not seen, once as they
 * are and once with one column shuffled among them. Given up to others after each tree.
 * @returns undefined: too few runs, or the metric is the same in all
 */
export async function importance(
  all: ForestData,
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<ImportanceReport | undefined> {
  const random = seeded(20_010_101);
  const data = sampled(all, random);
  const n = data.target.length;
  const mean = data.target.reduce((sum, value) => sum + value, 0) / n;
  const variance = data.target.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  if (n < fewestRuns || !(variance > 0)) return undefined;
  const losses = data.columns.map((): number[] => []);
  const votes = data.target.map(() => ({ sum: 0, n: 0 }));
  for (let tree = 0; tree < trees; tree++) {
    signal.throwIfAborted();
    const drawn = Array.from({ length: n }, () => Math.floor(random() * n));
    const seen = new Set(drawn);
    const unseen = data.target.map((_, row) => row).filter(row => !seen.has(row));
    const grown = growTree(data, drawn, random);
    for (const row of unseen) {
      const vote = votes[row];
      if (vote) Object.assign(vote, { sum: vote.sum + predict(grown, data, { row }), n: vote.n + 1 });
    }
    const lossOf = (guess: (row: number, at: number) => number): number =>
      unseen.reduce((sum, row, at) => sum + (guess(row, at) - (data.target[row] ?? 0)) ** 2, 0) / unseen.length;
    if (unseen.length > 1) {
      const loss = lossOf(row => predict(grown, data, { row }));
      data.columns.forEach((_, column) => {
        const shuffled = shuffle(unseen, random);
        losses[column]?.push(
          lossOf((row, at) => predict(grown, data, { row, loan: { column, row: shuffled[at] ?? row } })) - loss,
        );
      });
    }
    await pause();
  }
  const voted = votes.flatMap(({ sum, n: count }, row) =>
    count > 0 ? [(sum / count - (data.target[row] ?? 0)) ** 2] : [],
  );
  const columns = losses.map((list, column): Importance => {
    const average = list.reduce((sum, value) => sum + value, 0) / list.length;
    const spread = list.reduce((sum, value) => sum + (value - average) ** 2, 0) / Math.max(1, list.length - 1);
    const { values, isCategory } = data.columns[column] ?? { values: [], isCategory: true };
    return {
      column,
      importance: Math.max(0, average / variance),
      error: Math.sqrt(spread / list.length) / variance,
      correlation: isCategory ? NaN : spearman(values, data.target),
    };
  });
  const left = voted.reduce((sum, value) => sum + value, 0) / Math.max(1, voted.length);
  return { runs: n, explained: 1 - left / variance, columns: columns.sort((a, b) => b.importance - a.importance) };
}

function sampled(data: ForestData, random: () => number): ForestData {
  if (data.target.length <= mostRuns) return data;
  const rows = shuffle(
    data.target.map((_, row) => row),
    random,
  ).slice(0, mostRuns);
  const pick = (values: readonly number[]): number[] => rows.map(row => values[row] ?? 0);
  return {
    target: pick(data.target),
    columns: data.columns.map(column => ({ ...column, values: pick(column.values) })),
  };
}

function shuffle(rows: readonly number[], random: () => number): number[] {
  const result = [...rows];
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [result[at], result[other]] = [result[other] ?? 0, result[at] ?? 0];
  }
  return result;
}
