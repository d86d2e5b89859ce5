import type { FeatureBins } from './bins';
import type { GrowOptions } from './growOptions';
import { Kernel, type Stretch } from './kernel';
import type { Derivatives } from './objective';
import { SplitFinder, type Bounds, type Split, type Totals } from './splitFinder';
import type { Tree } from './tree';
import { TreeLoops, type Help, type SomeFeatures } from './treeLoops';
import type { BinnedRows } from './writeBins';

export interface GrownTree {
  readonly tree: Tree;
  /** Stretches of `rowOrder` that reached each leaf. */
  readonly leaves: readonly { readonly start: number; readonly count: number }[];
}

interface Place {
  readonly start: number;
  readonly depth: number;
  readonly histogram: number;
  /** Where its number goes. */
  readonly parent: number;
  readonly side: 'left' | 'right';
}

interface Node extends Totals, Bounds, Stretch, Place {
  split: Split | undefined;
}

/** Written out: forests have millions, and spreading makes each slowly. */
const nodeOf = (
  { gradient, hessian, rows }: Totals,
  { low, high }: Bounds,
  { start, depth, histogram, parent, side }: Place,
): Node => ({ gradient, hessian, rows, low, high, start, depth, histogram, parent, side, split: undefined });

/** The largest sums that fit beside each other in a histogram's cell. */
const gradientUnits = 2 ** 31 - 1;
const hessianUnits = 2 ** 32 - 1;

/** Writes the derivatives of the listed rows for one of the outputs. */
export type Derive = (of: { readonly rows: Int32Array; readonly output: number }, into: Derivatives) => void;

export interface GrowerParts {
  readonly features: readonly FeatureBins[];
  readonly options: GrowOptions;
  readonly derive: Derive;
  /** Other threads, on a kernel of the same size. */
  readonly help?: Help & { readonly others: number };
}

/**
 * Grows trees on the same rows again and again. Gradients are summed as whole numbers (a 2^31st of their sum is the
 * unit), so that no sum depends on the order of rows or features.
 */
export class TreeGrower {
  readonly kernel: Kernel;
  private readonly loops: TreeLoops;

  constructor(
    { rows, write }: BinnedRows,
    private readonly parts: GrowerParts,
  ) {
    const { features, options, help, derive } = parts;
    const histograms = options.leaves > 0 ? Math.min(options.leaves, rows) : 1; // a leaf has a row at least
    this.kernel = new Kernel({ rows, features: features.length, histograms, others: help?.others ?? 0 });
    this.loops = new TreeLoops(this.kernel, (part, output) => derive({ rows: part, output }, this.kernel), help);
    write(this.kernel.bins);
  }

  /** The rows of the last tree, leaf by leaf. */
  get rowOrder(): Int32Array {
    return this.kernel.order;
  }

  /** @param rows that the tree learns from, ascending @param output whose derivatives it answers to */
  grow(rows: Int32Array, output = 0): GrownTree {
    const { kernel, loops } = this;
    const { features, options } = this.parts;
    kernel.order.set(rows);
    const whole = { start: 0, rows: rows.length };
    const { gradient, size, hessian } = loops.derive(whole, output);
    // rounding adds half a unit a row at most
    const scales = {
      gradient: size / (gradientUnits - rows.length) || 1,
      hessian: hessian / (hessianUnits - rows.length) || 1,
    };
    kernel.units.set([scales.gradient, scales.hessian]);
    loops.round(whole);
    const finder = new SplitFinder({ kernel, features, options, scales });
    return new Growth({ kernel, loops, features, options, finder }).grow({ gradient, hessian, ...whole });
  }
}

interface GrowthParts {
  readonly kernel: Kernel;
  readonly loops: TreeLoops;
  readonly features: readonly FeatureBins[];
  readonly options: GrowOptions;
  readonly finder: SplitFinder;
}

/** One tree while it grows. */
class Growth {
  private readonly parts: GrowthParts;
  private readonly inner: { split: Split; rows: number; left: number; right: number }[] = [];
  private readonly leaves: { start: number; count: number; value: number }[] = [];
  private open: Node[] = [];
  private nextHistogram = 1;
  /** What is looked at in the whole tree. */
  private readonly features: Int32Array;
  private readonly bins: Int32Array;

