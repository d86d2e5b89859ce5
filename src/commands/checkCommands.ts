import * as vscode from 'vscode';
import { gitUser } from '../engineClient/gitUser';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { CheckReports, FoundRule } from '../editor/checkReports';
import { toRange } from '../editor/ranges';
import { canBeSet } from '../editor/verdictFixes';
import type { RuleChange } from '../../engine/protocol/config';
import type { PanelService } from '../panels/panelService';
import type { CommandGroup } from './commandTable';
import { askText, nothing } from './pick';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

interface Rooms {
  readonly checks: CheckReports;
  readonly panels: Pick<PanelService, 'openRun'>;
}

/** What is done about a rule that does not pass. */
export function checkCommands(engines: Engines, { checks, panels }: Rooms): CommandGroup {
  const asked = async (
    argument: unknown,
    fits: (rule: FoundRule) => boolean,
  ): Promise<FoundRule & { readonly engine: WorkspaceEngine }> => {
    const target = targetOf(engines, argument);
    const engine = await pickEngine(engines, target);
    const rule = target.rule === undefined ? await pickRule(checks.rules(engine).filter(fits)) : await checks.find(engine, target.rule); // prettier-ignore
    if (rule === undefined) throw nothing(vscode.l10n.t('modelyard.yaml has the rule no longer.'));
    return { engine, ...rule };
  };
  const isOpen = ({ verdict }: FoundRule): boolean => verdict.outcome !== 'passed' && verdict.pending !== true;
  return {
    waiveRule: async argument => {
      const { engine, verdict } = await asked(argument, rule => isOpen(rule) && rule.group.kind !== 'security');
      const { reason, until } = await askWaiver(verdict.rule, targetOf(engines, argument));
      const owner = await gitUser(engine.folder.fsPath);
      const waiver = { until, owner, reason: reason.trim() };
      return change(engine, verdict, { set: 'waive', waiver, ...suiteCheck(verdict) });
    },
    setBound: async argument => {
      const { engine, verdict } = await asked(argument, rule => isOpen(rule) && canBeSet(rule.verdict));
      const bound = verdict.rule.includes('≥') ? 'at_least' : 'at_most';
      const observed = verdict.value ?? Number.NaN;
      return change(engine, verdict, { set: 'bound', observed, bound, ...suiteCheck(verdict) });
    },
    showSlice: async argument => {
      const { engine, group, verdict } = await asked(argument, ({ group: { version } }) => version !== undefined);
      const { versions } = await engine.call('models/get', { name: group.subject });
      const runId = versions.find(({ version }) => version === group.version)?.runId;
      if (runId === undefined) throw nothing(vscode.l10n.t('No run of this folder has made the version.'));
      panels.openRun(engine.folder, runId, {
        part: 'evaluation',
        ...(verdict.slice !== undefined && { slice: verdict.slice }),
      });
    },
    openFailingRows: async argument => {
      const { engine, verdict } = await asked(argument, rule => linesOf(rule).length > 0);
      const [first] = verdict.evidence ?? [];
      const uri = vscode.Uri.joinPath(engine.folder, first?.file ?? '');
      const editor = await vscode.window.showTextDocument(uri, { preview: true });
      const { document } = editor;
      editor.selections = linesOf({ verdict }).map(line => {
        const { range } = document.lineAt(Math.min(line, document.lineCount) - 1);
        return new vscode.Selection(range.start, range.end);
      });
      editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenter);
    },
  };
}

/** Why, and how long; what is given is not asked. */
async function askWaiver(
  rule: string,
  given: Pick<Target, 'reason' | 'until'>,
): Promise<{ readonly reason: string; readonly until: string }> {
  const title = vscode.l10n.t('Waive “{0}”', rule);
  const reason =
    given.reason ??
    (await askText({
      title,
      prompt: vscode.l10n.t('Why may the rule fail for a while?'),
      validateInput: text => (text.trim() === '' ? vscode.l10n.t('A waiver needs a reason.') : undefined),
    }));
  const until =
    given.until ??
    (await askText({
      title,
      prompt: vscode.l10n.t('The last day for which it holds; then the rule counts again.'),
      value: dayIn(30),
      validateInput: text =>
        isDayToCome(text) ? undefined : vscode.l10n.t('Write a day to come, such as {0}.', dayIn(30)),
    }));
  return { reason, until };
}

/** One check of a suite is changed beside it. */
const suiteCheck = ({ check }: FoundRule['verdict']): { readonly check?: string } =>
  check === undefined ? {} : { check };

const linesOf = ({ verdict }: Pick<FoundRule, 'verdict'>): readonly number[] =>
  (verdict.evidence ?? []).flatMap(({ line }) => line ?? []);

/** One that the person picks; also of a single one it is asked whether it is meant. */
async function pickRule(open: readonly FoundRule[]): Promise<FoundRule> {
  if (open.length === 0) throw nothing(vscode.l10n.t('There is no such rule that was judged and does not pass.'));
  const items = open.map(value => ({
    label: value.verdict.rule,
    description: value.group.title,
    detail: value.verdict.sentence,
    value,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Which rule?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) throw new vscode.CancellationError();
  return picked.value;
}

/** Writes the change into modelyard.yaml as one edit that can be undone, saves nothing, and shows it. */
async function change(engine: WorkspaceEngine, { place }: FoundRule['verdict'], what: RuleChange): Promise<boolean> {
  const uri = configUri(engine.folder);
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = await engine.call('config/editRule', {
    text: document.getText(),
    key: place?.key ?? '',
    change: what,
  });
  if (edit === null) throw nothing(vscode.l10n.t('The rule is written in a way that nothing can be put into it.'));
  const changes = new vscode.WorkspaceEdit();
  changes.replace(uri, toRange(edit.range), edit.text);
  const isDone = await vscode.workspace.applyEdit(changes);
  const at = toRange(edit.range).start;
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
  return isDone;
}

/** @param days from today */
function dayIn(days: number): string {
  const now = new Date();
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Days in this form are in order as texts are. */
function isDayToCome(text: string): boolean {
  const [, year, month, date] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || date === undefined) return false;
  const day = new Date(year, month - 1, date);
  return day.getMonth() === month - 1 && day.getDate() === date && text >= dayIn(0);
}
