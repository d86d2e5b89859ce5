/** What columns of a model come from: kept with the model, so that whoever serves it looks the same up. */
export interface FeatureUse {
  readonly service: string;
  /** sha-256 over the definitions of all views that took part. */
  readonly definition: string;
  /** Columns of the training set, and the features they are, with the version of their views: `loans@v2:income`. */
  readonly features: readonly { readonly column: string; readonly reference: string }[];
  /** Columns that say which entity. */
  readonly keys: readonly string[];
  /** Columns that views without a source are asked with. */
  readonly request: readonly string[];
}
