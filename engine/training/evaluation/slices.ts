import type { SliceEvaluation } from '../../protocol/evaluation';
import { compareGroups } from '../metrics/fairness';
import type { Decision } from './decision';
import { favourableRates, metricSet, type MetricSet } from './metricSet';
import { pick, type Scored } from './scored';

/**
 * The metrics of the rows where a condition holds, and of all others. Between the two groups:
 * `selection_rate_ratio` (least ÷ greatest), `selection_rate_difference`, `equal_opportunity_difference`,
 * `equalized_odds_difference`; absent when one group is empty.
 * @param inside by position in `scored`
 */
export function evaluateSlice(
  slice: string,
  scored: Scored,
  settings: { readonly decision: Decision; readonly inside: (position: number) => boolean },
): SliceEvaluation {
  const [mine, others]: [number[], number[]] = [[], []];
  for (let i = 0; i < scored.y.length; i++) (settings.inside(i) ? mine : others).push(i);
  const { decision } = settings;
  return {
    slice,
    rows: mine.length,
    metrics: { ...groupMetrics(scored, mine, decision), ...comparison(scored, [mine, others], decision) },
    rest: { rows: others.length, metrics: groupMetrics(scored, others, decision) },
  };
}

function groupMetrics(scored: Scored, positions: readonly number[], decision: Decision): MetricSet {
  if (positions.length === 0) return { n: 0 };
  return { n: positions.length, ...metricSet(pick(scored, positions), decision) };
}

function comparison(
  scored: Scored,
  groups: readonly [readonly number[], readonly number[]],
  decision: Decision,
): MetricSet {
  if (groups.some(group => group.length === 0)) return {};
  const [a, b] = groups.map(group => favourableRates(pick(scored, group), decision));
  return a && b ? compareGroups(a, b) : {};
}
