import type { TextRange } from './config';
import type { RunId } from './ids';

/** What runs with one value of a parameter came to. */
export interface ParameterValue {
  readonly value: string;
  readonly runs: number;
  readonly mean: number;
  readonly best: number;
  /** The run that measured `best`. */
  readonly bestRun: { readonly id: RunId; readonly number: number };
}

/** What finished runs of a pipeline say about a value that is written in modelyard.yaml. */
export interface ParameterEffect {
  /** Dotted path. */
  readonly key: string;
  /** Of the key, in the text that was asked about. */
  readonly range: TextRange;
  readonly pipeline: string;
  readonly step: string;
  /** The last part of the key, as people call it. */
  readonly name: string;
  /** As runs log it. */
  readonly param: string;
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** Finished runs that have logged both. */
  readonly runs: number;
  /** As written. */
  readonly now: string;
  /** Best mean first, at least two: at most 20, and that of `now` in any case. */
  readonly values: readonly ParameterValue[];
  readonly different: number;
  /** Of the mean of the best value over that of the value now, better is positive; absent: none has run with it. */
  readonly gain?: number;
  /** Spearman's, of value and metric; for numbers only. */
  readonly correlation?: number;
}
