import { readFeatureReference, type FeatureReference } from '../../featureReference';
import type { NamedService, NamedView, Names, Word } from '../../named';
import { didYouMean, listed, suggest } from '../../suggest';
import { targetsOf } from '../references';
import type { Problem } from '../../yaml/problem';
import { child, entryOf } from '../../yaml/tree';
import { cut } from '../zones';

interface User {
  readonly names: Names;
  readonly key: string;
  readonly view?: NamedView;
}

/** Features that a service or an on-demand view names and that there are not. */
export function* usedProblems(words: readonly Word[], user: User): Generator<Problem> {
  const seen = new Set<string>();
  for (const word of words) {
    const problem = wrongWord(word, user);
    if (problem) yield problem;
    else if (seen.has(word.value)) {
      const { start, end, value } = word;
      yield { start, end, code: 'duplicate-feature', message: `\`${cut(value)}\` is listed twice.`, key: user.key };
    }
    seen.add(word.value);
  }
}

function wrongWord(word: Word, { names, key, view: own }: User): Problem | undefined {
  const { start, end, value } = word;
  const base = { start, end, key, code: 'unknown-feature' };
  const found = readFeatureReference(value);
  if (!found) return { ...base, code: 'bad-feature', ...badForm(value) };
  const view = names.views.get(found.view);
  if (view !== undefined && view === own) {
    const message = `\`${own.name}\` cannot use its own features here: within \`compute\` they go by their names.`;
    return { ...base, code: 'cycle', message };
  }
  // a version keeps its whole definition: its view may be gone from the file
  if (!view && found.version !== undefined) return undefined;
  if (!view) {
    const suggestion = suggestionFor(value, found, { names, ...(own && { view: own }) });
    const views = [...names.views.keys()].filter(name => name !== own?.name);
    const known =
      views.length === 0
        ? ' None is declared: add it under `features:` at the top of the file.'
        : ` There ${views.length === 1 ? 'is' : 'are'} ${listed(views, 'and')}.`;
    const message = `\`${cut(found.view)}\` is not a feature view.${suggestion === undefined ? known : didYouMean(suggestion)}`;
    return { ...base, message, ...(suggestion !== undefined && { suggestion }) };
  }
  if (own && view.isOnDemand) {
    const message = `\`${view.name}\` is itself computed when it is asked for, and cannot be computed with: use what it uses.`;
    return { ...base, message };
  }
  // an earlier version may have had others
  if (found.feature === undefined || found.version !== undefined) return undefined;
  const features = view.features.map(({ name }) => name);
  if (features.includes(found.feature)) return undefined;
  const meant = suggest(found.feature, features);
  const suggestion = meant === undefined ? undefined : `${found.view}:${meant}`;
  const known = features.length === 0 ? '' : ` It has ${listed(features, 'and')}.`;
  const message = `Feature view \`${view.name}\` has no feature \`${cut(found.feature)}\`.${suggestion === undefined ? known : didYouMean(suggestion)}`;
  return { ...base, message, ...(suggestion !== undefined && { suggestion }) };
}

/** `loans.income`, `loans@2:income`, `loans__income` */
function badForm(value: string): Pick<Problem, 'message' | 'suggestion'> {
  const [, view, version, feature] = /^([A-Za-z][\w-]*?)(?:@v?0*([1-9]\d*))?(?:(?:__|[.:/])(.+))?$/su.exec(value) ?? [];
  const meant =
    view === undefined
      ? undefined
      : `${view}${version === undefined ? '' : `@v${version}`}${feature === undefined ? '' : `:${feature}`}`;
  const suggestion = meant !== undefined && meant !== value && readFeatureReference(meant) ? meant : undefined;
  const way =
    suggestion === undefined
      ? ' Name a view (`loans`), a feature (`loans:income`), or that of a version (`loans@v2:income`).'
      : didYouMean(suggestion);
  return { message: `\`${cut(value)}\` names no feature.${way}`, ...(suggestion !== undefined && { suggestion }) };
}

/** Of a view that is misspelt the same feature; of a feature without its view that feature. */
function suggestionFor(
  value: string,
  found: FeatureReference,
  { names, view: own }: Pick<User, 'names' | 'view'>,
): string | undefined {
  const targets = targetsOf('feature', names, own ? { view: own } : {}).map(({ name }) => name);
  if (!value.includes(':')) {
    const feature = targets.find(name => name.endsWith(`:${value}`));
    if (feature !== undefined) return feature;
  }
  const view = suggest(
    found.view,
    targets.filter(name => !name.includes(':')),
  );
  return view === undefined ? undefined : view + value.slice(found.view.length);
}

/** Features of one name in a service: no mistake, but their columns are called otherwise than one might think. */
export function* clashes(service: NamedService, names: Names): Generator<Problem> {
  const key = `feature_services.${service.name}.features`;
  const all = service.features.flatMap(word => featuresOf(word.value, names).map(one => ({ ...one, word })));
  const owners = new Map<string, string>();
  for (const { reference, feature, word } of all) {
    const other = owners.get(feature);
    if (other === undefined) owners.set(feature, reference);
    if (other === undefined || other === reference) continue;
    const [mine, theirs] = [reference, other].map(one => columnOf(one, all));
    const message = `\`${reference}\` and \`${other}\` have one name, so that their columns are called \`${mine}\` and \`${theirs}\`.`;
    yield { start: word.start, end: word.end, severity: 'information', code: 'same-name', message, key };
  }
}

/** The full name; of two versions in one service with that. */
function columnOf(reference: string, all: readonly UsedFeature[]): string {
  const one = all.find(other => other.reference === reference);
  if (!one) return reference;
  const { view, version, feature } = one;
  const isShared = all.some(other => other.view === view && other.feature === feature && other.reference !== reference);
  return isShared ? `${view}_v${version ?? '…'}__${feature}` : `${view}__${feature}`;
}

export interface UsedFeature {
  /** `loans@v2:income` */
  readonly reference: string;
  readonly view: string;
  /** Absent: that of the file. */
  readonly version?: number;
  readonly feature: string;
}

/** Which features a reference names; of a whole view those that it has now. */
export function featuresOf(value: string, names: Names): readonly UsedFeature[] {
  const found = readFeatureReference(value);
  if (!found) return [];
  const { view, version, feature } = found;
  const at = version === undefined ? view : `${view}@v${version}`;
  const all = feature === undefined ? (names.views.get(view)?.features.map(({ name }) => name) ?? []) : [feature];
  return all.map(one => ({
    ...{ reference: `${at}:${one}`, view, feature: one },
    ...(version !== undefined && { version }),
  }));
}

/** Names that an expression of an on-demand view could not tell apart. */
export function* ambiguousNames(view: NamedView, names: Names): Generator<Problem> {
  const key = `features.${view.name}.uses`;
  const request = child(view.node, 'request');
  const known = new Map<string, string>();
  for (const word of view.uses) {
    const { start, end } = word;
    for (const { reference, feature } of featuresOf(word.value, names)) {
      const other = entryOf(request, feature) ? 'what is asked with' : known.get(feature);
      if (other !== undefined && other !== reference) {
        const shown = other.includes(':') ? `\`${other}\`` : other;
        const message = `\`${feature}\` could be \`${reference}\` or ${shown}: use only one of them here.`;
        yield { start, end, code: 'same-name', message, key };
      }
      known.set(feature, reference);
    }
  }
}
