import * as vscode from 'vscode';
import type { CompletionEntry } from '../../engine/protocol/config';
import { Disposables } from '../disposables';
import { signalOf, unlessCancelled } from '../engineClient/cancellation';
import type { Engines } from '../engineClient/engines';
import { toConfigPosition, toRange } from './ranges';

/** Completion, hover and go-to-definition of modelyard.yaml; the engine knows the answers, this only translates. */
export function registerLanguageFeatures(engines: Engines, selector: vscode.DocumentSelector): Disposables {
  const owned = new Disposables();
  owned.add(
    vscode.languages.registerCompletionItemProvider(
      selector,
      {
        provideCompletionItems: async (document, position, token) => {
          const engine = engineOf(engines, document);
          const asked = engine?.call('config/complete', toConfigPosition(document, position), { signal: signalOf(token) });
          return ((await unlessCancelled(asked)) ?? []).map(completion);
        },
      },
      ' ', ':', '[', '{', ',', '"', "'",
    ), // prettier-ignore
  );
  owned.add(
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, position, token) => {
        const engine = engineOf(engines, document);
        const asked = engine?.call('config/hover', toConfigPosition(document, position), { signal: signalOf(token) });
        const hover = await unlessCancelled(asked);
        return hover && new vscode.Hover(new vscode.MarkdownString(hover.contents), toRange(hover.range));
      },
    }),
  );
  owned.add(
    vscode.languages.registerDefinitionProvider(selector, {
      provideDefinition: async (document, position, token) => {
        const engine = engineOf(engines, document);
        const asked = engine?.call('config/definition', toConfigPosition(document, position), {
          signal: signalOf(token),
        });
        const found = await unlessCancelled(asked);
        return (
          found && engine && new vscode.Location(vscode.Uri.joinPath(engine.folder, found.file), toRange(found.range))
        );
      },
    }),
  );
  return owned;
}

const engineOf = (engines: Engines, document: vscode.TextDocument) =>
  engines.isConfig(document.uri) ? engines.of(document.uri) : undefined;

const kinds: Readonly<Record<CompletionEntry['kind'], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  reference: vscode.CompletionItemKind.Reference,
  column: vscode.CompletionItemKind.Field,
  function: vscode.CompletionItemKind.Function,
};

function completion(entry: CompletionEntry, index: number): vscode.CompletionItem {
  const item = new vscode.CompletionItem(entry.label, kinds[entry.kind]);
  item.detail = entry.detail;
  if (entry.documentation !== undefined) item.documentation = new vscode.MarkdownString(entry.documentation);
  item.insertText = entry.insertText;
  item.range = toRange(entry.range);
  item.sortText = String(index).padStart(5, '0'); // the engine has put them in order
  return item;
}
