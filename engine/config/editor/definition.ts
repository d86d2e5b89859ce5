import { referenceOf } from '../grammar/facts';
import { scopeOf, targetsOf } from '../check/references';
import type { Reading } from '../parse';
import { child, textOf } from '../yaml/tree';
import type { ConfigLocation } from '../../protocol/config';
import type { Found } from './siteAt';

const firstLine = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

/** From a name to the key that declares it, from a dataset's path (and its columns) to the file. */
export function definitionOf(reading: Reading, found: Found, configFile: string): ConfigLocation | undefined {
  const { site, part } = found;
  const name = part === 'key' ? site.entry?.key : textOf(site.node);
  const reference = part === 'key' ? site.keySchema && referenceOf(site.keySchema) : referenceOf(site.schema);
  if (name === undefined || !reference) return undefined;
  const scope = scopeOf(reading.names, site.path);
  if (reference === 'path') return site.path[0] === 'datasets' ? { file: name, range: firstLine } : undefined;
  if (reference === 'column') {
    const path = textOf(child(reading.names.datasets.get(scope.dataset ?? '')?.node, 'path'));
    return path === undefined ? undefined : { file: path, range: firstLine };
  }
  const target = targetsOf(reference, reading.names, scope).find(one => one.name === name);
  return target && { file: configFile, range: reading.tree.lines.range(target.span) };
}
