import * as vscode from 'vscode';
import { signalOf, unlessCancelled } from '../engineClient/cancellation';
import type { Engines } from '../engineClient/engines';
import { commandLink } from '../manifest/commands';

/** At the key of a dataset: rules from its data, and the rows that break those there are. */
export function registerDatasetActions(engines: Engines, selector: vscode.DocumentSelector): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: async (...[document, range, , token]) => {
      const engine = engines.isConfig(document.uri) ? engines.of(document.uri) : undefined;
      if (!engine || !vscode.workspace.isTrusted) return [];
      const asked = engine.call('config/outline', { text: document.getText() }, { signal: signalOf(token) });
      const outline = await unlessCancelled(asked);
      const { line } = range.start;
      const found = outline?.datasets.find(dataset => dataset.range.startLine === line + 1);
      if (!found) return [];
      const link = { folder: engine.folder.toString(), dataset: found.name };
      const action = (kind: vscode.CodeActionKind, command: vscode.Command): vscode.CodeAction => {
        const made = new vscode.CodeAction(command.title, kind);
        made.command = command;
        return made;
      };
      return [
        action(
          vscode.CodeActionKind.Refactor,
          commandLink(
            'proposeExpectations',
            vscode.l10n.t('Propose expectations from the data of {0}', found.name),
            link,
          ),
        ),
        action(
          vscode.CodeActionKind.QuickFix,
          commandLink('showFailingRows', vscode.l10n.t('Show the failing rows of {0}', found.name), link),
        ),
      ];
    },
  };
  const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.Refactor, vscode.CodeActionKind.QuickFix] };
  return vscode.languages.registerCodeActionsProvider(selector, provider, kinds);
}
