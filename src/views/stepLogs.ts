import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import type { PipelineRun } from '../../engine/protocol/pipelines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

const scheme = 'modelyard-log';

/** The log of a step as a read-only document that grows while the step runs. */
export class StepLogs implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;
  private readonly sources = new Map<
    string,
    { readonly engine: WorkspaceEngine; readonly run: PipelineRun; readonly step: string }
  >();

  constructor() {
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.owned.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.sources.delete(uri.toString())));
  }

  async show(engine: WorkspaceEngine, run: PipelineRun, step: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${run.pipeline}/${step}.log`, query: run.id });
    const isNew = !this.sources.has(uri.toString());
    this.sources.set(uri.toString(), { engine, run, step });
    if (isNew) this.follow(engine, uri, run);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
    const end = document.lineAt(document.lineCount - 1).range.end;
    editor.revealRange(new vscode.Range(end, end));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const source = this.sources.get(uri.toString());
    if (source === undefined)
      return vscode.l10n.t('This log belongs to a window that was closed. Open it again from the Pipelines view.');
    const { engine, run, step } = source;
    const parts: string[] = [];
    for (let offset = 0; ;) {
      const part = await engine.call('pipelines/log', { id: run.id, step, offset, limit: 1 << 20 });
      parts.push(part.text);
      if (part.next >= part.size || part.next === offset) break;
      offset = part.next;
    }
    const text = parts.join('');
    return text === '' ? vscode.l10n.t('The step has written nothing yet.') : text;
  }

  private follow(engine: WorkspaceEngine, uri: vscode.Uri, run: PipelineRun): void {
    const subscription = engine.on('pipeline/changed', change => {
      if (change.run.id === run.id) this.changed.fire(uri);
      if (change.run.id === run.id && change.run.status !== 'running') subscription.dispose();
    });
    this.owned.add(subscription);
  }

  dispose(): void {
    this.owned.dispose();
  }
}
