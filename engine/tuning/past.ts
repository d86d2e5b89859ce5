import type { Objective, Params, Trial, TrialReport } from '../protocol/tuning';

/** A trial as samplers see it: whatever is measured, less is better. */
export interface PastTrial {
  readonly number: number;
  readonly state: 'running' | 'complete' | 'pruned' | 'failed';
  readonly params: Params;
  /** One for each objective; empty unless complete. */
  readonly losses: readonly number[];
  /** Of a pruned trial: how far it came, and how it stood. */
  readonly last?: { readonly step: number; readonly loss: number };
  /** By how much it breaks constraints, summed; 0: it breaks none. */
  readonly violation: number;
  readonly generation?: number;
}

/** The trials that samplers look at, by number; what was cancelled, or measured as NaN, tells nothing. */
export function observed(trials: readonly Trial[], objectives: readonly Objective[]): readonly PastTrial[] {
  return trials.flatMap((trial): PastTrial[] => {
    const { number, state, params, generation } = trial;
    if (state === 'waiting' || state === 'cancelled') return [];
    const losses = state === 'complete' ? trial.values.map((value, i) => signed(value, objectives[i])) : [];
    if (losses.some(Number.isNaN)) return [];
    const report = runningMeans(trial.reports).at(-1);
    return [
      {
        number,
        state,
        params,
        losses,
        violation: trial.violations.reduce((sum, value) => sum + Math.max(0, value), 0),
        ...(report && { last: { step: report.step, loss: signed(report.value, objectives[0]) } }),
        ...(generation !== undefined && { generation }),
      },
    ];
  });
}

/** The loss that a value of an objective is: less is better. */
export const signed = (value: number, objective: Objective | undefined): number =>
  objective?.maximize === true ? -value : value;

/** The mean of all values up to each: what is known of a trial after each fold. */
export function runningMeans(reports: readonly TrialReport[]): readonly TrialReport[] {
  let sum = 0;
  return reports.map(({ step, value }, i) => {
    sum += value;
    return { step, value: sum / (i + 1) };
  });
}
