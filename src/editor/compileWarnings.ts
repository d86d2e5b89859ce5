import * as vscode from 'vscode';
import type { CompiledWorkflow } from '../../engine/protocol/executors';
import { Disposables } from '../disposables';
import { source } from './resultProblems';

/**
 * What a compiled workflow does not do as modelyard.yaml says, at the lines that say it: until the file is changed or
 * something of it is compiled anew.
 */
export class CompileWarnings implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly found = this.owned.add(vscode.languages.createDiagnosticCollection('modelyard-compile'));

  constructor() {
    this.owned.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.found.delete(document.uri);
      }),
    );
  }

  show(config: vscode.Uri, warnings: CompiledWorkflow['warnings']): void {
    this.found.set(config, warnings.map(problemOf));
  }

  dispose(): void {
    this.owned.dispose();
  }
}

/** The whole of a line; from 1. */
export const lineOf = (line = 1): vscode.Range => new vscode.Range(line - 1, 0, line - 1, 10_000);

function problemOf({ message, place }: CompiledWorkflow['warnings'][number]): vscode.Diagnostic {
  const { line = 1, column = 1 } = place;
  const range = new vscode.Range(line - 1, column - 1, line - 1, 10_000);
  const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Information);
  problem.source = source;
  problem.code = 'compile';
  return problem;
}
