import type { SliceAtThreshold, SliceEvaluation } from '../../protocol/evaluation';
import { compareGroups } from '../metrics/fairness';
import { rank } from '../metrics/ranking';
import { thresholdPoints } from '../metrics/threshold';
import type { Decision } from './decision';
import { favourableRates, metricSet, type MetricSet } from './metricSet';
import { lastScore, pick, type Scored } from './scored';

/**
 * The metrics of the rows where a condition holds, and of all others. Between the two groups:
 * `selection_rate_ratio` (least ÷ greatest), `selection_rate_difference`, `equal_opportunity_difference`,
 * `equalized_odds_difference`; absent when one group is empty.
 * @param inside by position in `scored`
 */
export function evaluateSlice(
  slice: string,
  scored: Scored,
  settings: {
    readonly decision: Decision;
    readonly inside: (position: number) => boolean;
    /** Whether other thresholds are compared too; default true. */
    readonly byThreshold?: boolean;
  },
): SliceEvaluation {
  const [mine, others]: [number[], number[]] = [[], []];
  for (let i = 0; i < scored.y.length; i++) (settings.inside(i) ? mine : others).push(i);
  const { decision } = settings;
  return {
    slice,
    rows: mine.length,
    metrics: { ...groupMetrics(scored, mine, decision), ...comparison(scored, [mine, others], decision) },
    rest: { rows: others.length, metrics: groupMetrics(scored, others, decision) },
    ...(scored.task === 'binary' &&
      settings.byThreshold !== false && { byThreshold: byThreshold(scored, [mine, others], decision) }),
  };
}

/** The same comparison at 0.01, 0.02 … 0.99; thresholds at which nobody gets the favourable outcome are left out. */
function byThreshold(
  scored: Scored,
  groups: readonly [readonly number[], readonly number[]],
  decision: Decision,
): readonly SliceAtThreshold[] {
  const [mine, others] = [pick(scored, groups[0]), pick(scored, groups[1])];
  if (mine.y.length === 0 || others.y.length === 0) return [];
  const points = thresholdPoints(rank(scored.y, lastScore(scored)), decision.cost, 100).slice(1, -1);
  return points.flatMap(({ threshold, cost }) => {
    const at = { ...decision, threshold };
    const [a, b] = [favourableRates(mine, at), favourableRates(others, at)];
    const ratio = a && b ? compareGroups(a, b)['selection_rate_ratio'] : undefined;
    if (ratio === undefined || Number.isNaN(ratio)) return [];
    return [{ threshold, selectionRateRatio: ratio, ...(cost !== undefined && { cost }) }];
  });
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
