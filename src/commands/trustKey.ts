import * as vscode from 'vscode';
import { toRange } from '../editor/ranges';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { nothing } from './pick';
import type { KeptKey } from './signingKeys';

/**
 * Writes the public half of a key into the workspace and lists it in modelyard.yaml, which is shown, and saved when it had no
 * other changes.
 * @returns the file of the public half, relative to the folder
 */
export async function trustKey(engine: WorkspaceEngine, key: KeptKey): Promise<string> {
  const file = await writePublicHalf(engine.folder, key);
  const uri = configUri(engine.folder);
  const document = await vscode.workspace.openTextDocument(uri);
  const wasDirty = document.isDirty;
  const edit = await engine.call('config/editKeys', { text: document.getText(), file });
  if (edit === null)
    throw nothing(vscode.l10n.t('modelyard.yaml lists {0} under security.keys, or is written in a way that it cannot be put in.', file)); // prettier-ignore
  const changes = new vscode.WorkspaceEdit();
  changes.replace(uri, toRange(edit.range), edit.text);
  if (!(await vscode.workspace.applyEdit(changes))) throw new vscode.CancellationError();
  const at = toRange(edit.range).start;
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
  if (!wasDirty) await document.save();
  return file;
}

/** Another key's file is not written over. */
async function writePublicHalf(folder: vscode.Uri, { name, id, publicKey }: KeptKey): Promise<string> {
  for (const file of [`keys/${name}.pub`, `keys/${name}-${id.slice(0, 12)}.pub`]) {
    const uri = vscode.Uri.joinPath(folder, file);
    const there = await Promise.resolve(vscode.workspace.fs.readFile(uri)).catch(() => undefined);
    if (there === undefined) await vscode.workspace.fs.writeFile(uri, Buffer.from(publicKey));
    else if (Buffer.from(there).toString('utf8') !== publicKey) continue;
    return file;
  }
  throw nothing(vscode.l10n.t('There is another key in keys/{0}.pub.', name));
}
