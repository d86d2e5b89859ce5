/** What moves the scores of a model, by column of the data: Shapley values of some rows, as `evaluation.json` has them. */
export interface ExplanationSummary {
  /** `tree-shap`: as the trees' own training rows went; `linear-shap`: against the mean of the training part. */
  readonly method: 'tree-shap' | 'linear-shap';
  /** What contributions are counted in. An output is what is expected plus the contributions of a row's columns. */
  readonly unit: 'log-odds' | 'probability' | 'value';
  /** Rows of the test part that were explained. */
  readonly rows: number;
  /** One a class; of two classes only the positive one; of a regression the label. */
  readonly outputs: readonly { readonly name: string; readonly expected: number }[];
  /** By how far they move the outputs, the farthest first. */
  readonly columns: readonly ExplainedColumn[];
}
export interface ExplainedColumn {
  readonly column: string;
  /** Mean of |contribution| to each output. */
  readonly meanAbsolute: readonly number[];
}

/** The file `explanation.json` among a run's artifacts. */
export interface Explanation extends ExplanationSummary {
  readonly sample: ExplanationSample;
}

/** Some of the explained rows in full: what a beeswarm is drawn from. */
export interface ExplanationSample {
  /** Rows of the data file, from 0. */
  readonly rows: readonly number[];
  /** `margins[output][row]`: what is expected and all contributions. */
  readonly margins: readonly (readonly number[])[];
  /** The columns that move most. */
  readonly columns: readonly {
    readonly column: string;
    /** In the order of `rows`; missing: null. */
    readonly values: readonly (string | number | null)[];
    /** `contributions[output][row]` */
    readonly contributions: readonly (readonly number[])[];
  }[];
  /** `others[output][row]`: the sum of the columns that are not listed. */
  readonly others: readonly (readonly number[])[];
}

/** How the mean score goes with one column, all else as it is (Friedman 2001). */
export interface Dependence {
  /** Rows of the test part over which the mean is taken. */
  readonly rows: number;
  /** One a class; of two classes only the positive one; of a regression the label. */
  readonly outputs: readonly string[];
  readonly columns: readonly DependenceOfColumn[];
}
export interface DependenceOfColumn {
  readonly column: string;
  /** Values the column is set to: rising numbers (of dates: ms since 1970) or categories. */
  readonly grid: readonly (number | string)[];
  /** The numbers are times. */
  readonly isTime?: boolean;
  /** `mean[output][grid]` */
  readonly mean: readonly (readonly number[])[];
}

/** The file `partial_dependence.json` among a run's artifacts: with the curves of single rows. */
export interface DependenceFile extends Dependence {
  readonly columns: readonly (DependenceOfColumn & {
    /** `curves[row][output][grid]`: individual conditional expectation (Goldstein et al. 2015). */
    readonly curves: readonly (readonly (readonly number[])[])[];
  })[];
  /** Rows of the data file, from 0, of `curves`. */
  readonly curveRows: readonly number[];
}
