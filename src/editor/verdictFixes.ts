import * as vscode from 'vscode';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { commandLink } from '../manifest/commands';
import type { CheckReports, FoundRule } from './checkReports';
import { toRange } from './ranges';

/** What can be done about a rule that does not pass, as quick fixes of its problem. */
export class VerdictFixes implements vscode.CodeActionProvider {
  constructor(
    private readonly engines: Engines,
    private readonly checks: Pick<CheckReports, 'rules'>,
  ) {}

  async provideCodeActions(
    ...[document, range, context]: Parameters<vscode.CodeActionProvider['provideCodeActions']>
  ): Promise<vscode.CodeAction[]> {
    const engine = this.engines.isConfig(document.uri) ? this.engines.of(document.uri) : undefined;
    if (engine === undefined || !vscode.workspace.isTrusted) return [];
    const found = await rulesAt({ engine, checks: this.checks, document }, range);
    return found
      .filter(({ verdict }) => verdict.outcome !== 'passed' && verdict.pending !== true)
      .flatMap(rule => {
        const place = rule.range;
        const diagnostics = context.diagnostics.filter(one => one.range.isEqual(place));
        return fixesOf(engine, rule).map(command => {
          const fix = new vscode.CodeAction(command.title, vscode.CodeActionKind.QuickFix);
          fix.command = command;
          fix.diagnostics = [...diagnostics];
          return fix;
        });
      });
  }
}

export interface PlacedRule extends FoundRule {
  readonly range: vscode.Range;
}

/** The rules that a range of a text touches, at their places in the text as it is now. */
export async function rulesAt(
  {
    engine,
    checks,
    document,
  }: { engine: WorkspaceEngine; checks: Pick<CheckReports, 'rules'>; document: vscode.TextDocument },
  range: vscode.Range,
): Promise<readonly PlacedRule[]> {
  const rules = checks.rules(engine).filter(({ verdict }) => verdict.place?.key !== undefined);
  if (rules.length === 0) return [];
  const keys = rules.map(({ verdict }) => verdict.place?.key ?? '');
  const places = await engine.call('config/locate', { keys, text: document.getText() }).catch(() => []);
  return rules.flatMap((rule, i) => {
    const place = places[i];
    const at = place && toRange(place);
    return at?.intersection(range) === undefined ? [] : [{ ...rule, range: at }];
  });
}

/** The commands that fit a rule, in the order in which one would try them. */
function fixesOf(engine: WorkspaceEngine, { group, verdict }: FoundRule): readonly vscode.Command[] {
  const link = { folder: engine.folder.toString(), rule: verdict.id };
  const commands: vscode.Command[] = [];
  if (group.kind === 'model' && group.version !== undefined) {
    const title =
      verdict.slice === undefined
        ? vscode.l10n.t('Show the evaluation of v{0}', group.version)
        : vscode.l10n.t('Show the slice {0} of v{1}', verdict.slice, group.version);
    commands.push(commandLink('showSlice', title, link));
  }
  if ((verdict.evidence ?? []).some(({ line }) => line !== undefined))
    commands.push(commandLink('openFailingRows', vscode.l10n.t('Open the rows that fail'), link));
  // findings in files are allowed, or the version is replaced
  if (group.kind !== 'security' && (verdict.waiver === undefined || verdict.outcome !== 'waived'))
    commands.push(commandLink('waiveRule', vscode.l10n.t('Waive “{0}” until …', verdict.rule), link));
  if (canBeSet(verdict))
    commands.push(
      commandLink('setBound', vscode.l10n.t('Set the bound of “{0}” to what was observed', verdict.rule), link),
    );
  return commands;
}

/** It has `at_least` or `at_most`, and a value. */
export const canBeSet = ({ value, bound, rule }: FoundRule['verdict']): boolean =>
  value !== undefined && Number.isFinite(value) && bound !== undefined && /[≥≤]/.test(rule);
