import type { Named, NamedFeature, NamedService, NamedView } from './named';
import { child, entriesOf, entryOf, textOf, textsOf, type MapEntry } from './yaml/tree';

const asNamed = (entry: MapEntry): Named => ({ name: entry.key, keySpan: entry.keySpan, node: entry.value });

export function asView(entry: MapEntry): NamedView {
  const { value } = entry;
  const source = textOf(child(value, 'source'));
  return {
    ...asNamed(entry),
    isOnDemand: entryOf(value, 'request') !== undefined || entryOf(value, 'uses') !== undefined,
    entities: textsOf(child(value, 'entity')),
    ...(source !== undefined && { source }),
    uses: textsOf(child(value, 'uses')),
    features: featuresOf(entry),
  };
}

function featuresOf({ key, value }: MapEntry): readonly NamedFeature[] {
  const place = `features.${key}`;
  const written = child(value, 'columns');
  const listed = written?.kind === 'list' ? textsOf(written) : [];
  return [
    ...listed.map((node, at): NamedFeature => ({
      ...{ name: node.value, keySpan: node, node, kind: 'column', column: node.value },
      path: `${place}.columns.${at}`,
    })),
    ...entriesOf(written).map((entry): NamedFeature => ({
      ...{ ...asNamed(entry), kind: 'column', column: textOf(child(entry.value, 'column')) ?? entry.key },
      path: `${place}.columns.${entry.key}`,
    })),
    ...entriesOf(child(value, 'compute')).map((entry): NamedFeature => ({
      ...{ ...asNamed(entry), kind: 'expression', path: `${place}.compute.${entry.key}` },
    })),
    ...entriesOf(child(value, 'windows')).map((entry): NamedFeature => ({
      ...{ ...asNamed(entry), kind: 'window', path: `${place}.windows.${entry.key}` },
    })),
  ];
}

export const asService = (entry: MapEntry): NamedService => ({
  ...asNamed(entry),
  features: textsOf(child(entry.value, 'features')),
});
