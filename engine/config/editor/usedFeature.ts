import { featuresOf } from '../check/features/usedProblems';
import type { NamedFeature, NamedView, Names } from '../named';

/** The feature of another view that goes by a name in the expressions of an on-demand view. */
export function usedFeature(
  view: NamedView,
  name: string,
  names: Names,
): { readonly view: NamedView; readonly feature: NamedFeature } | undefined {
  for (const { value } of view.uses) {
    const used = featuresOf(value, names).find(one => one.feature === name);
    const other = names.views.get(used?.view ?? '');
    const feature = other?.features.find(one => one.name === name);
    if (other && feature) return { view: other, feature };
  }
  return undefined;
}

/** A feature of the view itself that goes by a name in the expression of another one. */
export const ownFeature = (view: NamedView, name: string, other: string | undefined): NamedFeature | undefined =>
  name === other ? undefined : view.features.find(one => one.name === name && one.kind !== 'window');
