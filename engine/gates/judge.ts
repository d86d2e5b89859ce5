import type { GateReport, GateResult, GateVerdict } from '../protocol/gates';
import type { GateRule } from '../protocol/gateRules';
import { waive } from '../waivers/waive';
import type { Evidence } from './kinds/kind';
import { judgeRule, ruleText } from './kinds/kinds';

export interface JudgeInput extends Evidence {
  readonly rules: readonly GateRule[];
  readonly now: number;
}

/**
 * Judges every rule of a stage, always all of them, so that one look tells everything that is wrong. A rule whose
 * metric or slice the evaluation lacks is `unknown`, and that blocks as a failure does: nothing passes unseen.
 */
export function judge(input: JudgeInput): GateReport {
  const results = input.rules.map((rule, index) => result(rule, index, input));
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

const order: readonly GateVerdict[] = ['passed', 'waived', 'warned', 'unknown', 'failed'];
const worst = (verdicts: readonly GateVerdict[]): GateVerdict =>
  order[Math.max(0, ...verdicts.map(verdict => order.indexOf(verdict)))] ?? 'passed';

function result(rule: GateRule, index: number, input: JudgeInput): GateResult {
  const begun = performance.now();
  const { held, sentence, ...judgement } = judgeRule(rule, input);
  const waived = waive({ verdict: verdictOf(held, rule), sentence }, rule.waive, input.now);
  const duration = Math.round((performance.now() - begun) * 1000) / 1000;
  return { index, rule: ruleText(rule), ...judgement, ...waived, duration };
}

function verdictOf(held: boolean | undefined, { severity }: GateRule): GateVerdict {
  if (held === true) return 'passed';
  if (severity === 'warn') return 'warned';
  return held === undefined ? 'unknown' : 'failed';
}
