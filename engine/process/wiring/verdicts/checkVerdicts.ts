import { checkText, sameRoles } from '../../../data/suites/checkText';
import { usualSeverity } from '../../../data/suites/judges';
import type { DataCheckReport, DataCheckResult, PlannedCheck } from '../../../protocol/dataChecks';
import type { GateVerdict } from '../../../protocol/gates';
import type { DatasetSource } from '../../../protocol/jobs';
import type { FoundVerdict } from '../../../verdicts/source';
import { unwaived, waive } from '../../../waivers/waive';
import { rowEvidence } from './rowEvidence';
import { unjudged } from './unjudged';

/** What a suite said, and where not: why, as the end of a sentence about a check. */
export interface JudgedSuite {
  readonly report?: DataCheckReport;
  readonly missing: string;
  /** Nobody has judged it yet. */
  readonly isPending: boolean;
  /** Of checks that `checks:` does not have: the step that judges them all the same. */
  readonly key?: string;
}

/** What the checks of one suite say, in their order. One of a suite that does not apply to the data has no verdict. */
export const checkVerdicts = (
  source: DatasetSource,
  checks: readonly PlannedCheck[],
  judged: JudgedSuite,
): readonly FoundVerdict[] => checks.flatMap(check => verdictOf(check, source, judged) ?? []);

/** A result counts only for the very rule, on the same roles of columns. */
const resultOf = (
  check: PlannedCheck,
  { roles }: Pick<DatasetSource, 'roles'>,
  report: DataCheckReport | undefined,
): DataCheckResult | undefined =>
  report !== undefined && sameRoles(report.roles, roles)
    ? report.results.find(({ rule }) => rule === checkText(check))
    : undefined;

function verdictOf(check: PlannedCheck, source: DatasetSource, judged: JudgedSuite): FoundVerdict | undefined {
  const { missing, isPending } = judged;
  const severity = check.severity ?? usualSeverity(check.check);
  const rule = checkText(check);
  const common = {
    id: `dataset/${source.name}/checks/${check.check}`,
    rule,
    severity,
    key: check.entry < 0 ? (judged.key ?? `datasets.${source.name}`) : `datasets.${source.name}.checks.${check.entry}`,
    // a suite says the same of all its checks: one of them is changed beside it
    ...(!check.named && check.entry >= 0 && { check: check.check }),
  };
  const found = resultOf(check, source, judged.report);
  if (found?.verdict === 'skipped') return undefined;
  if (found === undefined)
    return {
      ...common,
      ...unjudged(`${rule} ${missing}.`, severity, check.waive),
      ...(isPending && { pending: true }),
    };
  const { verdict, message: sentence, underlying, waiver, value, bound, rows } = found;
  const before = unwaived({ verdict, sentence, ...(underlying && { underlying }), ...(waiver && { waiver }) });
  const asNow = { ...before, verdict: withSeverity(before.verdict, severity) };
  const { verdict: outcome, ...told } = waive(asNow, check.waive, Date.now());
  return {
    ...common,
    outcome,
    ...told,
    ...(value !== undefined && { value }),
    ...(bound !== undefined && { bound }),
    ...rowEvidence(source, rows),
  };
}

/** How severe a rule is may be written otherwise than when it was judged. */
function withSeverity(verdict: GateVerdict, severity: 'error' | 'warn'): GateVerdict {
  if (verdict === 'passed' || verdict === 'waived') return verdict;
  if (severity === 'warn') return 'warned';
  return verdict === 'unknown' ? 'unknown' : 'failed';
}
