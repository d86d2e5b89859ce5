import type { GateReport, GateResult, GateVerdict } from '../protocol/gates';
import type { GateRule } from '../protocol/gateRules';
import { waive } from '../waivers/waive';
import type { Approval } from '../protocol/approvals';
import { worst } from '../schemas/gateReport';
import type { Evidence } from './kinds/kind';
import { judgeRule, ruleText } from './kinds/kinds';

export interface JudgeInput extends Omit<Evidence, 'approvals'> {
  /** What reviewers have said, beside how all other rules judge now: an approval is of what its reviewer saw. */
  readonly approvals?: (results: readonly GateResult[]) => readonly Approval[];
  readonly rules: readonly GateRule[];
  readonly now: number;
}

/**
 * Judges every rule of a stage, always all of them, so that one look tells everything that is wrong. A rule whose
 * metric or slice the evaluation lacks is `unknown`, and that blocks as a failure does: nothing passes unseen.
 */
export function judge(input: JudgeInput): GateReport {
  const { approvals, rules, ...evidence } = input;
  const judged = rules.map((rule, index) => (isApproval(rule) ? undefined : result(rule, index, evidence)));
  const given = approvals?.(judged.flatMap(one => one ?? []));
  const full = { ...evidence, ...(given && { approvals: given }) };
  const results = judged.flatMap((one, index): readonly GateResult[] => {
    const rule = rules[index];
    return one ? [one] : rule ? [result(rule, index, full)] : [];
  });
  return {
    model: input.model,
    ...(input.version !== undefined && { version: input.version }),
    stage: input.stage,
    verdict: worst(results.map(({ verdict }) => verdict)),
    judgedAt: input.now,
    results,
  };
}

/** Whether the verdict keeps a version out of the stage. */
export const blocks = (verdict: GateVerdict): boolean => verdict === 'failed' || verdict === 'unknown';

function result(rule: GateRule, index: number, { now, ...evidence }: Evidence & { readonly now: number }): GateResult {
  const begun = performance.now();
  const { held: isHeld, sentence, value, bound, ...about } = judgeRule(rule, evidence);
  const held = isHeld === true && Number.isNaN(value) ? undefined : isHeld;
  // JSON has no other numbers
  const judgement = {
    ...about,
    ...(Number.isFinite(value) && { value }),
    ...(Number.isFinite(bound) && { bound }),
  };
  const waived = waive({ verdict: verdictOf(held, rule), sentence }, rule.waive, now);
  const duration = Math.round((performance.now() - begun) * 1000) / 1000;
  const kind = 'check' in rule ? { check: rule.check } : {};
  return { index, rule: ruleText(rule), ...kind, ...judgement, ...waived, duration };
}

/** Judged last, and by no measurement. */
export const isApproval = (rule: GateRule): boolean => 'check' in rule && rule.check === 'approval';

function verdictOf(held: boolean | undefined, { severity }: GateRule): GateVerdict {
  if (held === true) return 'passed';
  if (severity === 'warn') return 'warned';
  return held === undefined ? 'unknown' : 'failed';
}
