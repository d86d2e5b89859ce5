import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import type { ForestOptions } from '../../protocol/steps/learners';
import { Random } from '../../random';
import type { Fit, Fitted, TrainingData } from '../learner';
import { learnBins } from './bins';
import { checkTreeData, rowWeights } from './data';
import { drawRows, ForestGrower, treeSeeds, type ForestWork } from './forestGrower';
import { growOnThreads } from './forestThreads';
import { leafOf, type Tree, type TreeModel } from './tree';
import type { TreeThreads } from './treeThreads';
import { writeBins } from './writeBins';

/**
 * A random forest (Breiman 2001): each tree on rows drawn with replacement, each split among features drawn for it;
 * what leaves say is averaged. For several classes each has its trees, on the same draws. Notes: `trees`, `leaves`,
 * and `oob_loss` (log loss, or mean squared error, of each row by the trees that did not see it). The same bits come of
 * any number of threads: each tree has a seed of its own.
 * @param threads absent: all trees are grown in this one
 * @throws ModelyardError as `fitBoostedTrees`
 */
export const forestFit =
  (threads?: TreeThreads): Fit<ForestOptions, TreeModel> =>
  async (data, options, progress) => {
    throwIfAborted(progress.signal);
    checkTreeData(data);
    const isShared = threads !== undefined && threads.count > 1 && options.trees * data.x.rows >= threads.worth;
    const work = workOf(data, options, isShared);
    const forest = new Forest(data, work);
    const told = (done: number): void => progress.progress(`tree ${done} of ${options.trees}`, done / options.trees);
    if (isShared)
      await growOnThreads(work, { threads, take: (tree, grown) => told(forest.take(tree, grown)) }, progress.signal);
    else await growHere(work, { take: (tree, grown) => told(forest.take(tree, grown)) }, progress.signal);
    return forest.result();
  };

/** In this thread alone. */
export const fitForest: Fit<ForestOptions, TreeModel> = forestFit();

async function growHere(
  work: ForestWork,
  { take }: { readonly take: (tree: number, grown: readonly Tree[]) => void },
  signal: AbortSignal,
): Promise<void> {
  const grower = new ForestGrower(work);
  for (let tree = 0; tree < work.seeds.length; tree++) {
    take(tree, grower.grow(tree));
    await nextTurn();
    throwIfAborted(signal);
  }
}

/** @param isShared large arrays are such that threads see the same memory */
function workOf(data: TrainingData, options: ForestOptions, isShared: boolean): ForestWork {
  const { x } = data;
  const room = (bytes: number) => (isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  const features = learnBins(x, data.categorical ?? [], options.max_bins);
  const bins = new Uint8Array(room(x.rows * x.columns));
  writeBins(x, features, bins);
  const y = new Float64Array(room(x.rows * 8));
  y.set(data.y);
  const weights = new Float64Array(room(x.rows * 8));
  weights.set(rowWeights(data, options.class_weight));
  const { max_depth, min_rows, columns } = options;
  return {
    ...{ rows: x.rows, features, bins, y, weights },
    outputs: data.task === 'multiclass' ? data.classes : 1,
    options: { max_depth, min_rows, columns },
    seeds: treeSeeds(options.trees, options.seed),
  };
}

/** What has been grown, in the order of the trees, whichever came first. */
class Forest {
  private readonly trees: Tree[] = [];
  private readonly early = new Map<number, readonly Tree[]>();
  private next = 0;
  private done = 0;
  /** What the trees that did not see a row say of it, summed; and how many they are. */
  private readonly unseen: Float64Array;
  private readonly unseenTrees: Float64Array;

  constructor(
    private readonly data: TrainingData,
    private readonly work: ForestWork,
  ) {
    this.unseen = new Float64Array(data.x.rows * work.outputs);
    this.unseenTrees = new Float64Array(data.x.rows);
  }

  /** @returns how many draws are there by now */
  take(tree: number, grown: readonly Tree[]): number {
    this.early.set(tree, grown);
    for (let own = this.early.get(this.next); own !== undefined; own = this.early.get(this.next)) {
      this.early.delete(this.next);
      this.add(this.next++, own);
    }
    return ++this.done;
  }

  private add(tree: number, grown: readonly Tree[]): void {
    const { data, work, unseen, unseenTrees } = this;
    const { values, columns, rows } = data.x;
    this.trees.push(...grown);
    const drawn = drawRows(rows, new Random(work.seeds[tree]!));
    for (let row = 0; row < rows; row++) {
      if (drawn[row]! > 0) continue;
      unseenTrees[row]!++;
      for (const [output, own] of grown.entries())
        unseen[row * work.outputs + output]! += own.value[leafOf(own, values, row * columns)]!;
    }
  }

  result(): Fitted<TreeModel> {
    const { data, work } = this;
    const count = work.seeds.length;
    const trees = this.trees.map(tree => ({ ...tree, value: tree.value.map(value => value / count) }));
    const loss = this.unseenLoss();
    return {
      model: {
        kind: 'trees',
        learner: 'forest',
        task: data.task,
        features: data.features,
        trees,
        base: new Float64Array(work.outputs),
        link: data.task === 'regression' ? 'identity' : 'share',
      },
      notes: {
        trees: count,
        leaves: trees.reduce((sum, { value }) => sum + value.length, 0),
        ...(loss !== undefined && { oob_loss: loss }),
      },
    };
  }

  private unseenLoss(): number | undefined {
    const { data } = this;
    const { outputs } = this.work;
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
}
