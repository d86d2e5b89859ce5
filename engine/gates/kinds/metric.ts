import type { SliceEvaluation } from '../../protocol/evaluation';
import type { MetricRule } from '../../protocol/gateRules';
import type { Judged } from '../evaluationFile';
import { findSlice } from '../evaluationFile';
import { isBetter } from '../metricDirection';
import { readable } from '../numbers';
import { tradeOff, whereText } from '../sentences';
import type { Evidence, Kind } from './kind';

/** A metric of the evaluation, or of one of its slices, with a bound. */
export const metric: Kind<MetricRule> = {
  text: rule => `${rule.metric} ${boundText(rule)}${whereText(rule)}`,
  judge: (rule, evidence) => {
    const { evaluation } = evidence;
    const about = { metric: rule.metric, ...(rule.slice !== undefined && { slice: rule.slice }) };
    const metrics = metricsOf(evaluation, rule);
    if (metrics === undefined) {
      const sentence = `The slice ${rule.slice ?? ''} was not evaluated, or has no rows in the test part.`;
      return { ...about, held: undefined, sentence };
    }
    const value = metrics[rule.metric];
    if (value === undefined || Number.isNaN(value)) {
      const sentence = `${rule.metric}${whereText(rule)} was not measured; there are ${Object.keys(metrics).sort().join(', ')}.`;
      return { ...about, held: undefined, sentence };
    }
    const { held, bound, phrase } = compare(rule, value, evidence);
    const more = held ? '' : tradeOff({ rule, slice: filledSlice(evaluation, rule), evaluation });
    return {
      ...about,
      held,
      value,
      ...(bound !== undefined && { bound }),
      sentence: `${rule.metric}${whereText(rule)} is ${readable(value)}, ${phrase}${more}.`,
    };
  },
};

function boundText(rule: MetricRule): string {
  if (rule.at_least !== undefined) return `≥ ${readable(rule.at_least)}`;
  return rule.at_most !== undefined ? `≤ ${readable(rule.at_most)}` : `better than ${rule.better_than ?? ''}`;
}

interface Comparison {
  readonly held: boolean;
  readonly bound?: number;
  readonly phrase: string;
}

function compare(rule: MetricRule, value: number, evidence: Evidence): Comparison {
  if (rule.better_than !== undefined) return compareWithHolder(rule, value, { stage: rule.better_than, evidence });
  if (rule.at_least !== undefined) {
    const held = value >= rule.at_least;
    return {
      held,
      bound: rule.at_least,
      phrase: `${held ? 'at least' : 'below'} the required ${readable(rule.at_least)}`,
    };
  }
  const bound = rule.at_most ?? Number.NaN;
  const held = value <= bound;
  return { held, bound, phrase: `${held ? 'at most' : 'above'} the allowed ${readable(bound)}` };
}

function compareWithHolder(rule: MetricRule, value: number, other: { stage: string; evidence: Evidence }): Comparison {
  const holder = other.evidence.holder(other.stage);
  if (holder === undefined) return { held: true, phrase: `and no version holds ${other.stage} yet` };
  if (holder.version === other.evidence.version)
    return { held: true, phrase: `and the version holds ${other.stage} itself` };
  const bound = metricsOf(holder, rule)?.[rule.metric];
  if (bound === undefined || Number.isNaN(bound)) {
    const what = `${rule.metric}${whereText(rule)}`;
    return { held: false, phrase: `but version ${holder.version} in ${other.stage} has no ${what} to compare with` };
  }
  const held = isBetter(rule.metric, value, bound);
  return {
    held,
    bound,
    phrase: `${held ? 'better' : 'not better'} than the ${readable(bound)} of version ${holder.version} in ${other.stage}`,
  };
}

type Measured = Pick<Judged, 'metrics' | 'slices'>;

/** What a rule looks at: the metrics of its slice, or of all rows. */
const metricsOf = (evaluation: Measured, rule: MetricRule): Readonly<Record<string, number>> | undefined =>
  rule.slice === undefined ? evaluation.metrics : filledSlice(evaluation, rule)?.metrics;

/** A slice without rows has no metrics. */
function filledSlice(evaluation: Measured, { slice: text }: MetricRule): SliceEvaluation | undefined {
  const slice = text === undefined ? undefined : findSlice(evaluation, text);
  return slice !== undefined && slice.rows > 0 ? slice : undefined;
}
