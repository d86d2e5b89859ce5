import * as vscode from 'vscode';

/** Every setting of package.json with its type and default. */
const settingDefaults = {
  configFile: 'modelyard.yaml',
  'codeLens.run': true,
  'codeLens.runEverything': false,
  'codeLens.debug': true,
  'codeLens.result': true,
  'codeLens.studies': true,
  'codeLens.promote': true,
  'codeLens.serve': true,
  'codeLens.gates': true,
  'codeLens.replay': false,
  'codeLens.data': true,
  'codeLens.features': true,
  'codeLens.triggers': true,
  'codeLens.plan': true,
  'codeLens.graph': false,
  'codeLens.more': true,
  'codeLens.ci': true,
  'editor.parameterEffects': true,
  'diagnostics.gates': true,
  'diagnostics.data': true,
  'diagnostics.features': true,
  'statusBar.enabled': true,
  'experiments.sortBy': 'newest',
  'experiments.metrics': ['auc', 'expected_cost', 'rmse', 'accuracy'],
  'experiments.limit': 200,
  'triggers.enabled': true,
  'mlflow.setEnvironment': true,
} as const;

export type SettingId = keyof typeof settingDefaults;
export type SettingValue<Id extends SettingId> = (typeof settingDefaults)[Id] extends boolean
  ? boolean
  : (typeof settingDefaults)[Id] extends number
    ? number
    : (typeof settingDefaults)[Id] extends string
      ? string
      : readonly string[];

/** The only reader of settings. */
export function setting<Id extends SettingId>(id: Id, scope?: vscode.Uri): SettingValue<Id> {
  const value = vscode.workspace.getConfiguration('modelyard', scope).get<SettingValue<Id>>(id);
  if (value === undefined) throw new Error(`The setting modelyard.${id} is not declared.`);
  return value;
}

/** Calls back when one of these settings has changed. */
export const onSettingsChanged = (ids: readonly SettingId[], listener: () => void): vscode.Disposable =>
  vscode.workspace.onDidChangeConfiguration(event => {
    if (ids.some(id => event.affectsConfiguration(`modelyard.${id}`))) listener();
  });
