import { ModelyardError } from '../../errors';
import type { PreparedColumn } from '../preparation';
import type { TreeModel } from '../trees/tree';

/** A tree model that another library trained, in our own terms. */
export interface ForeignModel {
  /** Its learner is the library: `lightgbm`, `xgboost`. */
  readonly model: TreeModel;
  /** Its input columns, one feature each. */
  readonly columns: readonly PreparedColumn[];
  /** What is worth knowing, as sentences. */
  readonly notes: readonly string[];
}

/** A place in a model's file. */
export interface ForeignPlace {
  /** As people know it. */
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  /** The key that is wrong: `leaf_value`, `learner.gradient_booster.model.trees[3]`. */
  readonly key?: string;
}

/** The file is not what it claims to be. */
export const malformed = (place: ForeignPlace, problem: string): ModelyardError => {
  const { file, line, key } = place;
  const where = [line === undefined ? '' : `line ${line}`, key ?? ''].filter(part => part !== '').join(', ');
  return new ModelyardError('data.unreadable', `${file}${where === '' ? '' : ` (${where})`} ${problem}`, {
    place,
    fix: 'Save the model again from the library that trained it.',
  });
};

/** The file is whole, but holds something that cannot be taken over exactly. */
export const notTaken = (place: ForeignPlace, problem: string, fix: string): ModelyardError =>
  new ModelyardError('data.unreadable', `${place.file} ${problem}`, { place, fix });
