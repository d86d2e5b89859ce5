import { referenceOf } from '../grammar/facts';
import { scopeOf, targetsOf } from '../check/references';
import { readFeatureReference } from '../featureReference';
import type { Names } from '../named';
import type { Reading } from '../parse';
import type { Span } from '../yaml/lineIndex';
import { child, entryOf, textOf } from '../yaml/tree';
import type { ConfigLocation } from '../../protocol/config';
import { expressionName } from './expressionName';
import { referenceAt, type Found } from './siteAt';
import { ownFeature, usedFeature } from './usedFeature';

const firstLine = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

/** From a name to the key that declares it, from a dataset's path (and its columns) to the file. */
export function definitionOf(reading: Reading, found: Found, configFile: string): ConfigLocation | undefined {
  const { site, part } = found;
  const { names } = reading;
  const name = part === 'key' ? site.entry?.key : textOf(site.node);
  const reference = part === 'key' ? site.keySchema && referenceOf(site.keySchema) : referenceAt(site);
  if (name === undefined || !reference) return undefined;
  const scope = scopeOf(names, site.path);
  const data = (): ConfigLocation | undefined => {
    const path = textOf(child(names.datasets.get(scope.dataset ?? '')?.node, 'path'));
    return path === undefined ? undefined : { file: path, range: firstLine };
  };
  if (reference === 'path') return site.path[0] === 'datasets' ? { file: name, range: firstLine } : undefined;
  if (reference === 'column') return data();
  const meant = reference === 'feature' ? withoutVersion(name) : name;
  const target =
    reference === 'expression'
      ? inExpression(names, found)
      : targetsOf(reference, names, scope).find(one => one.name === meant)?.span;
  if (target) return { file: configFile, range: reading.tree.lines.range(target) };
  // what an expression names besides, and an entity that is not declared, is a column
  return reference === 'expression' || reference === 'entity' ? data() : undefined;
}

/** To the feature as it is now. */
function withoutVersion(name: string): string {
  const read = readFeatureReference(name);
  return read ? read.view + (read.feature === undefined ? '' : `:${read.feature}`) : name;
}

function inExpression(names: Names, found: Found): Span | undefined {
  const named = expressionName(found);
  const [, viewName = '', , own] = found.site.path.map(String);
  const view = names.views.get(viewName);
  if (!named || named.isCall || !view) return undefined;
  const feature = ownFeature(view, named.name, own) ?? usedFeature(view, named.name, names)?.feature;
  return feature?.keySpan ?? entryOf(child(view.node, 'request'), named.name)?.keySpan;
}
