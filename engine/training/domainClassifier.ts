import { Random } from '../random';
import type { DomainData, DomainScore } from '../protocol/dataChecks';
import type { BoostedTreesOptions } from '../protocol/steps/learners';
import { auc, rank } from './metrics/ranking';
import { predict } from './model';
import type { Matrix } from './learner';
import type { TreeModel } from './trees/tree';
import { fitBoostedTrees } from './trees/boostedTrees';

/** Share of each part that is kept to judge by. */
const heldOut = 0.3;

/** Small trees, few of them: what they find is plain to see (as Deepchecks has it). */
const options: BoostedTreesOptions = {
  learner: 'boosted-trees',
  trees: 10,
  learning_rate: 0.1,
  leaves: 31,
  max_depth: 2,
  min_rows: 20,
  min_hessian: 1e-3,
  l1: 0,
  l2: 0,
  min_gain: 0,
  row_sample: 1,
  column_sample: 1,
  max_bins: 255,
  monotone: {},
  validation: 0,
  patience: 50,
  class_weight: 'none',
  seed: 0,
};

/**
 * Teaches boosted trees to tell two parts of a table apart, on 70 % of the rows of each, and says how well they do on
 * the others; then which columns that hangs on, by shuffling each once. The same data and seed give the same bits.
 * @throws ModelyardError `cancelled`
 */
export async function domainClassifier(data: DomainData, signal: AbortSignal): Promise<DomainScore> {
  const random = new Random(data.seed);
  const [fit, test]: [number[], number[]] = [[], []];
  for (const part of [0, 1]) {
    const rows = Int32Array.from([...data.part.keys()].filter(row => data.part[row] === part));
    random.shuffle(rows);
    const size = Math.max(1, Math.round(rows.length * heldOut));
    test.push(...rows.subarray(0, size));
    fit.push(...rows.subarray(size));
  }
  const { model } = await fitBoostedTrees(
    {
      x: matrix(data, fit),
      y: Float64Array.from(fit, row => data.part[row]!),
      task: 'binary',
      classes: 2,
      features: data.columns.map(({ name }) => name),
      categorical: data.columns.map(({ categorical }) => categorical),
    },
    { ...options, min_rows: Math.min(options.min_rows, Math.max(1, Math.floor(fit.length / 10))) },
    { signal, metric: () => undefined, progress: () => undefined },
  );
  const x = matrix(data, test);
  const y = Float64Array.from(test, row => data.part[row]!);
  const own = scoreOf(model, x, y);
  const columns = data.columns.map(({ name }, at) => ({
    name,
    drop: own - scoreOf(model, shuffled(x, at, random), y),
  }));
  columns.sort((a, b) => b.drop - a.drop || (a.name < b.name ? -1 : 1));
  return { auc: own, rows: test.length, columns };
}

/** Of the scores of both parts, those of the test part. */
const scoreOf = (model: TreeModel, x: Matrix, y: Float64Array): number =>
  auc(
    rank(
      y,
      predict(model, x).filter((_, at) => at % 2 === 1),
    ),
  );

/** Infinite values are put beyond the largest number that others have. */
function matrix({ columns }: DomainData, rows: readonly number[]): Matrix {
  const values = new Float64Array(rows.length * columns.length);
  for (const [at, { values: all }] of columns.entries())
    for (const [row, from] of rows.entries()) {
      const value = all[from]!;
      values[row * columns.length + at] = Math.abs(value) === Infinity ? Math.sign(value) * Number.MAX_VALUE : value;
    }
  return { rows: rows.length, columns: columns.length, values };
}

function shuffled(x: Matrix, column: number, random: Random): Matrix {
  const order = random.permutation(x.rows);
  const values = x.values.slice();
  for (let row = 0; row < x.rows; row++) values[row * x.columns + column] = x.values[order[row]! * x.columns + column]!;
  return { ...x, values };
}
