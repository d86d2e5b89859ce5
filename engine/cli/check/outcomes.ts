import type { CheckReport, Outcome, Verdict, VerdictGroup } from '../../protocol/verdicts';

/** The worst first. */
const outcomes: readonly Outcome[] = ['failed', 'unknown', 'warned', 'waived', 'passed'];

export const marks: Readonly<Record<Outcome, string>> = {
  passed: '✓',
  waived: '~',
  warned: '!',
  unknown: '?',
  failed: '✗',
};

/** `1 failed, 2 warned, 9 passed` */
export const countsText = (counts: CheckReport['counts']): string =>
  outcomes
    .filter(outcome => counts[outcome] > 0)
    .map(outcome => `${counts[outcome]} ${outcome}`)
    .join(', ') || 'nothing to check';

/** The worst first, else in the order of modelyard.yaml. */
export const byOutcome = (verdicts: readonly Verdict[]): readonly Verdict[] =>
  outcomes.flatMap(outcome => verdicts.filter(verdict => verdict.outcome === outcome));

export const groupOutcome = ({ verdicts }: VerdictGroup): Outcome => byOutcome(verdicts)[0]?.outcome ?? 'passed';

/** `4 of 5 passed, 1 waived` */
export function groupCounts({ verdicts }: VerdictGroup): string {
  const count = (wanted: Outcome): number => verdicts.filter(({ outcome }) => outcome === wanted).length;
  const others = outcomes.filter(outcome => outcome !== 'passed' && count(outcome) > 0);
  return [
    `${count('passed')} of ${verdicts.length} passed`,
    ...others.map(outcome => `${count(outcome)} ${outcome}`),
  ].join(', ');
}

/** The sentence and what is worth knowing besides. */
export const told = ({ sentence, hints = [] }: Verdict): string => [sentence, ...hints].join(' ');
