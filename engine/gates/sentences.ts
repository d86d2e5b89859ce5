import type { SliceEvaluation } from '../protocol/evaluation';
import type { GateReport, GateResult } from '../protocol/gates';
import type { MetricRule } from '../protocol/gateRules';
import type { Judged } from './evaluationFile';
import { percent, readable } from './numbers';
import { counted } from '../plural';

/** ` where age_in_years <= 25`, or nothing. */
export const whereText = ({ slice }: { readonly slice?: string }): string =>
  slice === undefined ? '' : ` where ${slice}`;

/**
 * For a fairness rule that failed: who is treated how, and what the least change of the threshold would cost that
 * makes the rule hold. Empty for other rules.
 */
export function tradeOff({
  rule,
  slice,
  evaluation,
}: {
  rule: MetricRule;
  slice: SliceEvaluation | undefined;
  evaluation: Judged;
}): string {
  if (slice === undefined || rule.metric !== 'selection_rate_ratio') return '';
  return ratesText(slice) + wayOut(rule, slice, evaluation);
}

function ratesText(slice: SliceEvaluation): string {
  const inside = slice.metrics['selection_rate'];
  const outside = slice.rest.metrics['selection_rate'];
  if (inside === undefined || outside === undefined) return '';
  return ` (${percent(inside)} of these ${counted(slice.rows, 'row')} get the favourable outcome, ${percent(outside)} of the other ${slice.rest.rows})`;
}

function wayOut(rule: MetricRule, slice: SliceEvaluation, evaluation: Judged): string {
  const bound = rule.at_least;
  const now = evaluation.threshold;
  const cost = evaluation.metrics['expected_cost'];
  if (bound === undefined || now === undefined || slice.byThreshold === undefined) return '';
  const fair = slice.byThreshold.filter(point => point.selectionRateRatio >= bound);
  const best = fair.reduce<(typeof fair)[number] | undefined>(
    (least, point) => (least === undefined || (point.cost ?? 0) < (least.cost ?? 0) ? point : least),
    undefined,
  );
  if (best === undefined) return '; no threshold reaches it';
  const price =
    best.cost === undefined || cost === undefined
      ? ''
      : `, at an expected cost of ${readable(best.cost)} instead of ${readable(cost)} a row`;
  return `; a threshold of ${readable(best.threshold)} instead of ${readable(now)} would reach ${readable(best.selectionRateRatio)}${price}`;
}

/**
 * One line for a step: `staging: passed with 1 warning`, `production: blocked by 1 of 4 rules`.
 * @param isLater whether a rule cannot be judged yet and blocks nothing here
 */
export function reportSummary(report: GateReport, isLater: (result: GateResult) => boolean): string {
  const count = (verdicts: readonly string[]): number =>
    report.results.filter(result => verdicts.includes(result.verdict) && !isLater(result)).length;
  const blocking = count(['failed', 'unknown']);
  const warned = count(['warned']);
  const waived = count(['waived']);
  const later = report.results.filter(isLater).length;
  const but = `${waived === 0 ? '' : `, ${waived} waived`}${later === 0 ? '' : `, ${later} left to the promotion`}`;
  if (blocking > 0) return `${report.stage}: blocked by ${blocking} of ${counted(report.results.length, 'rule')}${but}`;
  if (warned > 0) return `${report.stage}: passed with ${warned} warning${warned === 1 ? '' : 's'}${but}`;
  return report.results.length === 0
    ? `${report.stage}: no gates`
    : `${report.stage}: passed ${report.results.length - waived - later} of ${report.results.length}${but}`;
}

/** `staging warned: selection_rate_ratio where … is 0.506, below …`, a line a rule. */
export const reportLines = ({ stage, results }: GateReport): readonly string[] =>
  results.map(({ verdict, sentence, hints = [] }) => [`${stage} ${verdict}: ${sentence}`, ...hints].join(' '));
