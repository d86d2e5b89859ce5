/** How a tree may grow. */
export interface GrowOptions {
  /** At most; 0: no bound, the tree then grows node by node instead of by the best leaf first. */
  readonly leaves: number;
  /** Of inner nodes above a leaf, at most; 0: no bound. */
  readonly maxDepth: number;
  /** Rows of a leaf, at least (counted by share of the hessian where rows weigh differently, as LightGBM does). */
  readonly minRows: number;
  /** Sum of hessians in a leaf, at least. */
  readonly minHessian: number;
  readonly l1: number;
  readonly l2: number;
  /** A split has to lower the objective by more than this. */
  readonly minGain: number;
  /** Draws the features that are looked at, ascending: for a whole tree, or for each node; all where absent. */
  readonly draw?: { readonly for: 'tree' | 'node'; readonly features: () => Int32Array };
  /** Of each feature: 1: the score may only rise with it, −1: only fall, 0: either. */
  readonly monotone: Int8Array;
}

/** How categories are split, with LightGBM's defaults and meanings. */
export const categoryRules = {
  /** Up to so many categories, one is split from the others. */
  oneAgainstOthers: 4,
  /** Added to the hessian when categories are put in order; rarer ones are left out of the order. */
  smoothing: 10,
  /** Added to `l2` where several categories go together. */
  l2: 10,
  /** Categories on the smaller side, at most. */
  most: 32,
  /** Rows on each side of such a split, at least. */
  minRows: 100,
} as const;
