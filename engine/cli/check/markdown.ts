import type { CheckReport, Outcome, Verdict, VerdictGroup } from '../../protocol/verdicts';
import { placeText } from '../text/errorText';
import { durationText } from '../text/numbers';
import { cut } from '../text/table';
import { byOutcome, countsText, groupCounts, groupOutcome, told } from './outcomes';

const icons: Readonly<Record<Outcome, string>> = {
  passed: '✅',
  waived: '🕒',
  warned: '⚠️',
  unknown: '❔',
  failed: '❌',
};

/** A comment of GitHub holds 65,536 characters, one of GitLab more. */
const most = 60_000;
const longestSentence = 600;
const shownRows = 3;

/** By it a comment on a pull request is found again and replaced. */
const marker = (workspace: string): string => `<!-- modelyard-check: ${workspace.replace(/[^\w-]/g, '')} -->`;

/**
 * A summary for a pull request or a job: what does not pass in a table, what passes folded away. Its first line is a
 * marker that stays the same, so that the next report replaces this one.
 */
export function checkMarkdown(report: CheckReport): string {
  const { groups, outcome, counts, duration, workspace } = report;
  const verb = outcome === 'failed' || outcome === 'unknown' ? 'block' : 'pass';
  const head = [
    marker(workspace),
    `## ${icons[outcome]} Checks${workspace === '' ? '' : ` of ${plain(workspace)}`} ${verb}`,
    '',
    `${countsText(counts)} in ${durationText(duration)}.`,
    '',
  ].join('\n');
  const parts = groups.map(groupText);
  const kept: string[] = [];
  let left = most - head.length;
  for (const part of parts) {
    if (part.length > left) break;
    kept.push(part);
    left -= part.length;
  }
  const cutOff = parts.length - kept.length;
  const rest = cutOff === 0 ? '' : `\n… and ${cutOff} more groups: \`modelyard check\` tells of them all.\n`;
  return `${head}\n${kept.join('\n')}${rest}`;
}

function groupText(group: VerdictGroup): string {
  const title = `### ${icons[groupOutcome(group)]} ${plain(group.title)}: ${groupCounts(group)}\n`;
  const sorted = byOutcome(group.verdicts);
  const open = sorted.filter(({ outcome }) => outcome !== 'passed');
  const passed = sorted.filter(({ outcome }) => outcome === 'passed');
  const table =
    open.length === 0 ? '' : `\n| | Rule | Found | Where |\n| --- | --- | --- | --- |\n${open.map(row).join('')}`;
  const folded =
    passed.length === 0
      ? ''
      : `\n<details><summary>${passed.length} passed</summary>\n\n${passed.map(item).join('')}\n</details>\n`;
  return `${title}${table}${folded}`;
}

function row(verdict: Verdict): string {
  const { place, evidence = [] } = verdict;
  const places = [...(place ? [place] : []), ...evidence.slice(0, shownRows)].map(
    one => `\`${placeText({ ...one, key: undefined }).replaceAll('`', '')}\``,
  );
  const found = plain(cut(told(verdict), longestSentence));
  return `| ${icons[verdict.outcome]} | ${plain(verdict.rule)} | ${found} | ${places.join('<br>')} |\n`;
}

const item = (verdict: Verdict): string => `- ${plain(cut(told(verdict), longestSentence))}\n`;

/** Nothing of a text is markup, a link, an image, a mention or a reference to an issue. */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+!|~]/g, character => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=\w)/g, '@\u200B')
    .replace(/\b(https?):/g, '$1\u200B:');
