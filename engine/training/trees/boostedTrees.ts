import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import type { BoostedTreesOptions } from '../../protocol/steps/learners';
import type { Fit, Fitted, LearnerProgress, TrainingData } from '../learner';
import { holdOut } from '../holdOut';
import { Random } from '../../random';
import { learnBins } from './bins';
import { BoostingTeam } from './boostingThreads';
import { crewMemory } from './crew';
import { checkTreeData, rowWeights } from './data';
import type { GrowOptions } from './growOptions';
import { monotoneOf } from './monotone';
import { objectiveFor, type Objective } from './objective';
import { leafOf, type Tree, type TreeModel } from './tree';
import { TreeGrower, type GrownTree } from './treeGrower';
import type { TreeThreads } from './treeThreads';
import { binnedRows } from './writeBins';

/** ms of work between two looks at what came in (cancel). */
const turn = 40;
/** Training rows whose loss is drawn as a curve, at most: to ask all of them would cost as much as a fifth of a tree. */
const curveRows = 10_000;

/** Nanoseconds of work from which the other threads are called. */
const worthACall = 100_000;

/**
 * Gradient-boosted trees on histograms, grown leaf by leaf as LightGBM grows them; missing values and categories are
 * split as they are. Stops early by the loss of a held-out part, and keeps the trees up to the best round. The same bits
 * come of any number of threads.
 * Notes: `rounds`, `best_round`, and of the best round `best_loss` (of 10,000 rows), `best_val_loss`; `leaves` of all trees.
 * @param threads absent: all is done in this one
 * @throws ModelyardError `training.numeric` (a value that is infinite), `training.label`, `params.invalid` (a monotone
 *   feature that is not there), `cancelled`, `internal` (a thread that has ended)
 */
export const boostedTreesFit =
  (threads?: TreeThreads): Fit<BoostedTreesOptions, TreeModel> =>
  async (data, options, progress) => {
    throwIfAborted(progress.signal);
    checkTreeData(data);
    const work = options.trees * data.x.rows * data.x.columns;
    const isShared = threads !== undefined && threads.count > 1 && work >= threads.worth;
    const boosting = new Boosting(data, { options, ...(isShared && { threads }) }, progress);
    try {
      return await boosting.run();
    } finally {
      await boosting.end();
    }
  };

/** In this thread alone. */
export const fitBoostedTrees: Fit<BoostedTreesOptions, TreeModel> = boostedTreesFit();

interface Best {
  round: number;
  loss: number;
  score: number;
}

class Boosting {
  private readonly random: Random;
  private readonly objective: Objective;
  private readonly grower: TreeGrower;
  private readonly fit: Int32Array;
  private readonly validation: Int32Array;
  private readonly curve: Int32Array;
  private readonly raw: Float64Array;
  /** Those that derivatives are taken at: all outputs of a round answer to the same. */
  private readonly scores: Float64Array;
  private readonly base: Float64Array;
  private readonly options: BoostedTreesOptions;
  private readonly team: BoostingTeam | undefined;
  private readonly trees: Tree[] = [];
  private lastTurn = performance.now();

  constructor(
    private readonly data: TrainingData,
    { options, threads }: { readonly options: BoostedTreesOptions; readonly threads?: TreeThreads },
    private readonly progress: LearnerProgress,
  ) {
    this.options = options;
    this.random = new Random(options.seed);
    const parts = holdOut(data, options.validation, this.random);
    [this.fit, this.validation] = [parts.fit, parts.validation];
    const every = Math.ceil(this.fit.length / curveRows);
    this.curve = this.fit.filter((_, at) => at % every === 0);
    const { task, classes } = data;
    const y = threads ? shared(data.y) : data.y;
    const weights = shared(rowWeights(data, options.class_weight));
    this.objective = objectiveFor({ task, classes, y }, weights);
    this.base = this.objective.base(this.fit);
    const outputs = this.base.length;
    this.raw = room(data.x.rows * outputs);
    for (let at = 0; at < this.raw.length; at++) this.raw[at] = this.base[at % outputs]!;
    this.scores = outputs > 1 ? shared(this.raw) : this.raw;
    const bins = learnBins(data.x, data.categorical ?? [], options.max_bins);
    const calls = crewMemory();
    this.grower = new TreeGrower(binnedRows(data.x, bins), {
      features: bins,
      options: this.growOptions(),
      derive: (of, into) => this.objective.derive(this.scores, of, into),
      ...(threads && { help: { calls, others: threads.count - 1, worth: threads.worth > 0 ? worthACall : 0 } }),
    });
    const { size, memory } = this.grower.kernel;
    const { scores } = this;
    this.team = threads && new BoostingTeam(threads, { size, memory, calls, task, classes, y, weights, scores });
  }

