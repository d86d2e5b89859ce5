/** `passed`; `warned`: failed, but the rule only warns; `failed`: blocks; `unknown`: could not be judged, blocks too. */
export type GateVerdict = 'passed' | 'warned' | 'failed' | 'unknown';

export interface GateResult {
  /** Index of the rule in `models.<model>.gates.<stage>`. */
  readonly index: number;
  /** `auc ≥ 0.75`, `selection_rate_ratio ≥ 0.8 where age_in_years <= 25` */
  readonly rule: string;
  readonly metric?: string;
  readonly slice?: string;
  readonly verdict: GateVerdict;
  readonly value?: number;
  readonly bound?: number;
  /** Full sentence with value and bound; for a fairness rule also the trade-off. */
  readonly sentence: string;
}

export interface GateReport {
  readonly model: string;
  readonly version?: number;
  readonly stage: string;
  readonly verdict: GateVerdict;
  readonly judgedAt: number;
  readonly results: readonly GateResult[];
}
