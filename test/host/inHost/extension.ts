import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** The extension under test; fails when VS Code did not load it. */
export function ourExtension(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('modelyard.modelyard');
  assert.ok(extension, 'VS Code does not know the extension modelyard.modelyard');
  return extension;
}

/** The workspace folder of the tests: a copy of samples/credit-scoring. */
export function workspaceFolder(): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'no folder is open');
  return folder.uri;
}