  constructor(parts: GrowthParts) {
    this.parts = parts;
    const { features, options } = parts;
    this.bins = Int32Array.from(features, ({ bins }) => bins);
    this.features = options.draw?.for === 'tree' ? options.draw.features() : this.bins.map((_, feature) => feature);
  }

  grow(all: Totals & Stretch): GrownTree {
    const { options } = this.parts;
    const place: Place = { start: all.start, depth: 0, histogram: 0, parent: -1, side: 'left' };
    const root = nodeOf(all, { low: -Infinity, high: Infinity }, place);
    const isBestFirst = options.leaves > 0;
    if (isBestFirst) {
      this.fill(root);
      this.look(root, this.features);
    }
    this.open.push(root);
    while (this.open.length > 0) {
      const node = isBestFirst ? this.takeBest() : this.takeLast();
      if (node.split === undefined || (isBestFirst && this.leaves.length + this.open.length + 2 > options.leaves))
        this.close(node);
      else this.divide(node, node.split, isBestFirst);
    }
    return this.finish();
  }

  private takeBest(): Node {
    let best = 0;
    for (let at = 1; at < this.open.length; at++)
      if ((this.open[at]!.split?.gain ?? -1) > (this.open[best]!.split?.gain ?? -1)) best = at;
    return this.open.splice(best, 1)[0]!;
  }

  private takeLast(): Node {
    const node = this.open.pop()!;
    if (this.mayDivide(node)) {
      const { draw } = this.parts.options;
      const features = draw?.for === 'node' ? draw.features() : this.features;
      this.fill(node, features);
      this.look(node, features);
    }
    return node;
  }

  private look(node: Node, features: Int32Array): void {
    if (this.mayDivide(node)) node.split = this.parts.finder.find(node.histogram, node, features);
  }

  private fill(node: Node, features = this.features): void {
    const some: SomeFeatures | undefined =
      features.length === this.bins.length ? undefined : { features, bins: this.bins };
    this.parts.loops.fill(node.histogram, node, some);
  }

  private mayDivide({ rows, depth }: Node): boolean {
    const { minRows, maxDepth } = this.parts.options;
    return rows >= 2 * minRows && rows > 1 && (maxDepth === 0 || depth < maxDepth);
  }

  private divide(node: Node, split: Split, isBestFirst: boolean): void {
    const { loops, options } = this.parts;
    this.markLeft(split);
    const leftRows = loops.partition(split.feature, node);
    if (leftRows === 0 || leftRows === node.rows) {
      this.close(node); // rounding only: nothing is divided
      return;
    }
    const at = this.inner.push({ split, rows: node.rows, left: 0, right: 0 }) - 1;
    this.attach(node, at);
    const [leftBounds, rightBounds] = bounds(node, split, options.monotone[split.feature]!);
    const isLeftSmaller = leftRows * 2 <= node.rows;
    const [leftTotals, rightTotals] = this.totalsOfBoth(node, leftRows, isLeftSmaller);
    const histogram = isBestFirst ? this.nextHistogram++ : 0;
    const [leftPlace, rightPlace] = isLeftSmaller ? [histogram, node.histogram] : [node.histogram, histogram];
    const depth = node.depth + 1;
    const left = nodeOf(leftTotals, leftBounds, {
      start: node.start,
      depth,
      histogram: leftPlace,
      parent: at,
      side: 'left',
    });
    const rightStart = node.start + leftRows;
    const right = nodeOf(rightTotals, rightBounds, {
      start: rightStart,
      depth,
      histogram: rightPlace,
      parent: at,
      side: 'right',
    });
    if (isBestFirst) this.lookAtBoth([left, right], isLeftSmaller ? left : right, node.histogram);
    this.open.push(right, left);
  }

