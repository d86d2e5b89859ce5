import * as vscode from 'vscode';
import type { TextDifference } from '../../webview/shared/protocol';

const scheme = 'modelyard-compared';
/** Texts of differences that may still be open. */
const most = 500;

/** Texts that are compared, as read-only documents. */
export class ComparedTexts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  private last = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.query) ?? '';
  }

  async open({ title, path, before, after }: TextDifference): Promise<void> {
    await vscode.commands.executeCommand('vscode.diff', this.keep(path, before), this.keep(path, after), title);
  }

  dispose(): void {
    this.registration.dispose();
    this.texts.clear();
  }

  /** The document of a text; its name and language are those of the path. */
  keep(path: string, text: string): vscode.Uri {
    const query = String(++this.last);
    this.texts.set(query, text);
    for (const old of this.texts.keys()) if (this.texts.size > most) this.texts.delete(old);
    return vscode.Uri.from({ scheme, path: `/${path}`, query });
  }
}
