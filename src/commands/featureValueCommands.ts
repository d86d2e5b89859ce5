import * as vscode from 'vscode';
import type { FeatureViewSummary } from '../../engine/protocol/features';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import type { CommandGroup } from './commandTable';
import { pickFeatureView } from './featurePicks';
import { tellComputed, tellRecorded } from './featureTelling';
import { withCancel } from './longCall';
import { saveFolder } from './pipelineCommands';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** What is made of the definitions: versions, values, values online, statistics. Each says how far it is, and can be cancelled. */
export function featureValueCommands(engines: Engines, panels: Pick<PanelService, 'openFeatureView'>): CommandGroup {
  const chosen = async (argument: unknown): Promise<{ target: Target; engine: WorkspaceEngine }> => {
    const target = targetOf(engines, argument);
    const engine = await pickEngine(engines, target);
    await saveFolder(engine);
    return { target, engine };
  };
  return {
    recordFeatures: async argument => {
      const { target, engine } = await chosen(argument);
      const views = target.view === undefined ? {} : { views: [target.view] };
      const applied = await withCancel(vscode.l10n.t('Recording feature definitions'), options =>
        engine.call('features/apply', views, options),
      );
      engines.inBackground('recordFeatures', tellRecorded(applied));
      return applied;
    },
    computeFeatures: async argument => {
      const { target, engine } = await chosen(argument);
      const { name } = await pickFeatureView(engine, target, hasValues);
      const computed = await withCancel(vscode.l10n.t('Computing {0}', name), options =>
        engine.call('features/compute', { view: name }, options),
      );
      engines.inBackground('computeFeatures', tellComputed(computed, engine.folder, panels));
      return computed;
    },
  };
}

const hasValues = ({ kind }: FeatureViewSummary): boolean => kind === 'batch';
