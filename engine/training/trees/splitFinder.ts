import type { FeatureBins } from './bins';
import { categoryRules, type GrowOptions } from './growOptions';
import type { Kernel } from './kernel';

/** Sums over the rows of a node, in the objective's own unit. */
export interface Totals {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** The values that a node's score may have: bounds that monotone splits above it have set. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export interface Split {
  readonly feature: number;
  readonly gain: number;
  /** Bins that go left: up to this one, or just these. */
  readonly left: { readonly upTo: number; readonly missing: boolean } | { readonly bins: readonly number[] };
  /** The scores of both sides, as far as the histogram tells. */
  readonly leftValue: number;
  readonly rightValue: number;
}

/** What a whole unit of the histograms is worth. */
export interface Scales {
  readonly gradient: number;
  readonly hessian: number;
}

export interface SplitFinderParts {
  readonly kernel: Kernel;
  readonly features: readonly FeatureBins[];
  readonly options: GrowOptions;
  readonly scales: Scales;
}

/** Categories that go left together, and what is asked of such a split. */
interface Grouping {
  readonly bins: readonly number[];
  readonly l2: number;
  readonly minRows: number;
}

interface Found {
  feature: number;
  gain: number;
  left: Split['left'];
  gradient: number;
  hessian: number;
  l2: number;
}

/** Finds the best split of a node in its histogram; the first of equals, in the order of features and bins. */
export class SplitFinder {
  private node: Totals & Bounds = { gradient: 0, hessian: 0, rows: 0, low: -Infinity, high: Infinity };
  private rowsOfHessian = 0;
  private best: Found | undefined;
  /** What the best split so far gains before the node's own score is taken off. */
  private bestScore = 0;
  /** Neither L1 penalty nor bounds: a side's score is its gradient² / (hessian + l2). */
  private isFree = true;
  private totalGradient = 0;
  private totalHessian = 0;
  private readonly l2: number;

  private readonly kernel: Kernel;
  private readonly features: readonly FeatureBins[];
  private readonly options: GrowOptions;
  private readonly scales: Scales;
  /** The left side of the split that is looked at. */
  private gradient = 0;
  private hessian = 0;

  constructor({ kernel, features, options, scales }: SplitFinderParts) {
    this.kernel = kernel;
    this.features = features;
    this.options = options;
    this.scales = scales;
    this.l2 = options.l2;
  }

  /** @param features that are looked at */
  find(histogram: number, node: Totals & Bounds, features: Int32Array): Split | undefined {
    const { options } = this;
    this.node = node;
    this.rowsOfHessian = node.rows / node.hessian;
    this.isFree = options.l1 === 0 && node.low === -Infinity && node.high === Infinity;
    this.totalGradient = node.gradient;
    this.totalHessian = node.hessian;
    this.best = undefined;
    const own = this.score(node.gradient, node.hessian, options.l2);
    this.bestScore = own + options.minGain;
    for (const feature of features) {
      const bins = this.features[feature]!;
      const cell = this.kernel.cellOf(histogram, feature);
      if (bins.kind === 'numeric') this.numeric(feature, cell, bins.bins);
      else this.categorical(feature, cell, bins);
    }
    return this.toSplit(own);
  }

  private toSplit(own: number): Split | undefined {
    const found = this.best;
    if (found === undefined) return undefined;
    const { feature, gradient, hessian, l2 } = found;
    return {
      feature,
      gain: found.gain - own,
      left: found.left,
      leftValue: this.value(gradient, hessian, l2),
      rightValue: this.value(this.node.gradient - gradient, this.node.hessian - hessian, l2),
    };
  }

  private numeric(feature: number, cell: number, bins: number): void {
    const { gradients, hessians } = this.kernel;
    const { gradient: unit, hessian: weight } = this.scales;
    const missing = hessians[cell + 2 * bins]! * weight;
    const missingGradient = gradients[cell + 2 * bins + 1]! * unit;
    const present = this.node.hessian - missing;
    let gradient = 0;
    let hessian = 0;
    // the last bin's end is a split only from what is missing
    const end = missing > 0 ? bins : bins - 1;
    for (let bin = 0; bin < end; bin++) {
      const own = hessians[cell + 2 * bin]!;
      if (own === 0 && bin < bins - 1) continue; // no row: the same split as before
      gradient += gradients[cell + 2 * bin + 1]! * unit;
      hessian += own * weight;
      // where nothing is missing, what will be goes with the majority
      if (this.mayBeBest(gradient, hessian))
        this.consider(feature, { upTo: bin, missing: missing === 0 && 2 * hessian >= present });
      if (missing > 0 && bin < bins - 1 && this.mayBeBest(gradient + missingGradient, hessian + missing))
        this.consider(feature, { upTo: bin, missing: true });
    }
  }

