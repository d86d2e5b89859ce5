import * as vscode from 'vscode';
import type { FeatureViewSummary } from '../../engine/protocol/features';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import { ago } from '../views/text';
import type { CommandGroup } from './commandTable';
import { pickFeatureView } from './featurePicks';
import { tellChecked, tellComputed, tellMaterialised, tellRecorded } from './featureTelling';
import { withCancel } from './longCall';
import { nothing, pickOne } from './pick';
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
    materialiseFeatures: async argument => {
      const { target, engine } = await chosen(argument);
      const view = target.view ?? (await pickMaterialised(engine));
      const full = target.full ?? (await pickRange());
      const request = { ...(view !== undefined && { views: [view] }), full };
      const title =
        view === undefined ? vscode.l10n.t('Materialising features') : vscode.l10n.t('Materialising {0}', view);
      const done = await withCancel(title, options => engine.call('features/materialise', request, options));
      engines.inBackground('materialiseFeatures', tellMaterialised(done, engine.folder, panels));
      return done;
    },
    checkFeatures: async argument => {
      const { target, engine } = await chosen(argument);
      const views = target.view === undefined ? {} : { views: [target.view] };
      const title =
        target.view === undefined ? vscode.l10n.t('Checking features') : vscode.l10n.t('Checking {0}', target.view);
      const check = await withCancel(title, options => engine.call('features/check', views, options));
      engines.inBackground('checkFeatures', tellChecked(check, engine.folder, panels));
      return check;
    },
  };
}

const hasValues = ({ kind }: FeatureViewSummary): boolean => kind === 'batch';

/** All or one; undefined: all. */
async function pickMaterialised(engine: WorkspaceEngine): Promise<string | undefined> {
  const { views } = await engine.call('features/list', {});
  const found = views.filter(hasValues);
  const [only, another] = found;
  if (only === undefined)
    throw nothing(vscode.l10n.t('No feature view has values of its own that could be materialised.'));
  if (another === undefined) return only.name;
  const all = { label: vscode.l10n.t('All {0} views', found.length), value: { view: undefined } };
  const items = found.map(view => ({
    label: `$(layers) ${view.name}`,
    description: onlineText(view),
    value: { view: view.name },
  }));
  const picked = await pickOne<{ readonly view: string | undefined }>([all, ...items], vscode.l10n.t('Materialise which view?')); // prettier-ignore
  return picked.view;
}

const onlineText = ({ freshness: { materialisedTo } }: FeatureViewSummary): string =>
  materialisedTo === undefined
    ? vscode.l10n.t('not online yet')
    : vscode.l10n.t('online up to {0}', ago(materialisedTo));

const pickRange = (): Promise<boolean> =>
  pickOne(
    [
      {
        ...{ label: vscode.l10n.t('What is new'), value: false },
        detail: vscode.l10n.t('From where the last materialisation ended, the first time from now − ttl'),
      },
      {
        ...{ label: vscode.l10n.t('Everything'), value: true },
        detail: vscode.l10n.t('From the beginning, whatever is online already'),
      },
    ],
    vscode.l10n.t('How much of the source?'),
  );
