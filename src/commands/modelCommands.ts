import * as vscode from 'vscode';
import type { GateReport } from '../../engine/protocol/gates';
import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import { ago, metric } from '../views/text';
import type { CommandGroup } from './commandTable';
import { pickOne } from './pick';
import { promotionSteps } from './promotionSteps';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** Judge gates, promote versions. */
export function modelCommands(engines: Engines, panels: PanelService): CommandGroup {
  return {
    promoteModel: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const model = await pickModel(engine, target);
      const chosen = await promotionSteps(engine, model, target);
      const promotion = await engine.call('models/promote', chosen);
      if (promotion.promoted) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('{0} v{1} is now in {2}.', model.name, chosen.version, chosen.to),
        );
        return promotion;
      }
      const open = vscode.l10n.t('Open Run');
      const why = sentences(promotion.gates).join(' ');
      const answer = await vscode.window.showWarningMessage(
        vscode.l10n.t('{0} v{1} stays in {2}. {3}', model.name, chosen.version, promotion.from, why),
        open,
      );
      if (answer === open) panels.openRun(engine.folder, promotion.version.runId);
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

async function pickModel(engine: WorkspaceEngine, target: Target): Promise<RegisteredModel> {
  const models = await engine.call('models/list', {});
  const named = models.find(({ name }) => name === target.model);
  if (named) return named;
  if (models.length === 0 || target.model !== undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No version is registered yet. Run a pipeline with the step `register`.'),
    );
    throw new vscode.CancellationError();
  }
  return pickOne(
    models.map(value => ({ label: value.name, description: value.description, value })),
    vscode.l10n.t('Which model?'),
  );
}

async function pickVersion(model: RegisteredModel, target: Target): Promise<ModelVersion> {
  const named = model.versions.find(({ version }) => version === target.version);
  return named ?? pickOne(model.versions.map(versionItem), vscode.l10n.t('Which version of {0}?', model.name));
}

export function versionItem(version: ModelVersion): vscode.QuickPickItem & { readonly value: ModelVersion } {
  const metrics = Object.entries(version.metrics).slice(0, 3);
  return {
    label: `v${version.version}`,
    description: version.stage,
    detail: [...metrics.map(([key, value]) => `${key} ${metric(value)}`), ago(version.createdAt)].join(' · '),
    value: version,
  };
}

/** Every rule with its sentence. */
async function showReport(report: GateReport): Promise<void> {
  const icons = { passed: '$(pass)', warned: '$(warning)', failed: '$(error)', unknown: '$(question)' } as const;
  const items: vscode.QuickPickItem[] = report.results.map(result => ({
    label: `${icons[result.verdict]} ${result.rule}`,
    detail: result.sentence,
  }));
  const title = vscode.l10n.t('Gates of {0} for {1} v{2}', report.stage, report.model, report.version ?? 0);
  await vscode.window.showQuickPick(items.length > 0 ? items : [{ label: vscode.l10n.t('The stage has no gates.') }], {
    title,
  });
}

const sentences = (report: GateReport): readonly string[] =>
  report.results.filter(({ verdict }) => verdict === 'failed' || verdict === 'unknown').map(({ sentence }) => sentence);
