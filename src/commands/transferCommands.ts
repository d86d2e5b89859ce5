import * as vscode from 'vscode';
import type { ExportReport, ImportReport, TransferProblem } from '../../engine/protocol/transfer';
import type { Engines } from '../engineClient/engines';
import type { CommandGroup } from './commandTable';
import { exportSteps } from './exportSteps';
import { importSteps } from './importSteps';
import { withCancel } from './longCall';
import { serverSecrets } from './serverSecrets';
import { pickEngine, targetOf } from './target';

export interface TransferCommandOptions {
  readonly engines: Engines;
  readonly log: vscode.LogOutputChannel;
  readonly memory: vscode.Memento;
  readonly secrets: vscode.SecretStorage;
}

/** Bring runs in from elsewhere, take them out. */
export function transferCommands({ engines, log, memory, secrets: storage }: TransferCommandOptions): CommandGroup {
  const secrets = serverSecrets(storage);
  return {
    importRuns: async argument => {
      const engine = await pickEngine(engines, targetOf(engines, argument));
      const request = await importSteps(engine);
      const report = await withCancel(vscode.l10n.t('Importing runs'), options =>
        engine.call('transfer/import', request, options),
      );
      engines.inBackground('importRuns', tell(importSentence(report), { ...report, leftOut: leftOut(report) }, log));
      return report;
    },
    exportRuns: async argument => {
      const engine = await pickEngine(engines, targetOf(engines, argument));
      const { request, secret } = await exportSteps(engine, { memory, secrets });
      const report = await withCancel(vscode.l10n.t('Exporting runs'), options =>
        engine.call('transfer/export', request, options),
      );
      if (secret !== undefined) await secrets.keep(secret);
      engines.inBackground(
        'exportRuns',
        tell(exportSentence(report), { ...report, leftOut: notExported(report) }, log),
      );
      return report;
    },
  };
}

const leftOut = ({ runs, models, versions }: ImportReport): number =>
  [runs, models, versions].reduce(
    (sum, { broken, conflicting, incomplete }) => sum + broken + conflicting + incomplete,
    0,
  );

function importSentence(report: ImportReport): string {
  const { imported, updated, unchanged } = report.runs;
  const runs =
    imported === 1
      ? vscode.l10n.t('1 run imported, {0} continued, {1} here already.', updated, unchanged)
      : vscode.l10n.t('{0} runs imported, {1} continued, {2} here already.', imported, updated, unchanged);
  const done = [runs, ...modelSentence(report)].join(' ');
  return leftOut(report) === 0
    ? done
    : `${done} ${vscode.l10n.t('{0} were left out, or are not complete.', leftOut(report))}`;
}

/** Most sources have no registry: nothing is said of it then. */
function modelSentence({ models, versions }: ImportReport): readonly string[] {
  const isSaid = [models, versions].some(({ imported, updated, unchanged }) => imported + updated + unchanged > 0);
  if (!isSaid) return [];
  return [
    vscode.l10n.t(
      'Registry: {0} models and {1} versions imported, {2} versions here already.',
      models.imported,
      versions.imported,
      versions.unchanged + versions.updated,
    ),
  ];
}

const notExported = ({ runs, models, versions }: ExportReport): number => runs.broken + models.broken + versions.broken;

function exportSentence(report: ExportReport): string {
  const { runs, models, versions, to } = report;
  const ofRuns =
    runs.exported === 1
      ? vscode.l10n.t('1 run exported to {0}, {1} there already.', to, runs.unchanged)
      : vscode.l10n.t('{0} runs exported to {1}, {2} there already.', runs.exported, to, runs.unchanged);
  const hasModels = [models, versions].some(({ exported, unchanged }) => exported + unchanged > 0);
  const ofModels = vscode.l10n.t(
    'Registry: {0} models and {1} versions exported, {2} versions there already.',
    models.exported,
    versions.exported,
    versions.unchanged,
  );
  const done = hasModels ? `${ofRuns} ${ofModels}` : ofRuns;
  const lost = notExported(report);
  return lost === 0 ? done : `${done} ${vscode.l10n.t('{0} were left out, or are not complete.', lost)}`;
}

/** What came of it; what was left out is listed in the log. */
async function tell(
  sentence: string,
  { problems, moreProblems, notes = [], leftOut: count }: Told,
  log: vscode.LogOutputChannel,
): Promise<void> {
  for (const note of notes) log.info(note);
  for (const { message, fix } of problems) log.warn(fix === undefined ? message : `${message} ${fix}`);
  if (moreProblems > 0) log.warn(vscode.l10n.t('… and {0} more', moreProblems));
  if (count === 0 && notes.length === 0) {
    await vscode.window.showInformationMessage(sentence);
    return;
  }
  const show = vscode.l10n.t('Show Log');
  const say = count === 0 ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const told = notes.length <= NOTES_SHOWN ? notes : [vscode.l10n.t('The log has {0} notes.', notes.length)];
  const chosen = await say(count === 0 ? [sentence, ...told].join(' ') : sentence, show);
  if (chosen === show) log.show();
}

/** Notes that a message has room for. */
const NOTES_SHOWN = 2;

interface Told {
  readonly problems: readonly TransferProblem[];
  readonly moreProblems: number;
  readonly notes?: readonly string[];
  readonly leftOut: number;
}
