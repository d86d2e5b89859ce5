import * as v from 'valibot';
import * as vscode from 'vscode';
import type { HostMethods, ModelAction, StartRequest } from '../../webview/shared/protocol';
import { openPlace } from '../engineClient/errorMessage';
import type { CommandId } from '../manifest/commandIds';
import { executeCommand } from '../manifest/commands';
import { setting } from '../manifest/settings';
import { artifactUri } from './artifactDocuments';
import { hostHandler } from './checkedHandler';
import { featureHostHandlers } from './featureHandlers';
import type { Handler } from './handler';
import { pipelineRunId, runId, runIds, studyId } from './subject';

const text = v.pipe(v.string(), v.maxLength(64 << 20));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
const position = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9)));
const version = v.pipe(v.number(), v.integer(), v.minValue(1));
const modelCommands: Readonly<Record<ModelAction, CommandId>> = {
  promote: 'promoteModel',
  rollback: 'rollbackStage',
  approve: 'approveVersion',
  reject: 'rejectVersion',
  withdraw: 'withdrawDecision',
  demote: 'demoteVersion',
  archive: 'archiveVersion',
  restore: 'restoreVersion',
  delete: 'deleteVersion',
  setAlias: 'setAlias',
  deleteAlias: 'deleteAlias',
  checkGates: 'checkGates',
  serve: 'serveModel',
  testServing: 'testServing',
  sign: 'signVersion',
  verify: 'verifyVersion',
};
const modelActions = [
  ...(['promote', 'rollback', 'approve', 'reject', 'withdraw', 'demote', 'archive', 'restore', 'delete'] as const),
  ...(['setAlias', 'deleteAlias', 'checkGates', 'serve', 'testServing', 'sign', 'verify'] as const),
];

/** What an error may name: a file of the folder, or one that a dataset names by its whole path. */
const place = v.strictObject({
  file: v.pipe(v.string(), v.minLength(1), v.maxLength(4096), v.check(isNoWayOut, 'Not a file of the folder')),
  line: position,
  column: position,
  endLine: position,
  endColumn: position,
  key: v.exactOptional(text),
});

