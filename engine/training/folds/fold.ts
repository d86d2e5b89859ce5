/** One division of rows into a part to learn from and a part to judge on; both ascending row numbers of the frame. */
export interface Fold {
  /** From 0. */
  readonly repeat: number;
  /** From 0, within the repeat. */
  readonly fold: number;
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** How folds are made. */
export type FoldMethod = 'random' | 'stratified' | 'group' | 'stratified-group' | 'time';
