/** The file `learning_curve.json` among a run's artifacts: how good learners are by the number of rows they learn from. */
export interface LearningCurve {
  readonly version: 1;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly label: string;
  /** How the rows that judge were divided from those that teach. */
  readonly method: 'random' | 'stratified' | 'group' | 'stratified-group' | 'time';
  readonly by: readonly string[];
  readonly repeats: number;
  readonly seed: number;
  /** Training rows, rising; the rows of a size are among those of the next. */
  readonly sizes: readonly number[];
  /** Rows that judge, on average over the repeats. */
  readonly judged: number;
  /** The one that the chart shows first. */
  readonly metric: string;
  readonly learners: readonly LearnerCurve[];
}

export interface LearnerCurve {
  readonly name: string;
  readonly learner: string;
  /** Of the rows learnt from, by metric, a point a size. */
  readonly training: Readonly<Record<string, readonly CurveStatistic[]>>;
  /** Of rows that were held out. */
  readonly validation: Readonly<Record<string, readonly CurveStatistic[]>>;
  /** Seconds of fitting at each size, mean over the repeats. */
  readonly seconds: readonly number[];
}

/** Over the repeats; null where it is undefined. */
export interface CurveStatistic {
  readonly mean: number | null;
  /** Standard deviation; null with less than two values. */
  readonly sd: number | null;
}