export const hostHandlers: Readonly<Record<keyof HostMethods, Handler>> = {
  'host/openRun': hostHandler<'host/openRun'>(v.strictObject({ runId }), ({ owner, folder }, params) => {
    owner.openRun(folder, params.runId);
    return Promise.resolve(null);
  }),
  'host/openExperiments': hostHandler<'host/openExperiments'>(
    v.strictObject({ selected: runIds }),
    ({ owner, folder }, { selected }) => {
      owner.openExperiments(folder, selected);
      return Promise.resolve(null);
    },
  ),
  'host/save': hostHandler<'host/save'>(
    v.strictObject({ name, text: v.exactOptional(text), base64: v.exactOptional(text) }),
    async ({ folder }, file) => {
      const safe = file.name.replace(/[\\/:*?"<>|]/g, '-');
      const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(folder, safe) });
      if (!target) return { saved: false };
      const bytes = file.base64 === undefined ? Buffer.from(file.text ?? '') : Buffer.from(file.base64, 'base64');
      await vscode.workspace.fs.writeFile(target, bytes);
      return { saved: true };
    },
  ),
  'host/exportTable': hostHandler<'host/exportTable'>(
    v.strictObject({
      filter: v.exactOptional(text),
      experiments: v.exactOptional(v.array(name)),
      deleted: v.exactOptional(v.literal('only')),
    }),
    async ({ engine, folder }, which, signal) => {
      const target = await vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.joinPath(folder, 'runs.csv'),
        filters: { CSV: ['csv'] },
      });
      if (!target) return { saved: false };
      const to = { kind: 'csv', file: target.fsPath } as const;
      // the dialog has asked whether a file may be replaced
      const { runs } = await engine.call('transfer/export', { to, overwrite: true, ...which }, { signal });
      vscode.window.setStatusBarMessage(
        runs.exported === 1
          ? vscode.l10n.t('1 run written to {0}', target.fsPath)
          : vscode.l10n.t('{0} runs written to {1}', runs.exported, target.fsPath),
        5000,
      );
      return { saved: true };
    },
  ),
  'host/copy': hostHandler<'host/copy'>(v.strictObject({ text }), async (_context, params) => {
    await vscode.env.clipboard.writeText(params.text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', params.text.slice(0, 80)), 3000);
    return null;
  }),
  'host/openArtifact': hostHandler<'host/openArtifact'>(
    v.strictObject({ runId, path: name }),
    async ({ folder }, artifact) => {
      const document = await vscode.workspace.openTextDocument(artifactUri(folder, artifact));
      await vscode.window.showTextDocument(document, { preview: true });
      return null;
    },
  ),
  'host/openDiff': hostHandler<'host/openDiff'>(
    v.strictObject({ title: name, path: name, before: text, after: text }),
    async ({ owner }, difference) => {
      await owner.openDiff(difference);
      return null;
    },
  ),
  'host/openPlace': hostHandler<'host/openPlace'>(v.strictObject({ place }), async ({ folder }, params) => {
    await openPlace(folder, params.place);
    return null;
  }),
  'host/runColours': hostHandler<'host/runColours'>(
    v.strictObject({ slots: v.record(name, v.pipe(v.number(), v.integer(), v.minValue(0))) }),
    ({ folder, colours }, { slots }) => {
      colours.set(folder, slots);
      return Promise.resolve(null);
    },
  ),
  'host/openRunCard': hostHandler<'host/openRunCard'>(v.strictObject({ runId }), async ({ folder }, params) => {
    await executeCommand('openRunCard', { folder: folder.toString(), ...params });
    return null;
  }),
  'host/openModel': hostHandler<'host/openModel'>(
    v.strictObject({ model: name, version: v.exactOptional(version), stage: v.exactOptional(name) }),
    ({ owner, folder }, { model, version: number, stage }) => {
      owner.openModel(folder, model, number === undefined ? undefined : { version: number, ...(stage && { stage }) });
      return Promise.resolve(null);
    },
  ),
  'host/changeModel': hostHandler<'host/changeModel'>(
    v.strictObject({
      action: v.picklist(modelActions),
      model: name,
      version: v.exactOptional(version),
      stage: v.exactOptional(name),
    }),
    async ({ folder }, { action, ...target }) => {
      await executeCommand(modelCommands[action], { folder: folder.toString(), ...target });
      return null;
    },
  ),
  'host/promote': hostHandler<'host/promote'>(
    v.strictObject({ model: name, version: v.pipe(v.number(), v.integer()) }),
    async ({ folder }, version) => {
      await executeCommand('promoteModel', { folder: folder.toString(), ...version });
      return null;
    },
  ),
  'host/runPipeline': hostHandler<'host/runPipeline'>(
    v.strictObject({ pipeline: v.exactOptional(name) }),
    async ({ folder }, params) => {
      await executeCommand('runPipeline', { folder: folder.toString(), ...params });
      return null;
    },
  ),
  'host/runStep': hostHandler<'host/runStep'>(
    v.strictObject({ pipeline: name, step: name }),
    async ({ folder }, params) => {
      await executeCommand('runStep', { folder: folder.toString(), ...params });
      return null;
    },
  ),
  'host/startRun': hostHandler<'host/startRun'>(
    v.strictObject({
      pipeline: name,
      only: v.exactOptional(name),
      startAt: v.exactOptional(name),
      resume: v.exactOptional(v.boolean()),
      fresh: v.exactOptional(v.boolean()),
      partition: v.exactOptional(name),
      params: v.exactOptional(v.record(name, text)),
    }),
    ({ folder, inBackground }, request) => {
      const { pipeline, only, startAt, params, partition } = request;
      const step = only ?? startAt;
      const given = { ...(step && { step }), ...(params && { params }), ...(partition && { partition }) };
      const link = { folder: folder.toString(), pipeline, ...given };
      inBackground('start a run', executeCommand(commandFor(request), link));
      return Promise.resolve(null);
    },
  ),
  'host/stopRun': hostHandler<'host/stopRun'>(v.strictObject({ id: pipelineRunId }), async ({ folder }, { id }) => {
    await executeCommand('stopPipeline', { folder: folder.toString(), pipelineRun: id });
    return null;
  }),
  'host/openPipeline': hostHandler<'host/openPipeline'>(
    v.strictObject({ pipeline: name, run: v.exactOptional(pipelineRunId) }),
    ({ owner, folder }, { pipeline, run }) => {
      owner.openPipeline(folder, pipeline, { run: run ?? null });
      return Promise.resolve(null);
    },
  ),
  'host/openDataset': hostHandler<'host/openDataset'>(
    v.strictObject({ dataset: name }),
    ({ owner, folder }, { dataset }) => {
      owner.openDataset(folder, dataset);
      return Promise.resolve(null);
    },
  ),
  'host/openStep': hostHandler<'host/openStep'>(
    v.strictObject({ pipeline: name, step: name }),
    async ({ engine, folder }, { pipeline, step }, signal) => {
      const keys = [`pipelines.${pipeline}.steps.${writtenStep(step)}`];
      const [range] = await engine.call('config/locate', { keys }, { signal });
      const at = range && { line: range.startLine, column: range.startColumn };
      await openPlace(folder, { file: setting('configFile', folder), ...at });
      return null;
    },
  ),
  'host/openLog': hostHandler<'host/openLog'>(
    v.strictObject({ id: pipelineRunId, step: name }),
    async ({ folder }, { id, step }) => {
      await executeCommand('showStepLog', { folder: folder.toString(), pipelineRun: id, step });
      return null;
    },
  ),
  'host/openStudy': hostHandler<'host/openStudy'>(v.strictObject({ study: studyId }), ({ owner, folder }, params) => {
    owner.openStudy(folder, params.study);
    return Promise.resolve(null);
  }),
  'host/openLineage': hostHandler<'host/openLineage'>(v.strictObject({ node: name }), ({ owner, folder }, { node }) => {
    owner.openLineage(folder, node);
    return Promise.resolve(null);
  }),
  'host/openTerminal': hostHandler<'host/openTerminal'>(v.strictObject({}), ({ folder }) => {
    vscode.window.createTerminal({ cwd: folder }).show();
    return Promise.resolve(null);
  }),
  ...featureHostHandlers,
};

function commandFor({ only, startAt, resume = false, fresh = false }: StartRequest): CommandId {
  if (only !== undefined) return 'runStep';
  if (startAt !== undefined) return 'runFromStep';
  if (resume) return 'resumePipeline';
  return fresh ? 'runPipelineFresh' : 'runPipeline';
}

/** The step that modelyard.yaml has: an instance of a matrix stands there with the others. */
const writtenStep = (step: string): string => /^(.+?) \(.+\)$/.exec(step)?.[1] ?? step;

function isNoWayOut(file: string): boolean {
  return !file.includes('\0') && !file.split(/[\\/]/).includes('..');
}
