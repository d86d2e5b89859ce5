import type { SliceEvaluation } from '../protocol/evaluation';
import type { GateReport, GateResult, GateVerdict } from '../protocol/gates';
import type { GateRule } from '../protocol/workspaceConfig';
import type { Judged } from './evaluationFile';
import { isBetter } from './metricDirection';
import { readable } from './numbers';
import { ruleText, tradeOff, whereText } from './sentences';

/** The version that holds a stage now, for `better_than`. */
export interface Holder extends Measured {
  readonly version: number;
}

export interface JudgeInput {
  readonly model: string;
  readonly version?: number;
  readonly stage: string;
  readonly rules: readonly GateRule[];
  readonly evaluation: Judged;
  /** Who holds a stage now; undefined: nobody. */
  readonly holder: (stage: string) => Holder | undefined;
  readonly now: number;
}

/**
 * Judges every rule of a stage, always all of them, so that one look tells everything that is wrong. A rule whose
 * metric or slice the evaluation lacks is `unknown`, and that blocks as a failure does: nothing passes unseen.
 */
export function judge(input: JudgeInput): GateReport {
  const results = input.rules.map((rule, index) => judgeRule(rule, index, input));
  return {
    model: input.model,
    ...(input.version !== undefined && { version: input.version }),
    stage: input.stage,
    verdict: worst(results.map(result => result.verdict)),
    judgedAt: input.now,
    results,
  };
}

/** Whether the verdict keeps a version out of the stage. */
export const blocks = (verdict: GateVerdict): boolean => verdict === 'failed' || verdict === 'unknown';

const order: readonly GateVerdict[] = ['passed', 'warned', 'unknown', 'failed'];
const worst = (verdicts: readonly GateVerdict[]): GateVerdict =>
  order[Math.max(0, ...verdicts.map(verdict => order.indexOf(verdict)))] ?? 'passed';

function judgeRule(rule: GateRule, index: number, input: JudgeInput): GateResult {
  const common = {
    index,
    rule: ruleText(rule),
    metric: rule.metric,
    ...(rule.slice !== undefined && { slice: rule.slice }),
  };
  const slice = findSlice(input.evaluation, rule);
  const metrics = metricsOf(input.evaluation, rule);
  if (metrics === undefined) {
    const sentence = `The slice ${rule.slice ?? ''} was not evaluated, or has no rows in the test part.`;
    return { ...common, verdict: whenUnknown(rule), sentence };
  }
  const value = metrics[rule.metric];
  if (value === undefined || Number.isNaN(value)) {
    const sentence = `${rule.metric}${whereText(rule)} was not measured; there are ${Object.keys(metrics).sort().join(', ')}.`;
    return { ...common, verdict: whenUnknown(rule), sentence };
  }
  const { held, bound, phrase } = compare(rule, value, input);
  const more = held ? '' : tradeOff({ rule, slice, evaluation: input.evaluation });
  return {
    ...common,
    verdict: held ? 'passed' : rule.severity === 'warn' ? 'warned' : 'failed',
    value,
    ...(bound !== undefined && { bound }),
    sentence: `${rule.metric}${whereText(rule)} is ${readable(value)}, ${phrase}${more}.`,
  };
}

const whenUnknown = (rule: GateRule): GateVerdict => (rule.severity === 'warn' ? 'warned' : 'unknown');

interface Comparison {
  readonly held: boolean;
  readonly bound?: number;
  readonly phrase: string;
}

function compare(rule: GateRule, value: number, input: JudgeInput): Comparison {
  if (rule.better_than !== undefined) return compareWithHolder(rule, value, { stage: rule.better_than, input });
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

function compareWithHolder(rule: GateRule, value: number, other: { stage: string; input: JudgeInput }): Comparison {
  const holder = other.input.holder(other.stage);
  if (holder === undefined) return { held: true, phrase: `and no version holds ${other.stage} yet` };
  if (holder.version === other.input.version)
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
const metricsOf = (evaluation: Measured, rule: GateRule): Readonly<Record<string, number>> | undefined =>
  rule.slice === undefined ? evaluation.metrics : findSlice(evaluation, rule)?.metrics;

/** Slices are found by their text, blanks aside. */
function findSlice(evaluation: Measured, { slice: text }: GateRule): SliceEvaluation | undefined {
  if (text === undefined) return undefined;
  const normal = (condition: string): string => condition.replace(/\s+/g, ' ').trim();
  return evaluation.slices?.find(slice => normal(slice.slice) === normal(text) && slice.rows > 0);
}
