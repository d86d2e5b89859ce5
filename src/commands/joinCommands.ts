import path from 'node:path';
import * as vscode from 'vscode';
import type { FeatureList } from '../../engine/protocol/features';
import type { TrainingSet } from '../../engine/protocol/featureJoins';
import type { Engines } from '../engineClient/engines';
import type { PanelService } from '../panels/panelService';
import type { ReportDocuments } from '../panels/reportDocuments';
import { duration } from '../views/text';
import type { CommandGroup } from './commandTable';
import type { FeatureChoice } from './featurePicks';
import { choiceItems, choiceName, choiceOf } from './featurePicks';
import { joinSteps } from './joinSteps';
import { withCancel } from './longCall';
import { onlineReport } from './onlineReport';
import { askOnlineEntities } from './onlineSteps';
import { nothing, pickOne } from './pick';
import { saveFolder } from './pipelineCommands';
import { pickEngine, targetOf } from './target';

export interface JoinSurroundings {
  readonly panels: Pick<PanelService, 'openJoin'>;
  readonly reports: Pick<ReportDocuments, 'show'>;
}

/** Features joined to rows of a file, and values as they are served. */
export function joinCommands(engines: Engines, { panels, reports }: JoinSurroundings): CommandGroup {
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
    getOnlineFeatures: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const list = await engine.call('features/list', {});
      const choice = choiceOf(target) ?? (await pickChoice(list));
      const entities = await askOnlineEntities(engine, list, choice);
      const answer = await engine.call('features/online', { ...choice, entities });
      await reports.show(choiceName(choice), onlineReport(answer));
      return answer;
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

function pickChoice(list: FeatureList): Promise<FeatureChoice> {
  if (list.views.length === 0) throw nothing(vscode.l10n.t('modelyard.yaml has no `features` yet.'));
  return pickOne<FeatureChoice>(choiceItems(list), vscode.l10n.t('The values of which features?'));
}
