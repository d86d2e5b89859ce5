import * as vscode from 'vscode';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import type { CommandGroup } from './commandTable';
import { nothing, pickOne } from './pick';
import { pickEngine, targetOf } from './target';

/** The page of a dataset: its versions, its columns, what has changed. */
export function datasetCommands(engines: Engines, panels: Pick<PanelService, 'openDataset'>): CommandGroup {
  return {
    openDataset: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const dataset = target.dataset ?? (await pickDataset(engine));
      const { before, after } = target;
      const compare = before !== undefined && after !== undefined ? { before, after } : undefined;
      panels.openDataset(engine.folder, dataset, compare);
    },
  };
}

export async function pickDataset(engine: WorkspaceEngine): Promise<string> {
  const { datasets } = await engine.call('config/outline', {});
  const [only, another] = datasets;
  if (only === undefined) throw nothing(vscode.l10n.t('modelyard.yaml has no datasets.'));
  if (another === undefined) return only.name;
  return pickOne(
    datasets.map(({ name }) => ({ label: name, value: name })),
    vscode.l10n.t('Which dataset?'),
  );
}
