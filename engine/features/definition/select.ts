import { ModelyardError } from '../../errors';
import { nearest } from '../../nearest';
import type { ColumnType } from '../../protocol/data';
import type { FeatureViewVersion } from '../../protocol/features';
import { canonicalHash } from './canonicalJson';
import { parseReference, referenceText } from './reference';

/** A version of a view that takes part. */
export interface SelectedView extends FeatureViewVersion {
  /** Those that are needed, also by on-demand views, in the order of the definition. */
  readonly features: readonly string[];
}

export interface SelectedColumn {
  readonly column: string;
  /** `loans@v2:income` */
  readonly reference: string;
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  readonly type: ColumnType;
}

/** What is asked for, with the versions it is of; plain data. */
export interface FeatureSelection {
  readonly service?: string;
  readonly views: readonly SelectedView[];
  readonly columns: readonly SelectedColumn[];
  /** sha-256 over the definitions of all views. */
  readonly definition: string;
}

export interface SelectOptions {
  readonly fullNames: boolean;
  /** Without a version: the current one. @throws ModelyardError `not-found` */
  readonly version: (view: string, version?: number) => FeatureViewVersion;
}

/** @throws ModelyardError `not-found`: there is no such view, version or feature; `params.invalid` */
export function select(references: readonly string[], options: SelectOptions): FeatureSelection {
  const asked = expand(references, options);
  const needed = new Map<string, { readonly version: FeatureViewVersion; readonly features: Set<string> }>();
  const need = ({ version, feature }: Asked): void => {
    const key = `${version.view}@v${version.version}`;
    const known = needed.get(key) ?? { version, features: new Set<string>() };
    known.features.add(feature);
    needed.set(key, known);
  };
  for (const one of asked) {
    need(one);
    const { definition } = one.version;
    if (definition.kind === 'on-demand') expand(definition.uses, options).forEach(need);
  }
  const views = [...needed.values()].map(({ version, features }) => ({
    ...version,
    features: version.definition.features.map(({ name }) => name).filter(name => features.has(name)),
  }));
  return {
    views,
    columns: named(asked, options.fullNames),
    definition: canonicalHash(views.map(({ view, version, hash }) => `${view}@v${version} ${hash}`).sort()),
  };
}

interface Asked {
  readonly version: FeatureViewVersion;
  readonly feature: string;
  readonly type: ColumnType;
}

/** Each feature once, in the order in which it is first asked for. */
function expand(references: readonly string[], { version }: SelectOptions): readonly Asked[] {
  const found = new Map<string, Asked>();
  for (const text of references) {
    const { view, version: number, feature } = parseReference(text);
    const of = version(view, number);
    const all = of.definition.features;
    const meant = feature === undefined ? all : all.filter(({ name }) => name === feature);
    if (feature !== undefined && meant.length === 0) throw unknownFeature(of, feature);
    for (const { name, type } of meant) {
      const asked = { version: of, feature: name, type };
      found.set(referenceOf(asked), asked);
    }
  }
  return [...found.values()];
}

const referenceOf = ({ version: { view, version }, feature }: Asked): string =>
  referenceText({ view, version, feature });

function named(asked: readonly Asked[], fullNames: boolean): readonly SelectedColumn[] {
  const short = counted(asked.map(({ feature }) => feature));
  const full = counted(asked.map(one => fullName(one)));
  return asked.map(one => {
    const { feature, type } = one;
    const { view, version } = one.version;
    const isPlain = !fullNames && short.get(feature) === 1;
    const versioned = `${view}_v${version}__${feature}`;
    const column = isPlain ? feature : full.get(fullName(one)) === 1 ? fullName(one) : versioned;
    return { column, reference: referenceOf(one), view, version, feature, type };
  });
}

const fullName = ({ version: { view }, feature }: Asked): string => `${view}__${feature}`;

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function unknownFeature({ view, version, definition }: FeatureViewVersion, feature: string): ModelyardError {
  const names = definition.features.map(({ name }) => name);
  const meant = nearest(feature, names);
  return new ModelyardError('not-found', `Version ${version} of feature view ${view} has no feature \`${feature}\`.`, {
    fix: meant === undefined ? `It has ${names.slice(0, 12).join(', ')}.` : `Did you mean \`${meant}\`?`,
  });
}
