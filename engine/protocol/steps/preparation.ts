/** `keep` leaves missing values to a learner that can split by them; `none` refuses them. */
export type NumericImpute = 'median' | 'mean' | 'zero' | 'keep' | 'none';
export type NumericScale = 'standard' | 'min-max' | 'none';
export type CategoricalEncoding = 'one-hot' | 'ordinal' | 'woe';
export type NumericEncoding = 'numeric' | 'woe';

/** How columns are made ready for learners. */
export interface PrepareOptions {
  readonly label: string;
  /** The class that is predicted; default: the rarer one of two. */
  readonly positive?: string;
  /** Default: regression for a number with more than 20 distinct values, else binary or multiclass by the classes. */
  readonly task?: 'binary' | 'multiclass' | 'regression';
  readonly drop: readonly string[];
  /** Defaults: median, standard, numeric. */
  readonly numeric: { readonly impute: NumericImpute; readonly scale: NumericScale; readonly encode: NumericEncoding };
  /** Defaults: one-hot; a category rarer than `min_count` rows (default 1) counts as unknown. */
  readonly categorical: { readonly encode: CategoricalEncoding; readonly min_count: number };
  /** Exceptions by column. `type: categorical` treats a number as a category. */
  readonly columns: Readonly<
    Record<
      string,
      {
        readonly type?: 'numeric' | 'categorical';
        readonly impute?: NumericImpute;
        readonly scale?: NumericScale;
        readonly encode?: CategoricalEncoding | NumericEncoding;
      }
    >
  >;
}
