import * as v from 'valibot';
import * as vscode from 'vscode';
import type { RunId } from '../../engine/protocol/ids';
import type { Engines } from '../engineClient/engines';
import { engineOf } from './engineOf';
import { runId } from './subject';

const scheme = 'modelyard-artifact';
const maxBytes = 16 << 20;
const query = v.object({ folder: v.string(), runId });

/** The address under which an artifact of a run is opened; its path ends as the file does, for the language. */
export const artifactUri = (folder: vscode.Uri, artifact: { runId: RunId; path: string }): vscode.Uri =>
  vscode.Uri.from({
    scheme,
    path: `/${artifact.path}`,
    query: JSON.stringify({ folder: folder.toString(), runId: artifact.runId }),
  });

/** Artifacts as read-only documents. */
export class ArtifactDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  constructor(private readonly engines: Pick<Engines, 'of' | 'onDidChange'>) {}

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const asked: unknown = JSON.parse(uri.query);
    const { folder, runId: run } = v.parse(query, asked);
    const engine = await engineOf(this.engines, vscode.Uri.parse(folder, true));
    const path = uri.path.slice(1);
    const { text, truncated, size } = await engine.call('runs/artifact', { runId: run, path, maxBytes });
    if (text === undefined) return vscode.l10n.t('{0} holds {1} bytes of binary data.', path, size);
    return truncated ? `${text}\n${vscode.l10n.t('… only the first {0} of {1} bytes', maxBytes, size)}` : text;
  }

  dispose(): void {
    this.registration.dispose();
  }
}
