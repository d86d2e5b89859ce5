import * as vscode from 'vscode';
import type { TextRange } from '../../engine/protocol/config';

/** The engine counts lines and columns from 1, VS Code from 0. */
export const toRange = (range: TextRange): vscode.Range =>
  new vscode.Range(range.startLine - 1, range.startColumn - 1, range.endLine - 1, range.endColumn - 1);

export const toConfigPosition = (document: vscode.TextDocument, position: vscode.Position) => ({
  text: document.getText(),
  line: position.line + 1,
  column: position.character + 1,
});
