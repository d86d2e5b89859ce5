import path from 'node:path';
import * as vscode from 'vscode';
import type { TrainingSet } from '../../engine/protocol/features';
import type { Engines } from '../engineClient/engines';
import type { PanelService } from '../panels/panelService';
import { duration } from '../views/text';
import type { CommandGroup } from './commandTable';
import { choiceName } from './featurePicks';
import { joinSteps } from './joinSteps';
import { withCancel } from './longCall';
import { saveFolder } from './pipelineCommands';
import { pickEngine, targetOf } from './target';

/** Features joined to rows of a file. */
export function joinCommands(engines: Engines, panels: Pick<PanelService, 'openJoin'>): CommandGroup {
  return {
    previewJoin: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      await saveFolder(engine);
      const request = await joinSteps(engine, target, vscode.l10n.t('Preview a Join'));
      panels.openJoin(engine.folder, request);
      return request;
    },
    makeTrainingSet: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      await saveFolder(engine);
      const request = await joinSteps(engine, target, vscode.l10n.t('Make a Training Set'));
      const to = await askTarget(engine.folder, choiceName(request));
      // the dialog has asked whether a file may be replaced
      const made = await withCancel(
        vscode.l10n.t('Joining {0} to {1}', choiceName(request), request.entities),
        options => engine.call('features/trainingSet', { ...request, to, force: true }, options),
      );
      engines.inBackground('makeTrainingSet', tellMade(made, engine.folder));
      return made;
    },
  };
}

/** Relative to the workspace. @throws vscode.CancellationError */
async function askTarget(folder: vscode.Uri, name: string): Promise<string> {
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Where to is the training set written?'),
    defaultUri: vscode.Uri.joinPath(folder, `${name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')}.csv`),
    filters: { CSV: ['csv'], Parquet: ['parquet'], [vscode.l10n.t('JSON lines')]: ['jsonl'] },
  });
  if (target === undefined) throw new vscode.CancellationError();
  return path.relative(folder.fsPath, target.fsPath).replaceAll(path.sep, '/');
}

async function tellMade({ path: file, rows, columns, took }: TrainingSet, folder: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t('Open {0}', file);
  const values = columns.reduce((all, { statuses }) => all + Object.values(statuses).reduce((a, b) => a + b, 0), 0);
  const missed = values - columns.reduce((all, { statuses }) => all + statuses.present, 0);
  const told = vscode.l10n.t(
    '{0} rows with {1} features are in {2}, in {3}; {4} % of the values are missing.',
    ...[rows.toLocaleString(vscode.env.language), columns.length, file, duration(took)],
    ...[values === 0 ? 0 : Number(((missed / values) * 100).toFixed(1))],
  );
  if ((await vscode.window.showInformationMessage(told, open)) === open)
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder, file));
}
