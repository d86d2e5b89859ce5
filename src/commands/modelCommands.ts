import * as vscode from 'vscode';
import type { GateReport, GateResult } from '../../engine/protocol/gates';
import type { ImportedModel } from '../../engine/protocol/modelImport';
import type { Promotion } from '../../engine/protocol/registry';
import { toRange } from '../editor/ranges';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import type { CommandGroup } from './commandTable';
import { importModelSteps } from './importModelSteps';
import { withCancel } from './longCall';
import { gateItems } from './modelItems';
import { noVersions, pickModel, pickVersion } from './modelPicks';
import { pickOne } from './pick';
import { promotionSteps } from './promotionSteps';
import { pickEngine, targetOf } from './target';

/** Import models, judge gates, promote versions. */
export function modelCommands(engines: Engines, panels: PanelService): CommandGroup {
  return {
    importModel: async argument => {
      const file = argument instanceof vscode.Uri ? argument : undefined; // of the explorer
      const inFile = file && engines.of(file);
      const engine = inFile ?? (await pickEngine(engines, targetOf(engines, argument)));
      const request = await importModelSteps(engine, file?.fsPath);
      const imported = await withCancel(vscode.l10n.t('Importing a model'), options =>
        engine.call('models/import', request, options),
      );
      engines.inBackground('importModel', tellImported(engine, imported, panels));
      return imported;
    },
    promoteModel: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const model = await pickModel(engine, target);
      if (model.versions.length === 0) throw noVersions(model);
      const chosen = await promotionSteps(engine, model, target);
      const promotion = await engine.call('models/promote', chosen);
      if (promotion.promoted) {
        const moved = vscode.l10n.t('{0} v{1} is now in {2}.', model.name, chosen.version, chosen.to);
        vscode.window.setStatusBarMessage(moved, 5000);
        return promotion;
      }
      engines.inBackground('promoteModel', tellBlocked(engine, promotion, panels));
      return promotion;
    },
    checkGates: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const model = await pickModel(engine, target);
      const version = await pickVersion(model, target);
      const stage =
        target.stage ??
        (await pickOne(
          model.stages.slice(1).map(value => ({ label: value, value })),
          vscode.l10n.t('The gates of which stage?'),
        ));
      const report = await engine.call('models/gates', { name: model.name, version: version.version, stage });
      await showReport(report);
      return report;
    },
  };
}

/** What came of an import, and what is worth knowing of it. */
async function tellImported(
  engine: WorkspaceEngine,
  { version, runId, notes }: ImportedModel,
  panels: PanelService,
): Promise<void> {
  const open = vscode.l10n.t('Open Run');
  const done = vscode.l10n.t('{0} v{1} is registered in {2}.', version.model, version.version, version.stage);
  const answer = await vscode.window.showInformationMessage([done, ...notes].join(' '), open);
  if (answer === open) panels.openRun(engine.folder, runId);
}

/** A blocked promotion: why, and where to look. */
async function tellBlocked(engine: WorkspaceEngine, promotion: Promotion, panels: PanelService): Promise<void> {
  const { version, from, gates } = promotion;
  const open = vscode.l10n.t('Open Run');
  const show = vscode.l10n.t('Show Rule');
  const why = blocking(gates).map(({ sentence }) => sentence);
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} v{1} stays in {2}. {3}', version.model, version.version, from, why.join(' ')),
    ...(version.runId === undefined ? [] : [open]),
    show,
  );
  if (answer === open && version.runId !== undefined) panels.openRun(engine.folder, version.runId);
  if (answer === show) await showRule(engine, gates);
}

/** Opens the configuration at the first rule that blocks. */
async function showRule(engine: WorkspaceEngine, report: GateReport): Promise<void> {
  const { models } = await engine.call('config/outline', {});
  const stage = models.find(({ name }) => name === report.model)?.stages.find(({ name }) => name === report.stage);
  const [first] = blocking(report);
  const range = stage?.rules[first?.index ?? 0] ?? stage?.range;
  await vscode.window.showTextDocument(configUri(engine.folder), range ? { selection: toRange(range) } : {});
}

/** Every rule with its sentence. */
async function showReport(report: GateReport): Promise<void> {
  const title = vscode.l10n.t('Gates of {0} for {1} v{2}', report.stage, report.model, report.version ?? 0);
  const items = gateItems(report);
  const shown = items.length > 0 ? items : [{ label: vscode.l10n.t('The stage has no gates.') }];
  await vscode.window.showQuickPick(shown, { title, matchOnDetail: true });
}

const blocking = ({ results }: GateReport): readonly GateResult[] =>
  results.filter(({ verdict }) => verdict === 'failed' || verdict === 'unknown');
