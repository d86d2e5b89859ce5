import type { EvaluateOptions } from '../../protocol/steps/evaluation';
import type { Decision } from './decision';
import type { Scored } from './scored';
import type { SimpleWork } from './simpleDesign';

export interface TrivialWork extends SimpleWork {
  readonly scored: Scored;
  readonly decision: Decision;
  readonly stratified: boolean;
  readonly options: Pick<EvaluateOptions, 'trivial' | 'bootstrap' | 'seed' | 'confidence'>;
}

/** Scores of a model without any art, for the test rows. */
export interface TrivialScores {
  readonly scores: Float64Array;
  readonly column?: string;
}

/** Of each class. */
export function sharesOf(y: Float64Array, width: number): readonly number[] {
  const counts = new Array<number>(width).fill(0);
  for (const label of y) counts[label]!++;
  return counts.map(count => count / y.length);
}
