import { readFileSync } from 'node:fs';

/** What make_evaluation.py wrote: scikit-learn's and scipy's numbers. */
export interface EvaluationReference {
  readonly distributions: {
    readonly z: number[];
    readonly normal_cdf: number[];
    readonly p: number[];
    readonly normal_quantile: number[];
    readonly t: [number, number][];
    readonly t_two_sided: number[];
    readonly q: [number, number][];
    readonly t_quantile: number[];
  };
  readonly wilcoxon: {
    readonly d: number[];
    readonly statistic: number;
    readonly p: number;
    readonly exact: boolean;
  }[];
  readonly resampled_t: {
    readonly d: number[];
    readonly ratio: number;
    readonly t: number;
    readonly p: number;
    readonly interval: [number, number];
  };
  readonly delong: {
    readonly y: number[];
    readonly a: number[];
    readonly b: number[];
    readonly auc: [number, number];
    readonly se: [number, number];
    readonly difference_se: number;
    readonly p: number;
  };
  readonly bca: { readonly x: number[]; readonly bca: [number, number]; readonly percentile: [number, number] };
  readonly calibration: {
    readonly s: number[];
    readonly y: number[];
    readonly probe: number[];
    readonly x: number[];
    readonly v: number[];
    readonly isotonic: number[];
    readonly a: number;
    readonly b: number;
    readonly platt: number[];
  };
  readonly folds: {
    readonly y: number[];
    readonly group: number[];
    readonly many: number[];
    readonly owner: number[];
    readonly stratified: number[][];
    readonly grouped: number[];
    readonly stratified_grouped: number[][];
    readonly time: [number, number, number][];
    readonly gap: [number, number, number][];
  };
}

export const reference: EvaluationReference = JSON.parse(
  readFileSync('test/fixtures/training/evaluation.json', 'utf8'),
);
