import type { Objective, Params, Trial } from '../protocol/tuning';
import { valueText } from './values';

/** `forest · min_rows 5 · columns 0.3` */
export function paramsText(params: Params): string {
  const { learner, ...own } = params;
  const parts = Object.entries(own).map(
    ([name, value]) => `${name.replace(/^[^.]*\./, '')} ${short(valueText(value))}`,
  );
  return [...(learner === undefined ? [] : [valueText(learner)]), ...parts].join(' · ');
}

/** A line of the step's log: what a trial tried and how it ended. */
export function trialLine(trial: Trial, objectives: readonly Objective[]): string {
  const { number, state, params, startedAt = 0, endedAt = 0 } = trial;
  const seconds = ((endedAt - startedAt) / 1000).toFixed(1);
  return `trial ${number}: ${outcome(trial, objectives)} · ${paramsText(params)}${state === 'cancelled' ? '' : ` (${seconds} s)`}`;
}

function outcome({ state, values, reports, message }: Trial, objectives: readonly Objective[]): string {
  if (state === 'complete')
    return objectives.map(({ metric }, i) => `${metric} ${(values[i] ?? Number.NaN).toPrecision(4)}`).join(', ');
  if (state === 'pruned') return `pruned after step ${reports.at(-1)?.step ?? 0}`;
  return state === 'failed' ? `failed: ${message ?? ''}` : state;
}

/** A number with at most four digits that mean something. */
const short = (text: string): string => {
  const value = Number(text);
  return text === '' || !Number.isFinite(value) || Number.isInteger(value)
    ? text
    : String(Number(value.toPrecision(4)));
};
