import * as vscode from 'vscode';
import type { CheckedInfraFile, InfraCheck, InfraFinding } from '../../engine/protocol/infrastructure';
import { Disposables } from '../disposables';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { source } from './resultProblems';

/** What the last check of the infrastructure has found, on the lines of the files, until these change. */
export class InfraFindings implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly found = this.owned.add(vscode.languages.createDiagnosticCollection('modelyard-infra-check'));

  constructor() {
    this.owned.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.found.delete(document.uri)));
  }

  /** Takes the place of what was found in this folder before. */
  show({ folder }: Pick<WorkspaceEngine, 'folder'>, { files }: InfraCheck): void {
    this.found.forEach(uri => {
      if (vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === folder.toString()) this.found.delete(uri);
    });
    for (const file of files) this.found.set(vscode.Uri.file(file.path), problemsOf(file));
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function problemsOf({ findings, tools }: CheckedInfraFile): vscode.Diagnostic[] {
  const refusals = tools
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ tool, message }): InfraFinding => ({ code: tool, severity: 'error', message }));
  return [...findings, ...refusals].map(({ code, severity, message, line = 1 }) => {
    const { Error: error, Warning: warning } = vscode.DiagnosticSeverity;
    const range = new vscode.Range(line - 1, 0, line - 1, 10_000);
    const found = new vscode.Diagnostic(range, message, severity === 'error' ? error : warning);
    return Object.assign(found, { source, code: `infrastructure-${code}` });
  });
}
