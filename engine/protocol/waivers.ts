/** A rule that may fail for a while, with somebody who answers for it. Written beside the rule in modelyard.yaml. */
export interface Waiver {
  /** The last day for which it holds, `2026-12-31`; it ends with that day where the engine runs. */
  readonly until: string;
  /** Who answers for it. */
  readonly owner: string;
  readonly reason: string;
}
