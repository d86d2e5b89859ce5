import type { Objective, Params, Reported, Trial, TrialReport } from '../protocol/tuning';

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
export function observed(
  trials: readonly Trial[],
  { objectives, reported }: { readonly objectives: readonly Objective[]; readonly reported: Reported },
): readonly PastTrial[] {
  return trials.flatMap((trial): PastTrial[] => {
    const { number, state, params, generation } = trial;
    if (state === 'waiting' || state === 'cancelled') return [];
    const losses = state === 'complete' ? trial.values.map((value, i) => signed(value, objectives[i])) : [];
    if (losses.some(Number.isNaN)) return [];
    const report = knownAfter(trial.reports, reported).at(-1);
    return [
      {
        number,
        state,
        params,
        losses,
        violation: trial.violations.reduce((sum, value) => sum + Math.max(0, value), 0),
        ...(report && { last: { step: report.step, loss: signed(report.value, reported) } }),
        ...(generation !== undefined && { generation }),
      },
    ];
  });
}

/** The loss that a value of an objective is: less is better. */
export const signed = (value: number, objective: Objective | undefined): number =>
  objective?.maximize === true ? -value : value;

/** What is known of a trial after each step: the mean of all folds so far, or the best iteration so far. */
export function knownAfter(reports: readonly TrialReport[], { per, maximize }: Reported): readonly TrialReport[] {
  let sum = 0;
  let best = Number.NaN;
  return reports.map(({ step, value }, i) => {
    sum += value;
    if (Number.isNaN(best) || (maximize ? value > best : value < best)) best = value;
    return { step, value: per === 'fold' ? sum / (i + 1) : best };
  });
}
