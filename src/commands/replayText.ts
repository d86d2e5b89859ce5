import * as vscode from 'vscode';
import type { ReplayDifference, ReplayReport } from '../../engine/protocol/replay';
import { duration, escapeMarkdown } from '../views/text';

/** What came of a replay, in one sentence. */
export function replaySentence({ run, verdict, differencesInAll, compared, tolerance }: ReplayReport): string {
  switch (verdict) {
    case 'bit-identical':
      return vscode.l10n.t(
        'r-{0}, made again, is bit-identical: {1} metrics and {2} files.',
        run.number,
        compared.metrics,
        compared.files,
      );
    case 'within-tolerance':
      return vscode.l10n.t(
        'r-{0}, made again, is within tolerance (relative {1}): {2} differences.',
        run.number,
        tolerance.relative,
        differencesInAll,
      );
    case 'different':
      return vscode.l10n.t('r-{0}, made again, is different: {1} differences.', run.number, differencesInAll);
  }
}

/** All of it as a document. */
export function replayMarkdown(report: ReplayReport): string {
  const { run, code, data, startedAt, endedAt, pipeline, differences, differencesInAll, causes, notes, error } = report;
  const rows: readonly (readonly [string, string])[] = [
    [vscode.l10n.t('pipeline'), pipeline],
    [vscode.l10n.t('commit'), code.commit ?? vscode.l10n.t('none')],
    [vscode.l10n.t('changed files put on top'), String(code.changed)],
    [vscode.l10n.t('files besides the commit'), String(code.files)],
    ...data.map(({ name, digest, from }): readonly [string, string] => [name, `${digest.slice(0, 16)} (${from})`]),
    [vscode.l10n.t('took'), duration(endedAt - startedAt)],
    [vscode.l10n.t('when'), new Date(endedAt).toLocaleString(vscode.env.language)],
  ];
  const shown = differences.map(row);
  const more = differencesInAll - differences.length;
  return [
    `# ${vscode.l10n.t('Replay of r-{0}', run.number)} ${escapeMarkdown(run.name)}`,
    '',
    replaySentence(report),
    '',
    ...(error ? [escapeMarkdown(error.message), ''] : []),
    ...section(
      vscode.l10n.t('What differs'),
      shown.length > 0 ? [differenceHead(), '|---|---|---|---|---|', ...shown] : [],
    ),
    ...(more > 0 ? [vscode.l10n.t('{0} more differences are not shown.', more), ''] : []),
    ...section(vscode.l10n.t('Likely causes'), causes.map(item)),
    ...section(vscode.l10n.t('What was not as it was'), notes.map(item)),
    ...section(vscode.l10n.t('Made of'), [
      '| | |',
      '|---|---|',
      ...rows.map(([a, b]) => `| ${cell(a)} | ${cell(b)} |`),
    ]),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
const item = (text: string): string => `- ${escapeMarkdown(text)}`;
const cell = (text: string): string => escapeMarkdown(text.replace(/\s+/g, ' '));

const differenceHead = (): string =>
  `| | ${vscode.l10n.t('name')} | ${vscode.l10n.t('was')} | ${vscode.l10n.t('is')} | ${vscode.l10n.t('by')} |`;

function row({ kind, name, was, now, size }: ReplayDifference): string {
  const by = {
    more: vscode.l10n.t('more than the tolerance'),
    tolerance: vscode.l10n.t('within tolerance'),
    bytes: vscode.l10n.t('bytes'),
  }[size];
  const nothing = vscode.l10n.t('nothing');
  return `| ${kind} | ${cell(name)} | ${cell(was ?? nothing)} | ${cell(now ?? nothing)} | ${by} |`;
}
