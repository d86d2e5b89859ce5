import type { ForestOptions } from '../../protocol/steps/learners';
import { Random } from '../../random';
import type { FeatureBins } from './bins';
import type { GrowOptions } from './growOptions';
import type { Derivatives } from './objective';
import type { Tree } from './tree';
import { TreeGrower } from './treeGrower';

/** All that the trees of a forest are grown from: plain values and arrays, so that a thread can be handed it. */
export interface ForestWork {
  readonly rows: number;
  readonly features: readonly FeatureBins[];
  /** `bins[row * features.length + feature]` */
  readonly bins: Uint8Array;
  /** Class index, or the value. */
  readonly y: Float64Array;
  readonly weights: Float64Array;
  /** Trees that are grown on one draw of rows: one a class where there are several. */
  readonly outputs: number;
  readonly options: Pick<ForestOptions, 'max_depth' | 'min_rows' | 'columns'>;
  /** Of each draw: what a tree is does not hang on the others. */
  readonly seeds: Float64Array;
}

/** How often each row is drawn for a tree. */
export function drawRows(rows: number, random: Random): Float64Array {
  const drawn = new Float64Array(rows);
  for (let at = 0; at < rows; at++) drawn[random.below(rows)]!++;
  return drawn;
}

/** Seeds of 53 bits for each tree. */
export function treeSeeds(trees: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: trees }, () => random.uint32() * 2 ** 21 + (random.uint32() >>> 11));
}

/** Grows any tree of a forest, in any order. */
export class ForestGrower {
  private random = new Random(0);
  /** How often each row is drawn for the tree that grows. */
  private drawn: Float64Array = new Float64Array(0);
  private readonly grower: TreeGrower;

  constructor(private readonly work: ForestWork) {
    const { rows, features, bins } = work;
    this.grower = new TreeGrower(
      { rows, write: into => into.set(bins) },
      { features, options: this.growOptions(), derive: (of, into) => this.derive(of, into) },
    );
  }

  /** The trees of one draw, for each output one. */
  grow(tree: number): Tree[] {
    const { rows, outputs, seeds } = this.work;
    this.random = new Random(seeds[tree]!);
    const drawn = drawRows(rows, this.random);
    this.drawn = drawn;
    const taken = Int32Array.from(drawn.keys()).filter(row => drawn[row]! > 0);
    return Array.from({ length: outputs }, (_, output) => this.grower.grow(taken, output).tree);
  }

  /** Of the squared error, so that leaves say means. */
  private derive(
    { rows, output }: { readonly rows: Int32Array; readonly output: number },
    { gradient, hessian }: Derivatives,
  ): void {
    for (const row of rows) {
      const weight = this.drawn[row]! * this.work.weights[row]!;
      hessian[row] = weight;
      gradient[row] = -weight * this.target(row, output);
    }
  }

  /** 1 for rows of the output's class, or the value. */
  private target(row: number, output: number): number {
    const { y, outputs } = this.work;
    if (outputs > 1) return y[row] === output ? 1 : 0;
    return y[row]!;
  }

  private growOptions(): GrowOptions {
    const { features, options } = this.work;
    const columns = features.length;
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
        draw: { for: 'node', features: () => this.random.permutation(columns).subarray(0, drawn).sort() },
      }),
    };
  }
}
