import path from 'node:path';
import * as vscode from 'vscode';
import { hasLines } from '../../engine/protocol/data';
import type { FailingRows, ProposedExpectations } from '../../engine/protocol/datasets';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { toRange } from '../editor/ranges';
import type { CommandGroup } from './commandTable';
import { pickDataset } from './datasetCommands';
import { withCancel } from './longCall';
import { nothing, pickOne } from './pick';
import { pickEngine, targetOf } from './target';

/** Rows in a list that somebody can look through; the command line lists all. */
const mostListed = 1000;

/** What is expected of a dataset: proposed from its data, and the rows that break it. */
export function expectationCommands(engines: Engines): CommandGroup {
  const chosen = async (argument: unknown): Promise<{ engine: WorkspaceEngine; name: string }> => {
    const target = targetOf(engines, argument);
    const engine = await pickEngine(engines, target);
    return { engine, name: target.dataset ?? (await pickDataset(engine)) };
  };
  return {
    proposeExpectations: async argument => {
      const { engine, name } = await chosen(argument);
      const document = await vscode.workspace.openTextDocument(configUri(engine.folder));
      const text = document.getText();
      const found = await withCancel(vscode.l10n.t('Looking for what {0} suggests', name), options =>
        engine.call('datasets/propose', { name, text }, options),
      );
      await preview(document, text, found);
    },
    showFailingRows: async argument => {
      const { engine, name } = await chosen(argument);
      const found = await withCancel(vscode.l10n.t('Looking for failing rows of {0}', name), options =>
        engine.call('datasets/failing', { name, limit: mostListed }, options),
      );
      await openRow(engine.folder, found);
    },
  };
}

/** Shown in the editor's preview of changes, which writes it or not. */
async function preview(
  document: vscode.TextDocument,
  text: string,
  { dataset, proposals, edit }: ProposedExpectations,
): Promise<void> {
  if (proposals.length === 0)
    throw nothing(vscode.l10n.t('{0} is expected all that its data suggests already.', dataset));
  if (edit === undefined)
    throw nothing(
      vscode.l10n.t(
        'The rules cannot be put into {0} as it is written. Give it a list “expect:” in block style.',
        dataset,
      ),
    );
  if (document.getText() !== text) throw nothing(vscode.l10n.t('modelyard.yaml has changed meanwhile. Try again.'));
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, toRange(edit.range), edit.text, {
    needsConfirmation: true,
    label:
      proposals.length === 1
        ? vscode.l10n.t('1 rule that holds for {0} now', dataset)
        : vscode.l10n.t('{0} rules that hold for {1} now', proposals.length, dataset),
    description: proposals
      .flatMap(({ reasons }) => reasons)
      .slice(0, 3)
      .join('; '),
  });
  await vscode.workspace.applyEdit(change, { isRefactoring: true });
}

/** A list of the rows; the chosen one is opened in the data file. */
async function openRow(folder: vscode.Uri, { dataset, path: file, format, checks }: FailingRows): Promise<void> {
  const items = checks.flatMap(({ rule, rows }) =>
    rows.map(({ line, value, file: own = file }) => ({
      label: own === file ? vscode.l10n.t('Line {0}', line) : `${own}:${line}`,
      description: value === null ? vscode.l10n.t('missing') : String(value).slice(0, 200),
      detail: rule,
      value: { line, own },
    })),
  );
  if (items.length === 0) {
    const [first] = checks;
    throw nothing(first?.message ?? vscode.l10n.t('No row of {0} fails.', dataset));
  }
  const { line, own } = await pickOne(items, vscode.l10n.t('{0} failing rows of {1}: open one', items.length, dataset));
  if (!hasLines(format)) throw nothing(vscode.l10n.t('{0} has no lines to open.', own));
  const uri = path.isAbsolute(own) ? vscode.Uri.file(own) : vscode.Uri.joinPath(folder, own);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(line - 1, 0, line - 1, 10_000) });
}
