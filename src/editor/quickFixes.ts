import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import { signalOf, unlessCancelled } from '../engineClient/cancellation';
import type { Engines } from '../engineClient/engines';
import { toRange } from './ranges';

/** “Did you mean …” as a quick fix. */
export function registerQuickFixes(engines: Engines, selector: vscode.DocumentSelector): Disposables {
  const owned = new Disposables();
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: async (...[document, range, , token]) => {
      const engine = engines.isConfig(document.uri) ? engines.of(document.uri) : undefined;
      const signal = signalOf(token);
      const asked = engine?.call('config/diagnose', { text: document.getText() }, { signal });
      const found = (await unlessCancelled(asked)) ?? [];
      return found.flatMap(({ suggestion, range: wrong, message }) => {
        const place = toRange(wrong);
        if (suggestion === undefined || place.intersection(range) === undefined) return [];
        const action = new vscode.CodeAction(
          vscode.l10n.t('Change to {0}', suggestion),
          vscode.CodeActionKind.QuickFix,
        );
        action.edit = new vscode.WorkspaceEdit();
        action.edit.replace(document.uri, place, suggestion);
        action.isPreferred = true;
        action.diagnostics = [new vscode.Diagnostic(place, message)];
        return [action];
      });
    },
  };
  owned.add(
    vscode.languages.registerCodeActionsProvider(selector, provider, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
  );
  return owned;
}
