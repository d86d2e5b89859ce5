/** What `modelyard runs` is asked. */
export interface RunsOptions {
  readonly filter?: string;
  readonly order?: readonly string[];
  /** What the runs are grouped by: `params.learner`. */
  readonly group?: string;
  readonly limit: number;
}
