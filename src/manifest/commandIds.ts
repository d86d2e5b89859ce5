/** Every command of package.json, without the prefix; the manifest test keeps both in step. */
export const commandIds = [
  'runPipeline',
  'runStep',
  'stopPipeline',
  'compilePipeline',
  'fireTrigger',
  'pauseTrigger',
  'resumeTrigger',
  'validateData',
  'openExperiments',
  'openDataset',
  'openStudy',
  'openRun',
  'renameRun',
  'editRunNote',
  'deleteRun',
  'restoreRun',
  'copyRunId',
  'replayRun',
  'compareRunWithHead',
  'importRuns',
  'exportRuns',
  'showStepLog',
  'importModel',
  'promoteModel',
  'checkGates',
  'setAlias',
  'deleteAlias',
  'openConfig',
  'createConfig',
  'openSample',
  'copyDatabase',
  'checkDatabase',
  'restartEngine',
  'refresh',
  'showRunning',
  'showLog',
] as const;

export type CommandId = (typeof commandIds)[number];

/** As VS Code knows it. */
export const fullCommandId = (id: CommandId): `modelyard.${CommandId}` => `modelyard.${id}`;
