import { functionNamed } from '../../expressions/catalogue';
import { readFeatureReference } from '../featureReference';
import type { NamedFeature, NamedView, Names } from '../named';
import { textOf } from '../yaml/tree';
import { typedScope, type ColumnsOf } from './expressionScope';
import type { ExpressionName } from './expressionName';
import type { FeatureFacts } from './featureFacts';
import { entityText, featureText, serviceText, viewText } from './featureTexts';
import { ownFeature, usedFeature } from './usedFeature';
import { referenceAt, type Found } from './siteAt';

export interface FeatureHover {
  readonly names: Names;
  readonly found: Found;
  readonly columnsOf: ColumnsOf;
  readonly facts?: FeatureFacts;
}

/** About a view, feature, entity or service, by its key or where it is named; undefined elsewhere. */
export async function featureHover(hover: FeatureHover): Promise<string | undefined> {
  const { names, found } = hover;
  const { site, part } = found;
  const [section, name = ''] = site.path.map(String);
  const isKey = part === 'key' && site.path.length === 2;
  if (isKey && section === 'entities') return entityText(name, names);
  if (isKey && section === 'feature_services') return serviceTextOf(name, names);
  const view = section === 'features' ? names.views.get(name) : undefined;
  if (isKey && view) return viewTextOf(view, hover);
  const declared = view && declaredAt(view, found);
  if (view && declared) return featureTextOf(view, declared, hover);
  const text = part === 'value' ? textOf(site.node) : undefined;
  return text === undefined ? undefined : referredText(text, hover);
}

/** The feature whose key this is, or whose name in a list of columns. */
function declaredAt(view: NamedView, { site, part }: Found): NamedFeature | undefined {
  if (site.path.length !== 4) return undefined;
  const isListed = typeof site.path[3] === 'number';
  if (isListed !== (part === 'value')) return undefined;
  return view.features.find(({ path }) => path === site.path.join('.'));
}

async function referredText(text: string, hover: FeatureHover): Promise<string | undefined> {
  const { names, found } = hover;
  switch (referenceAt(found.site)) {
    case 'entity':
      return entityText(text, names);
    case 'service':
      return serviceTextOf(text, names);
    case 'feature': {
      const read = readFeatureReference(text);
      const view = names.views.get(read?.view ?? '');
      const feature = view?.features.find(one => one.name === read?.feature);
      if (view && feature) return featureTextOf(view, feature, hover);
      return view && viewTextOf(view, hover);
    }
    default:
      return undefined;
  }
}

const serviceTextOf = (name: string, names: Names): string | undefined => {
  const service = names.services.get(name);
  return service && serviceText(service);
};

const viewTextOf = async (view: NamedView, { facts }: FeatureHover): Promise<string> =>
  viewText(view, await facts?.(view.name));

async function featureTextOf(
  view: NamedView,
  feature: NamedFeature,
  { names, columnsOf, facts }: Omit<FeatureHover, 'found'>,
): Promise<string> {
  const typed = await typedScope(names, view, columnsOf);
  const type = typed?.features.get(feature.name);
  const known = await facts?.(view.name, feature.name);
  return featureText(view, feature, { ...(type && { type }), ...(known && { known }) });
}

/** About a name within an expression of the view: a function, a feature or a column. */
export async function expressionHover(
  { name, isCall }: ExpressionName,
  hover: FeatureHover,
): Promise<string | undefined> {
  const { names, found, columnsOf } = hover;
  if (isCall) {
    const called = functionNamed(name);
    return called && `\`${called.signature}\`\n\n${called.sentence}`;
  }
  const [, viewName = '', , own] = found.site.path.map(String);
  const view = names.views.get(viewName);
  if (!view) return undefined;
  const feature = ownFeature(view, name, own);
  if (feature) return featureTextOf(view, feature, hover);
  const used = usedFeature(view, name, names);
  if (used) return featureTextOf(used.view, used.feature, hover);
  const type = (await typedScope(names, view, columnsOf))?.columns.get(name);
  return type && `${view.isOnDemand ? 'given' : 'column'} **${name}** · ${type}`;
}
