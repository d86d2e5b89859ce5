import { readFileSync } from 'node:fs';
import type { Scored } from '../../../engine/training/evaluation/scored';

/** German Credit, out of fold. */
export const german: { y: number[]; p_bad: number[]; age: number[]; personal_status_code_uci: string[] } = JSON.parse(
  readFileSync('test/fixtures/training/metrics_german.json', 'utf8'),
);

interface FairnessReference extends Readonly<Record<string, unknown>> {
  readonly threshold: number;
  readonly by_group: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
}
interface CalibrationReference extends Readonly<Record<string, number | readonly [number, number]>> {
  readonly slope_interval: readonly [number, number];
  readonly intercept_interval: readonly [number, number];
}

/** What fairlearn, statsmodels and SciPy say. */
export const reference: {
  readonly fairness: Readonly<Record<'status' | 'young', FairnessReference>>;
  readonly calibration: Readonly<Record<'as_is' | 'sharpened', CalibrationReference>>;
  readonly ks: { readonly statistic: number };
  readonly cramers_v: { readonly first: number[]; readonly second: number[]; readonly value: number };
  readonly errors: { values: number[]; mean: number; interval: readonly [number, number]; kurtosis: number };
} = JSON.parse(readFileSync('test/fixtures/training/model_gates.json', 'utf8'));

export const scoredGerman: Scored = {
  task: 'binary',
  width: 2,
  y: Float64Array.from(german.y),
  scores: Float64Array.from(german.p_bad.flatMap(p => [1 - p, p])),
};
