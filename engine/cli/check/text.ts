import type { Colors } from 'picocolors/types';
import type { CheckReport, Outcome, Verdict, VerdictGroup } from '../../protocol/verdicts';
import { placeText } from '../text/errorText';
import { durationText } from '../text/numbers';
import { wrap } from '../text/table';
import { byOutcome, countsText, groupCounts, groupOutcome, marks, told } from './outcomes';

export interface TextOptions {
  readonly colors: Colors;
  /** Columns of the terminal. */
  readonly width: number;
}

const shownRows = 5;

/** For people: a line a rule that passes, of the others the sentence and where to look. */
export const checkText = (report: CheckReport, options: TextOptions): string =>
  report.groups.map(group => groupText(group, options)).join('') +
  `${options.colors.bold(countsText(report.counts))} in ${durationText(report.duration)}\n`;

function groupText(group: VerdictGroup, options: TextOptions): string {
  const { colors } = options;
  const lines = byOutcome(group.verdicts).map(verdict => verdictText(verdict, options));
  return `${mark(groupOutcome(group), colors)} ${colors.bold(group.title)}: ${groupCounts(group)}\n${lines.join('')}`;
}

function verdictText(verdict: Verdict, { colors, width }: TextOptions): string {
  const { outcome, rule, hints = [] } = verdict;
  const sign = mark(outcome, colors);
  if (outcome === 'passed') {
    const more = hints.map(hint => `    ${colors.yellow(hint)}\n`);
    return `  ${sign} ${rule}\n${more.join('')}`;
  }
  return `  ${sign} ${wrap(told(verdict), width - 4, '    ')}\n${whereText(verdict, colors)}`;
}

function whereText({ place, evidence = [], value }: Verdict, colors: Colors): string {
  const rule = place === undefined ? [] : [placeText({ ...place, key: undefined })];
  const rows = evidence.slice(0, shownRows).map(row => placeText({ ...row, key: undefined }));
  const rest = evidence.length > 0 ? Math.max(0, (value ?? evidence.length) - rows.length) : 0;
  const places = [...rule, ...rows].map(text => colors.cyan(text)).join(', ');
  return places === '' ? '' : `    at ${places}${rest > 0 ? ` and ${rest} more` : ''}\n`;
}

function mark(outcome: Outcome, colors: Colors): string {
  const text = marks[outcome];
  if (outcome === 'passed') return colors.green(text);
  return outcome === 'warned' || outcome === 'waived' ? colors.yellow(text) : colors.red(text);
}
