import * as vscode from 'vscode';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Modelyard', { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand('modelyard.showLog', () => log.show()),
  );
}