  private lookAtBoth([left, right]: [Node, Node], smaller: Node, parent: number): void {
    const { kernel } = this.parts;
    if (this.mayDivide(left) || this.mayDivide(right)) {
      this.fill(smaller);
      kernel.subtract(parent, smaller.histogram);
    }
    this.look(left, this.features);
    this.look(right, this.features);
  }

  private markLeft({ feature, left }: Split): void {
    const { goesLeft } = this.parts.kernel;
    goesLeft.fill(0);
    if ('bins' in left) for (const bin of left.bins) goesLeft[bin] = 1;
    else {
      goesLeft.fill(1, 0, left.upTo + 1);
      goesLeft[this.parts.features[feature]!.bins] = left.missing ? 1 : 0;
    }
  }

  private close(node: Node): void {
    const { l1, l2 } = this.parts.options;
    const leaf = this.leaves.length;
    const pull = Math.sign(node.gradient) * Math.max(0, Math.abs(node.gradient) - l1);
    const free = node.hessian + l2 > 0 ? (0 - pull) / (node.hessian + l2) : 0;
    this.leaves.push({ start: node.start, count: node.rows, value: Math.min(node.high, Math.max(node.low, free)) });
    this.attach(node, ~leaf);
  }

  private attach({ parent, side }: Node, number: number): void {
    if (parent >= 0) this.inner[parent]![side] = number;
  }

  /** The smaller side is summed, the other one is what is left. */
  private totalsOfBoth(node: Node, leftRows: number, isLeftSmaller: boolean): [Totals, Totals] {
    const rightRows = node.rows - leftRows;
    const summed = isLeftSmaller ? this.totals(node.start, leftRows) : this.totals(node.start + leftRows, rightRows);
    const rest: Totals = {
      gradient: node.gradient - summed.gradient,
      hessian: node.hessian - summed.hessian,
      rows: node.rows - summed.rows,
    };
    return isLeftSmaller ? [summed, rest] : [rest, summed];
  }

  private totals(start: number, rows: number): Totals {
    const { gradient, hessian } = this.parts.loops.total({ start, rows });
    return { gradient, hessian, rows };
  }

  private finish(): GrownTree {
    const { inner, leaves } = this;
    const { features } = this.parts;
    return {
      leaves,
      tree: {
        feature: Int32Array.from(inner, ({ split }) => split.feature),
        threshold: Float64Array.from(inner, ({ split: { feature, left } }) => thresholdOf(features[feature]!, left)),
        categories: inner.map(({ split: { feature, left } }) => categoriesOf(features[feature]!, left)),
        missingLeft: Uint8Array.from(inner, ({ split: { left } }) => ('missing' in left && left.missing ? 1 : 0)),
        left: Int32Array.from(inner, ({ left }) => left),
        right: Int32Array.from(inner, ({ right }) => right),
        gain: Float64Array.from(inner, ({ split }) => split.gain),
        rows: Float64Array.from(inner, ({ rows }) => rows),
        leafRows: Float64Array.from(leaves, ({ count }) => count),
        value: Float64Array.from(leaves, ({ value }) => value),
      },
    };
  }
}

/** What a monotone split leaves to both sides: neither may pass the middle between them. */
function bounds({ low, high }: Bounds, { leftValue, rightValue }: Split, direction: number): [Bounds, Bounds] {
  const own = { low, high };
  if (direction === 0) return [own, own];
  const middle = (leftValue + rightValue) / 2;
  return direction > 0
    ? [
        { low, high: Math.min(high, middle) },
        { low: Math.max(low, middle), high },
      ]
    : [
        { low: Math.max(low, middle), high },
        { low, high: Math.min(high, middle) },
      ];
}

/** Where only what is missing goes right, the threshold is above all numbers. */
function thresholdOf(bins: FeatureBins, left: Split['left']): number {
  if (bins.kind === 'categorical' || 'bins' in left) return 0;
  return bins.edges[left.upTo] ?? Number.MAX_VALUE;
}

function categoriesOf(bins: FeatureBins, left: Split['left']): Float64Array | undefined {
  if (bins.kind === 'numeric' || !('bins' in left)) return undefined;
  return Float64Array.from(left.bins, bin => bins.categories[bin]!).sort();
}
