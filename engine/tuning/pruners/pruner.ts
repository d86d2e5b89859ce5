/** How a trial went so far; less is better. */
export interface Course {
  readonly number: number;
  readonly isComplete: boolean;
  /** What each fold (step 1, 2, ...), or iteration, measured. */
  readonly folds: readonly Point[];
  /** What is known after each: the mean of all folds so far, or the best iteration so far. */
  readonly means: readonly Point[];
}

export interface Point {
  readonly step: number;
  readonly loss: number;
}

/** Says of a running trial whether going on promises nothing. */
export interface Pruner {
  shouldPrune(trial: Course, others: readonly Course[]): boolean;
}

export const noPruner: Pruner = { shouldPrune: () => false };
