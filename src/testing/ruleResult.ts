import type { Verdict, VerdictGroup } from '../../engine/protocol/verdicts';
import { ago, metric } from '../views/text';

/** How a verdict stands in the Test Explorer. */
export interface RuleResult {
  /** A rule that warns passes, with its sentence in the output; one that could not be judged is an error, no failure. */
  readonly state: 'passed' | 'failed' | 'errored' | 'skipped';
  readonly message: string;
  /** The rule and what was found, to be laid side by side. */
  readonly expected?: string;
  readonly actual?: string;
  /** ms */
  readonly duration?: number;
  /** Lines for the output. */
  readonly output: readonly string[];
}

const states = {
  passed: 'passed',
  warned: 'passed',
  waived: 'skipped',
  unknown: 'errored',
  failed: 'failed',
} as const;

const marks = { passed: '✓', waived: '~', warned: '!', unknown: '?', failed: '✗' } as const;

export function ruleResult({ title, kind }: VerdictGroup, verdict: Verdict): RuleResult {
  const { outcome, sentence, hints = [], value, rule, duration, history = [] } = verdict;
  const message = [sentence, ...hints].join(' ');
  const measured = value !== undefined && kind === 'model';
  return {
    state: states[outcome],
    message,
    ...(measured && { expected: rule, actual: `${verdict.metric ?? ''} ${metric(value)}`.trim() }),
    ...(duration !== undefined && { duration }),
    output: [
      `${marks[outcome]} ${title}: ${message}`,
      ...history.map(one => `    ${marks[one.outcome]} ${one.of}${told(one.value)} ${ago(one.at)}`),
    ],
  };
}

const told = (value: number | undefined): string => (value === undefined ? '' : ` ${metric(value)}`);