  async run(): Promise<Fitted<TreeModel>> {
    const { trees: rounds, patience } = this.options;
    let best: Best | undefined;
    let round = 0;
    while (round < rounds) {
      round++;
      if (!this.round()) break; // nothing can be split any more
      const { loss, score } = this.judge(round);
      if (!best || score === undefined || score < best.score) best = { round, loss, score: score ?? loss };
      this.progress.progress(`tree ${round} of at most ${rounds}`, round / rounds);
      await this.breathe();
      if (score !== undefined && round - best.round >= patience) break;
    }
    return this.result(round, best ?? { round: 0, loss: this.objective.loss(this.raw, this.curve), score: NaN });
  }

  /** Adds a tree for each output. @returns whether one of them splits */
  private round(): boolean {
    const { raw, scores, base } = this;
    const rows = this.sampledRows();
    if (scores !== raw) scores.set(raw);
    let splits = false;
    for (let output = 0; output < base.length; output++) {
      const grown = this.grower.grow(rows, output);
      const tree = scaled(grown.tree, this.options.learning_rate);
      splits ||= tree.feature.length > 0;
      this.trees.push(tree);
      this.add(tree, grown, { rows, output });
    }
    return splits;
  }

  /** Moves the scores by what the tree says: of the rows it was grown on without asking it. */
  private add(tree: Tree, { leaves }: GrownTree, { rows, output }: { rows: Int32Array; output: number }): void {
    const { raw, base, grower, data } = this;
    const outputs = base.length;
    const order = grower.rowOrder;
    for (const [leaf, { start, count }] of leaves.entries())
      for (let at = start; at < start + count; at++) raw[order[at]! * outputs + output]! += tree.value[leaf]!;
    const ask = (others: Int32Array): void => {
      for (const row of others)
        raw[row * outputs + output]! += tree.value[leafOf(tree, data.x.values, row * data.x.columns)]!;
    };
    ask(this.validation);
    if (rows.length < this.fit.length) {
      const taken = new Uint8Array(data.x.rows);
      for (const row of rows) taken[row] = 1;
      ask(this.fit.filter(row => taken[row] === 0));
    }
  }

  private judge(round: number): { loss: number; score: number | undefined } {
    const loss = this.objective.loss(this.raw, this.curve);
    this.progress.metric('loss', loss, round);
    if (this.validation.length === 0) return { loss, score: undefined };
    const score = this.objective.loss(this.raw, this.validation);
    this.progress.metric('val_loss', score, round);
    return { loss, score };
  }

  private sampledRows(): Int32Array {
    const { row_sample: share } = this.options;
    if (share === 1) return this.fit;
    const shuffled = this.fit.slice();
    this.random.shuffle(shuffled);
    return shuffled.subarray(0, Math.max(1, Math.round(share * shuffled.length))).sort();
  }

  private growOptions(): GrowOptions {
    const { options, data } = this;
    const columns = data.x.columns;
    const drawn = Math.max(1, Math.round(options.column_sample * columns));
    return {
      leaves: options.leaves,
      maxDepth: options.max_depth,
      minRows: options.min_rows,
      minHessian: options.min_hessian,
      l1: options.l1,
      l2: options.l2,
      minGain: options.min_gain,
      monotone: monotoneOf(data, options.monotone),
      ...(drawn < columns && {
        draw: { for: 'tree', features: () => this.random.permutation(columns).subarray(0, drawn).sort() },
      }),
    };
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    await this.team?.end();
  }

  private result(rounds: number, best: Best): Fitted<TreeModel> {
    const { data, objective, base } = this;
    const trees = this.trees.slice(0, best.round * base.length);
    const notes = {
      rounds,
      best_round: best.round,
      leaves: trees.reduce((sum, tree) => sum + tree.value.length, 0),
      best_loss: best.loss,
      ...(this.validation.length > 0 && { best_val_loss: best.score }),
    };
    const { task, features } = data;
    return {
      model: { kind: 'trees', learner: 'boosted-trees', task, features, trees, base, link: objective.link },
      notes,
    };
  }

  /** Lets messages in now and then, so that a cancel is heard between two trees. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.lastTurn > turn) {
      await nextTurn();
      this.lastTurn = performance.now();
    }
    throwIfAborted(this.progress.signal);
    this.team?.check();
  }
}

/** Numbers in memory that threads can be handed. */
const room = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(length * 8));

function shared(values: Float64Array): Float64Array {
  const copy = room(values.length);
  copy.set(values);
  return copy;
}

const scaled = (tree: Tree, rate: number): Tree => ({ ...tree, value: tree.value.map(value => value * rate) });
