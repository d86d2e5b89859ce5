import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import type { ForestOptions } from '../../protocol/steps';
import type { Fitted, LearnerProgress, TrainingData } from '../learner';
import { Random } from '../../random';
import { learnBins } from './bins';
import { checkTreeData, rowWeights } from './data';
import type { GrowOptions } from './growOptions';
import { leafOf, type Tree, type TreeModel } from './tree';
import { TreeGrower } from './treeGrower';

/**
 * A random forest (Breiman 2001): each tree on rows drawn with replacement, each split among features drawn for it;
 * what leaves say is averaged. For several classes each has its trees, on the same draws. Notes: `trees`, `leaves`,
 * and `oob_loss` (log loss, or mean squared error, of each row by the trees that did not see it).
 * @throws ModelyardError as `fitBoostedTrees`
 */
export async function fitForest(
  data: TrainingData,
  options: ForestOptions,
  progress: LearnerProgress,
): Promise<Fitted<TreeModel>> {
  throwIfAborted(progress.signal);
  checkTreeData(data);
  const forest = new Growing(data, options);
  for (let tree = 0; tree < options.trees; tree++) {
    forest.addTrees();
    progress.progress(`tree ${tree + 1} of ${options.trees}`, (tree + 1) / options.trees);
    await nextTurn();
    throwIfAborted(progress.signal);
  }
  return forest.result();
}

class Growing {
  private readonly random: Random;
  private readonly grower: TreeGrower;
  private readonly weights: Float64Array;
  private readonly outputs: number;
  private readonly trees: Tree[] = [];
  /** What the trees that did not see a row say of it, summed; and how many they are. */
  private readonly unseen: Float64Array;
  private readonly unseenTrees: Float64Array;

  constructor(
    private readonly data: TrainingData,
    private readonly options: ForestOptions,
  ) {
    this.random = new Random(options.seed);
    this.weights = rowWeights(data, options.class_weight);
    this.outputs = data.task === 'multiclass' ? data.classes : 1;
    this.grower = new TreeGrower(
      data.x,
      learnBins(data.x, data.categorical ?? [], options.max_bins),
      this.growOptions(),
    );
    this.unseen = new Float64Array(data.x.rows * this.outputs);
    this.unseenTrees = new Float64Array(data.x.rows);
  }

  /** One tree for each output, on the same draw. */
  addTrees(): void {
    const { data, weights, outputs, random } = this;
    const { rows } = data.x;
    const drawn = new Float64Array(rows);
    for (let at = 0; at < rows; at++) drawn[random.below(rows)]!++;
    const taken = Int32Array.from(drawn.keys()).filter(row => drawn[row]! > 0);
    const left = Int32Array.from(drawn.keys()).filter(row => drawn[row] === 0);
    const hessian = drawn.map((times, row) => times * weights[row]!);
    for (let output = 0; output < outputs; output++) {
      const gradient = hessian.map((weight, row) => -weight * this.target(row, output));
      const { tree } = this.grower.grow({ gradient, hessian }, taken);
      this.trees.push(tree);
      for (const row of left)
        this.unseen[row * outputs + output]! += tree.value[leafOf(tree, data.x.values, row * data.x.columns)]!;
    }
    for (const row of left) this.unseenTrees[row]!++;
  }

  result(): Fitted<TreeModel> {
    const { data, outputs, options } = this;
    const trees = this.trees.map(tree => ({ ...tree, value: tree.value.map(value => value / options.trees) }));
    const loss = this.unseenLoss();
    return {
      model: {
        kind: 'trees',
        learner: 'forest',
        task: data.task,
        features: data.features,
        trees,
        base: new Float64Array(outputs),
        link: data.task === 'regression' ? 'identity' : 'share',
      },
      notes: {
        trees: options.trees,
        leaves: trees.reduce((sum, { value }) => sum + value.length, 0),
        ...(loss !== undefined && { oob_loss: loss }),
      },
    };
  }

  /** 1 for rows of the output's class, or the value. */
  private target(row: number, output: number): number {
    const { y, task } = this.data;
    if (task === 'multiclass') return y[row] === output ? 1 : 0;
    return y[row]!;
  }

  private unseenLoss(): number | undefined {
    const { outputs, data } = this;
    let sum = 0;
    let rows = 0;
    for (const [row, trees] of this.unseenTrees.entries()) {
      if (trees === 0) continue;
      const said = Array.from(this.unseen.subarray(row * outputs, (row + 1) * outputs), value => value / trees);
      sum +=
        data.task === 'regression' ? (said[0]! - data.y[row]!) ** 2 : -Math.log(Math.max(1e-15, this.share(said, row)));
      rows++;
    }
    return rows > 0 ? sum / rows : undefined;
  }

  /** The probability of the row's own class. */
  private share(said: readonly number[], row: number): number {
    const label = this.data.y[row]!;
    if (said.length === 1) return label === 1 ? said[0]! : 1 - said[0]!;
    return said[label]! / said.reduce((sum, value) => sum + value, 0);
  }

  private growOptions(): GrowOptions {
    const { data, options, random } = this;
    const columns = data.x.columns;
    const wanted = options.columns === 'sqrt' ? Math.sqrt(columns) : options.columns * columns;
    const drawn = Math.min(columns, Math.max(1, Math.round(wanted)));
    return {
      leaves: 0,
      maxDepth: options.max_depth,
      minRows: options.min_rows,
      minHessian: 0,
      l1: 0,
      l2: 0,
      minGain: 0,
      monotone: new Int8Array(columns),
      ...(drawn < columns && {
        draw: { for: 'node', features: () => random.permutation(columns).subarray(0, drawn).sort() },
      }),
    };
  }
}