  /**
   * Takes this as the left side, and says whether it would be the best split so far if its sides were large enough:
   * what is asked of every bin is cheap.
   */
  private mayBeBest(gradient: number, hessian: number): boolean {
    this.gradient = gradient;
    this.hessian = hessian;
    if (!this.isFree) return true;
    const { totalGradient, totalHessian, l2 } = this;
    const rest = totalGradient - gradient;
    return (gradient * gradient) / (hessian + l2) + (rest * rest) / (totalHessian - hessian + l2) > this.bestScore;
  }

  private consider(feature: number, left: Found['left']): void {
    const { minRows, l2, monotone } = this.options;
    const score = this.splitScore(minRows, l2);
    if (!(score > this.bestScore) || !this.isMonotone(monotone[feature]!)) return;
    this.take(feature, left, { score, l2 });
  }

  private take(feature: number, left: Found['left'], { score, l2 }: { score: number; l2: number }): void {
    const { gradient, hessian } = this;
    this.bestScore = score;
    this.best = { feature, gain: score, left, gradient, hessian, l2 };
  }

  /** Both sides together; −∞ where a side is too small. */
  private splitScore(minRows: number, l2: number): number {
    const { node, rowsOfHessian, gradient, hessian } = this;
    const { minHessian } = this.options;
    const rest = node.hessian - hessian;
    if (hessian < minHessian || rest < minHessian) return -Infinity;
    if (Math.round(hessian * rowsOfHessian) < minRows || Math.round(rest * rowsOfHessian) < minRows) return -Infinity;
    return this.score(gradient, hessian, l2) + this.score(node.gradient - gradient, rest, l2);
  }

  private isMonotone(direction: number): boolean {
    if (direction === 0) return true;
    const { node, gradient, hessian } = this;
    const { l2 } = this.options;
    const rise = this.value(node.gradient - gradient, node.hessian - hessian, l2) - this.value(gradient, hessian, l2);
    return rise * direction >= 0;
  }

  private categorical(feature: number, cell: number, { bins }: FeatureBins): void {
    if (bins <= categoryRules.oneAgainstOthers) {
      for (let bin = 0; bin < bins; bin++) this.considerBins(feature, cell, { ...this.options, bins: [bin] });
      return;
    }
    const sorted = this.sortedBins(cell, bins);
    const l2 = this.options.l2 + categoryRules.l2;
    const minRows = Math.max(this.options.minRows, Math.min(categoryRules.minRows, this.node.rows / 4));
    const most = Math.min(categoryRules.most, Math.ceil(sorted.length / 2));
    for (const order of [sorted, [...sorted].reverse()])
      for (let count = 1; count <= most && count < sorted.length; count++)
        this.considerBins(feature, cell, { bins: order.slice(0, count), l2, minRows });
  }

  /** By what their rows ask for; categories with too few rows in the node are left out. */
  private sortedBins(cell: number, bins: number): number[] {
    const { gradients, hessians } = this.kernel;
    const { gradient: unit, hessian: weight } = this.scales;
    const enough: number[] = [];
    const rank = new Float64Array(bins);
    for (let bin = 0; bin < bins; bin++) {
      const hessian = hessians[cell + 2 * bin]! * weight;
      if (Math.round(hessian * this.rowsOfHessian) < categoryRules.smoothing) continue;
      rank[bin] = (gradients[cell + 2 * bin + 1]! * unit) / (hessian + categoryRules.smoothing);
      enough.push(bin);
    }
    return enough.sort((a, b) => rank[a]! - rank[b]! || a - b);
  }

  private considerBins(feature: number, cell: number, { bins, l2, minRows }: Grouping): void {
    const { gradients, hessians } = this.kernel;
    this.gradient = 0;
    this.hessian = 0;
    for (const bin of bins) {
      this.gradient += gradients[cell + 2 * bin + 1]! * this.scales.gradient;
      this.hessian += hessians[cell + 2 * bin]! * this.scales.hessian;
    }
    const score = this.splitScore(minRows, l2);
    if (score > this.bestScore) this.take(feature, { bins }, { score, l2 });
  }

  /** How much the best allowed value lowers the objective, twice. */
  private score(gradient: number, hessian: number, l2: number): number {
    const { low, high } = this.node;
    const pull = this.pull(gradient);
    if (low === -Infinity && high === Infinity) return pull === 0 ? 0 : (pull * pull) / (hessian + l2);
    const value = this.value(gradient, hessian, l2);
    return -(2 * gradient * value + (hessian + l2) * value * value + 2 * this.options.l1 * Math.abs(value));
  }

  private value(gradient: number, hessian: number, l2: number): number {
    const { low, high } = this.node;
    return Math.min(high, Math.max(low, -this.pull(gradient) / (hessian + l2)));
  }

  /** The gradient less the L1 penalty. */
  private pull(gradient: number): number {
    const { l1 } = this.options;
    if (l1 === 0) return gradient;
    return Math.sign(gradient) * Math.max(0, Math.abs(gradient) - l1);
  }
}
