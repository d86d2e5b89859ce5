import * as vscode from 'vscode';

/** The conditions that package.json's `when` and `enablement` clauses use. */
export const contextKeys = [
  'modelyard.hasConfig', // a folder with a modelyard.yaml is open
  'modelyard.foldersKnown', // it has been found out whether there is one
  'modelyard.configBroken', // it has errors
  'modelyard.pipelinesFailed', // the engine could not say what a view shows; the reason is above it
  'modelyard.experimentsFailed',
  'modelyard.modelsFailed',
  'modelyard.featuresFailed',
  'modelyard.featuresBroken', // modelyard.yaml has errors, so that there are no views of features
  'modelyard.running', // a pipeline is under way
  'modelyard.hasFeatures', // a folder declares feature views
  'modelyard.serving', // a model answers over HTTP
  'modelyard.hasRuns', // a pipeline has run to its end
] as const;

export type ContextKey = (typeof contextKeys)[number];

/** The only caller of `setContext`, which fails only when the window is closing. */
export function setContext(key: ContextKey, value: boolean): void {
  vscode.commands.executeCommand('setContext', key, value).then(undefined, () => undefined);
}
