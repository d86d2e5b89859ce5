import { ruleNames } from '../../../data/checks/buildChecks';
import type { CheckResult } from '../../../protocol/data';
import type { DatasetSource } from '../../../protocol/jobs';
import type { Outcome } from '../../../protocol/verdicts';
import type { FoundVerdict } from '../../../verdicts/source';
import { waive } from '../../../waivers/waive';
import { rowEvidence } from './rowEvidence';
import { unjudged } from './unjudged';

export interface JudgedExpectations {
  readonly checks: readonly CheckResult[];
  /** Why a rule is not among them, as the end of a sentence about it. */
  readonly missing: string;
  /** Nobody has judged it yet. */
  readonly isPending: boolean;
}

/** What the rules of `expect:` say, in their order; `rule` is as the data room says it. */
export function expectVerdicts(source: DatasetSource, judged: JudgedExpectations): readonly FoundVerdict[] {
  const rules = ruleNames(source);
  return withIds(
    rules.map(rule => verdictOf(rule, source, judged)),
    rules,
  );
}

interface Rule {
  readonly index: number;
  /** By it a verdict is known again. */
  readonly rule: string;
}

function verdictOf(
  { index, rule }: Rule,
  source: DatasetSource,
  { checks, missing, isPending }: JudgedExpectations,
): FoundVerdict {
  const found = checks.find(check => check.rule === rule && check.index === index);
  const known = found ?? checks.find(check => check.rule === rule);
  const severity = source.expect[index]?.severity ?? 'error';
  const common = { id: '', rule, severity, key: `datasets.${source.name}.expect.${index}` };
  if (known === undefined)
    return {
      ...common,
      ...unjudged(`${rule} ${missing}.`, severity, source.expect[index]?.waive),
      ...(isPending && { pending: true }),
    };
  const judged = { verdict: outcomeOf(known, severity), sentence: known.message };
  const { verdict: outcome, ...told } = waive(judged, source.expect[index]?.waive, Date.now());
  return {
    ...common,
    outcome,
    ...told,
    value: known.failing,
    ...rowEvidence(source, known.rows, known.column),
  };
}

const outcomeOf = ({ passed }: CheckResult, severity: 'error' | 'warn'): Outcome =>
  passed ? 'passed' : severity === 'warn' ? 'warned' : 'failed';

/** Of several rules in one entry of `expect:` the later ones have a number. */
const withIds = (verdicts: readonly FoundVerdict[], rules: readonly Rule[]): readonly FoundVerdict[] =>
  verdicts.map((verdict, i) => {
    const { index = 0 } = rules[i] ?? {};
    const before = rules.slice(0, i).filter(rule => rule.index === index).length;
    const [, name = ''] = verdict.key?.split('.') ?? [];
    return { ...verdict, id: `dataset/${name}/expect/${index}${before === 0 ? '' : `/${before + 1}`}` };
  });
