import type { Waiver } from './waivers';

/**
 * `passed`; `warned`: failed, but the rule only warns; `failed`: blocks; `unknown`: could not be judged, blocks too;
 * `waived`: one of these three, but the rule has a waiver that still holds.
 */
export type GateVerdict = 'passed' | 'waived' | 'warned' | 'unknown' | 'failed';

export interface GateResult {
  /** Index of the rule in `models.<model>.gates.<stage>`. */
  readonly index: number;
  /** `auc ≥ 0.75`, `selection_rate_ratio ≥ 0.8 where age_in_years <= 25` */
  readonly rule: string;
  /** The kind of the rule, when it is not about a metric. */
  readonly check?: string;
  readonly metric?: string;
  readonly slice?: string;
  readonly verdict: GateVerdict;
  readonly value?: number;
  readonly bound?: number;
  /** Full sentence with value and bound; for a fairness rule also the trade-off. */
  readonly sentence: string;
  /** Of a waived rule what it would be without the waiver. */
  readonly underlying?: GateVerdict;
  /** What the rule has, whether or not it still holds and is needed. */
  readonly waiver?: Waiver;
  /** What is worth knowing besides: a waiver that ends soon, that has ended, or that is needless. */
  readonly hints?: readonly string[];
  /** ms that judging took. */
  readonly duration?: number;
}

export interface GateReport {
  readonly model: string;
  readonly version?: number;
  readonly stage: string;
  readonly verdict: GateVerdict;
  readonly judgedAt: number;
  readonly results: readonly GateResult[];
}
