import * as vscode from 'vscode';
import type { ConfigOutline, OutlineFeatureView, OutlineNode } from '../../engine/protocol/config';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { commandLink } from '../manifest/commands';
import { setting } from '../manifest/settings';
import { viewLens } from '../views/featureText';
import type { FeatureStates } from './featureStates';
import { withIcon } from './lensText';
import { toRange } from './ranges';

/** Lenses above feature views and services: what can be done with them, and how they stand. */
export function featureLenses(
  engine: WorkspaceEngine,
  { features, services }: Pick<ConfigOutline, 'features' | 'services'>,
  states: Pick<FeatureStates, 'of'>,
): vscode.CodeLens[] {
  if (!setting('codeLens.features')) return [];
  return [
    ...features.flatMap(view => placed(view, ofView(engine, view, states))),
    ...services.flatMap(service => placed(service, ofService(engine, service))),
  ];
}

const placed = ({ range }: OutlineNode, commands: readonly vscode.Command[]): vscode.CodeLens[] =>
  commands.map(command => new vscode.CodeLens(toRange(range), command));

function ofView(
  engine: WorkspaceEngine,
  { name, isOnDemand }: OutlineFeatureView,
  states: Pick<FeatureStates, 'of'>,
): readonly vscode.Command[] {
  const link = { folder: engine.folder.toString(), view: name };
  const compute = commandLink('computeFeatures', withIcon('play', vscode.l10n.t('Compute')), link);
  const bring = commandLink('materialiseFeatures', withIcon('cloud-upload', vscode.l10n.t('Materialise')), {
    ...{ ...link, full: false },
  });
  const verbs = isOnDemand ? [preview(link)] : [compute, preview(link), bring];
  const told = commandLink('openFeatureView', viewLens(states.of(engine, name)), link);
  return [...(vscode.workspace.isTrusted ? verbs : []), told];
}

function ofService(engine: WorkspaceEngine, { name }: OutlineNode): readonly vscode.Command[] {
  if (!vscode.workspace.isTrusted) return [];
  const link = { folder: engine.folder.toString(), service: name };
  return [preview(link), commandLink('makeTrainingSet', withIcon('table', vscode.l10n.t('Training set')), link)];
}

const preview = (link: { readonly folder: string }): vscode.Command =>
  commandLink('previewJoin', withIcon('open-preview', vscode.l10n.t('Preview')), link);
