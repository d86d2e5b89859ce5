import type { Study, StudySummary, Trial, TrialState } from '../protocol/tuning';
import { bestTrials, constraintText } from './objectives';
import type { StudyRow } from './store';

export function summaryOf(row: StudyRow, trials: readonly Trial[]): StudySummary {
  const { id, number, pipeline, step, status, detail, trialsWanted, msWanted, msUsed, startedAt, message } = row;
  const [best] = bestTrials(trials, detail.objectives);
  const count = (state: TrialState): number => trials.filter(trial => trial.state === state).length;
  return {
    ...{ id, number, pipeline, step, status, trialsWanted, msUsed, startedAt },
    objectives: detail.objectives,
    sampler: detail.sampler,
    pruner: detail.pruner,
    ...(msWanted !== undefined && { msWanted }),
    ...(message !== undefined && { message }),
    counts: {
      waiting: count('waiting'),
      running: count('running'),
      complete: count('complete'),
      pruned: count('pruned'),
      failed: count('failed'),
      cancelled: count('cancelled'),
    },
    ...(best && { best }),
  };
}

export const studyOf = (row: StudyRow, trials: readonly Trial[]): Study => ({
  ...summaryOf(row, trials),
  seed: row.detail.seed,
  steps: row.detail.steps,
  reported: row.detail.reported,
  space: row.detail.parameters,
  constraints: row.detail.constraints.map(constraintText),
  trials,
  front: bestTrials(trials, row.detail.objectives).map(({ number }) => number),
});
