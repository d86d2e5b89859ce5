import * as vscode from 'vscode';
import type { FeatureViewSummary } from '../../engine/protocol/features';
import { openPlace } from '../engineClient/errorMessage';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { setting } from '../manifest/settings';
import type { FeaturePlace, PanelService } from '../panels/panelService';
import { ago } from '../views/text';
import type { CommandGroup } from './commandTable';
import { pickFeatureView } from './featurePicks';
import { nothing, pickOne } from './pick';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** Where feature views are defined, and what has become of them. */
export function featureCommands(engines: Engines, panels: Pick<PanelService, 'openFeatureView'>): CommandGroup {
  const chosen = async (argument: unknown): Promise<{ target: Target; engine: WorkspaceEngine }> => {
    const target = targetOf(engines, argument);
    return { target, engine: await pickEngine(engines, target) };
  };
  return {
    openFeatureView: async argument => {
      const { target, engine } = await chosen(argument);
      const { name } = await pickFeatureView(engine, target);
      panels.openFeatureView(engine.folder, name, placeOf(target));
    },
    openFeatureDefinition: async argument => {
      const { target, engine } = await chosen(argument);
      await openDefinition(engine, await definitionKey(engine, target));
    },
    copyFeatureReference: async argument => {
      const { target, engine } = await chosen(argument);
      const { name } = await pickFeatureView(engine, target);
      const version = target.version === undefined ? '' : `@v${target.version}`;
      const reference = `${name}${version}${target.feature === undefined ? '' : `:${target.feature}`}`;
      await vscode.env.clipboard.writeText(reference);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', reference), 3000);
      return reference;
    },
    compareFeatureVersions: async argument => {
      const { target, engine } = await chosen(argument);
      const view = await pickFeatureView(engine, target, ({ versions }) => versions > 1);
      panels.openFeatureView(engine.folder, view.name, await pickVersions(engine, view, target));
    },
  };
}

const placeOf = ({ part }: Target): FeaturePlace | undefined =>
  part === undefined || part === 'serving' ? undefined : { part };

/** The key of modelyard.yaml at which it stands. */
async function definitionKey(engine: WorkspaceEngine, target: Target): Promise<string> {
  if (target.service !== undefined) return `feature_services.${target.service}`;
  if (target.entity !== undefined) return `entities.${target.entity}`;
  const { name, features } = await pickFeatureView(engine, target);
  const feature = features.find(one => one.name === target.feature);
  return feature === undefined ? `features.${name}` : `features.${name}.${sections[feature.from.kind]}.${feature.name}`;
}

const sections = { column: 'columns', expression: 'compute', window: 'windows' } as const;

/** At the key, or what is closest above it. */
async function openDefinition(engine: WorkspaceEngine, key: string): Promise<void> {
  const [range] = await engine.call('config/locate', { keys: [key] });
  const at = range && { line: range.startLine, column: range.startColumn };
  await openPlace(engine.folder, { file: setting('configFile', engine.folder), ...at });
}

/** Two of them, the older one first. */
async function pickVersions(
  engine: WorkspaceEngine,
  { name, version: current }: FeatureViewSummary,
  target: Target,
): Promise<{ before: number; after: number }> {
  const { history } = await engine.call('features/get', { view: name });
  if (history.length < 2) throw nothing(vscode.l10n.t('{0} has one version only: there is nothing to compare.', name));
  const items = history.map(({ version, createdAt }) => ({
    label: `v${version}`,
    description: [ago(createdAt), ...(version === current ? [vscode.l10n.t('as in the file')] : [])].join(' · '),
    value: version,
  }));
  const first = target.version ?? (await pickOne(items, vscode.l10n.t('Which version of {0}?', name)));
  const others = items.filter(({ value }) => value !== first);
  const second = await pickOne(others, vscode.l10n.t('Compare v{0} of {1} with which other?', first, name));
  return { before: Math.min(first, second), after: Math.max(first, second) };
}
