import * as vscode from 'vscode';

/** The conditions that package.json's `when` and `enablement` clauses use. */
export const contextKeys = [
  'modelyard.hasConfig', // a folder with a modelyard.yaml is open
  'modelyard.configBroken', // it has errors
  'modelyard.running', // a pipeline is under way
  'modelyard.hasRuns', // a pipeline has run to its end
] as const;

type ContextKey = (typeof contextKeys)[number];

/** The only caller of `setContext`. */
export function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
