import type { SliceEvaluation } from '../../protocol/evaluation';
import type { Range } from '../../protocol/evaluationParts';
import type { MetricRule } from '../../protocol/gateRules';
import { nearest } from '../../nearest';
import type { Judged } from '../evaluationFile';
import { findSlice } from '../evaluationFile';
import { intervalOf, level, levelOf } from '../intervals';
import { readable } from '../numbers';
import { tradeOff, whereText } from '../sentences';
import { measuredText, withinBounds } from './bound';
import { compareWithHolder, versusText } from './compare';
import type { Evidence, Judgement, Kind } from './kind';
import { counted } from '../../plural';

/** A metric of the evaluation, or of one of its slices, with a bound. */
export const metric: Kind<MetricRule> = {
  text: rule => `${rule.metric} ${boundText(rule)}${confidenceText(rule)}${whereText(rule)}`,
  judge: (rule, evidence) => {
    const about = { metric: rule.metric, ...(rule.slice !== undefined && { slice: rule.slice }) };
    return { ...about, ...judged(rule, evidence) };
  },
};

const confidenceText = ({ confidence }: MetricRule): string =>
  confidence === undefined ? '' : ` with ${level(confidence)} confidence`;

function boundText(rule: MetricRule): string {
  if (rule.at_least !== undefined) return `≥ ${readable(rule.at_least)}`;
  return rule.at_most !== undefined ? `≤ ${readable(rule.at_most)}` : versusText(rule);
}

function judged(rule: MetricRule, evidence: Evidence): Judgement {
  const { evaluation } = evidence;
  const slice = filledSlice(evaluation, rule);
  const metrics = rule.slice === undefined ? evaluation.metrics : slice?.metrics;
  if (metrics === undefined)
    return unknown(`The slice ${rule.slice ?? ''} was not evaluated, or has no rows in the test part.`);
  const what = `${rule.metric}${whereText(rule)}`;
  const rows = rule.slice === undefined ? evaluation.rows : (slice?.rows ?? 0);
  if (rule.min_rows !== undefined && rows < rule.min_rows)
    return unknown(`${what} cannot be judged by ${counted(rows, 'row')}: it takes ${rule.min_rows}.`);
  const value = metrics[rule.metric];
  if (value === undefined || Number.isNaN(value)) return unknown(unmeasured(what, rule.metric, metrics));
  const interval = rule.confidence === undefined ? undefined : ownInterval(rule, evaluation);
  const found = { value, interval };
  if (rule.better_than !== undefined || rule.not_worse_than !== undefined)
    return compareWithHolder(rule, found, evidence);
  if (rule.confidence !== undefined && interval === undefined)
    return unknown(`${what} has no interval of ${level(rule.confidence)}: run the step \`evaluate\` again.`);
  const { held, bound, phrase, value: end } = withinBounds(rule, value, interval);
  const more = held ? '' : tradeOff({ rule, slice, evaluation });
  const sentence = `${what} is ${measuredText(value, interval, rule.confidence)}${phrase}${more}.`;
  return { held, value: end, bound, sentence };
}

const unknown = (sentence: string): Judgement => ({ held: undefined, sentence });

function unmeasured(what: string, name: string, metrics: Readonly<Record<string, number>>): string {
  if (name in metrics) return `${what} is not a number on these rows, so it cannot be judged.`;
  const names = Object.keys(metrics).sort();
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `${what} was not measured; there are ${names.join(', ')}.${hint}`;
}

function ownInterval(rule: MetricRule, evaluation: Judged): Range | undefined {
  const confidence = rule.confidence ?? 0.95;
  return rule.slice === undefined
    ? intervalOf(evaluation, rule.metric, confidence)
    : levelOf(filledSlice(evaluation, rule)?.intervals, rule.metric, confidence);
}

/** A slice without rows has no metrics. */
function filledSlice(
  evaluation: Pick<Judged, 'slices'>,
  { slice: text }: Pick<MetricRule, 'slice'>,
): SliceEvaluation | undefined {
  const slice = text === undefined ? undefined : findSlice(evaluation, text);
  return slice !== undefined && slice.rows > 0 ? slice : undefined;
}
