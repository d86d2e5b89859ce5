import type { CheckName, CheckRule, CheckRules, GateRule } from '../../protocol/gateRules';
import { approval } from './approval';
import type { Evidence, Judgement, Kind } from './kind';
import { metric } from './metric';
import { sample } from './sample';

const checks: { readonly [K in CheckName]: Kind<CheckRules[K]> } = {
  approval,
  sample,
};

/** The rule in short. */
export const ruleText = (rule: GateRule): string => ('check' in rule ? checkText(rule) : metric.text(rule));

export const judgeRule = (rule: GateRule, evidence: Evidence): Judgement =>
  'check' in rule ? judgeCheck(rule, evidence) : metric.judge(rule, evidence);

function checkText<K extends CheckName>(rule: CheckRule<K>): string {
  return checks[rule.check].text(rule);
}

function judgeCheck<K extends CheckName>(rule: CheckRule<K>, evidence: Evidence): Judgement {
  return checks[rule.check].judge(rule, evidence);
}
