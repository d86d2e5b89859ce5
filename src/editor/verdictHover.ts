import * as vscode from 'vscode';
import type { EarlierVerdict, Outcome, Verdict } from '../../engine/protocol/verdicts';
import type { Engines } from '../engineClient/engines';
import { ago, metric } from '../views/text';
import type { CheckReports, FoundRule } from './checkReports';
import { rulesAt } from './verdictFixes';

const shownHistory = 8;

/** Over a rule of modelyard.yaml: how it was judged last, and before. */
export class VerdictHover implements vscode.HoverProvider {
  constructor(
    private readonly engines: Engines,
    private readonly checks: Pick<CheckReports, 'rules'>,
  ) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const engine = this.engines.isConfig(document.uri) ? this.engines.of(document.uri) : undefined;
    if (engine === undefined) return undefined;
    const rules = await rulesAt({ engine, checks: this.checks, document }, new vscode.Range(position, position));
    const told = rules.filter(({ verdict }) => verdict.pending !== true);
    const [first] = told;
    return first && new vscode.Hover(told.map(hoverText), first.range);
  }
}

const icons: Readonly<Record<Outcome, string>> = {
  passed: '$(pass)',
  waived: '$(clock)',
  warned: '$(warning)',
  unknown: '$(question)',
  failed: '$(error)',
};

function hoverText({ group, verdict }: FoundRule): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.appendMarkdown(`${icons[verdict.outcome]} `).appendText(`${group.title}: ${verdict.sentence}`);
  for (const hint of verdict.hints ?? []) text.appendMarkdown('\n\n').appendText(hint);
  const history = (verdict.history ?? []).slice(0, shownHistory);
  if (history.length > 0) text.appendMarkdown(`\n\n${historyTable(history)}`);
  return text;
}

const historyTable = (history: readonly EarlierVerdict[]): string =>
  [
    `| | ${vscode.l10n.t('before')} | ${vscode.l10n.t('value')} | ${vscode.l10n.t('when')} |`,
    '| --- | --- | ---: | --- |',
    ...history.map(
      ({ outcome, of, value, at }) => `| ${icons[outcome]} | ${cell(of)} | ${valueText({ value })} | ${ago(at)} |`,
    ),
  ].join('\n');

const cell = (text: string): string => text.replace(/[^\w ./-]/g, ' ');
const valueText = ({ value }: { readonly value: Verdict['value'] | undefined }): string =>
  value === undefined ? '' : metric(value);
