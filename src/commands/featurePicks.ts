import * as vscode from 'vscode';
import type { FeatureList, FeatureServiceSummary, FeatureViewSummary } from '../../engine/protocol/features';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { freshnessText, viewReference } from '../views/featureText';
import { nothing, pickOne } from './pick';
import type { Target } from './target';

/** What features are asked for by: a service, or all of a view. */
export interface FeatureChoice {
  readonly service?: string;
  readonly features?: readonly string[];
}

const viewItem = (view: FeatureViewSummary) => ({
  ...{ label: `$(layers) ${viewReference(view)}`, description: freshnessText(view), value: view },
  ...(view.description !== undefined && { detail: view.description }),
});

const serviceItem = (service: FeatureServiceSummary) => ({
  ...{ label: `$(symbol-interface) ${service.name}`, description: service.features.join(', '), value: service },
  ...(service.description !== undefined && { detail: service.description }),
});

/** The view that is meant, or one that is picked of those that fit. */
export async function pickFeatureView(
  engine: WorkspaceEngine,
  target: Target,
  fits: (view: FeatureViewSummary) => boolean = () => true,
): Promise<FeatureViewSummary> {
  const { views } = await engine.call('features/list', {});
  if (target.view !== undefined) {
    const named = views.find(({ name }) => name === target.view);
    if (named) return named;
    throw nothing(vscode.l10n.t('There is no feature view {0} in modelyard.yaml as it was last saved.', target.view));
  }
  const found = views.filter(fits);
  if (found.length === 0) throw noViews(views.length);
  return pickOne(found.map(viewItem), vscode.l10n.t('Which feature view?'));
}

const noViews = (all: number): vscode.CancellationError =>
  nothing(
    all === 0
      ? vscode.l10n.t('modelyard.yaml has no `features` yet.')
      : vscode.l10n.t('No feature view has values of its own: all are computed when they are asked for.'),
  );

/** Services first: they are what models use. */
export function choiceItems({ services, views }: Pick<FeatureList, 'services' | 'views'>) {
  return [
    ...services.map(one => ({ ...serviceItem(one), value: { service: one.name } })),
    ...views.map(one => ({ ...viewItem(one), value: { features: [one.name] } })),
  ];
}

/** What the target says of which features are meant. */
export function choiceOf({ service, view, feature }: Target): FeatureChoice | undefined {
  if (service !== undefined) return { service };
  if (view === undefined) return undefined;
  return { features: [feature === undefined ? view : `${view}:${feature}`] };
}

export const choiceName = ({ service, features = [] }: FeatureChoice): string => service ?? features.join(', ');
