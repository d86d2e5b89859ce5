import type { FeatureOrigin } from '../../protocol/featureConfig';
import type { DefinitionChange, FeatureViewDefinition } from '../../protocol/features';

/** What differs between two versions of a view, in words, as far as it decides values. */
export function diffDefinitions(
  before: FeatureViewDefinition,
  after: FeatureViewDefinition,
): readonly DefinitionChange[] {
  const [was, is] = [describe(before), describe(after)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap(what => {
    const [old, now] = [was.get(what), is.get(what)];
    if (old === now) return [];
    return [{ what, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }];
  });
}

/** Every part of a definition by its name. */
function describe(definition: FeatureViewDefinition): ReadonlyMap<string, string> {
  const parts: (readonly [string, string | undefined])[] = [['kind', definition.kind]];
  if (definition.kind === 'batch') {
    const { entities, source, event_time, created_time, timezone, ttl, where, identity, push } = definition;
    parts.push(
      ['entity', entities.map(({ entity, key, type }) => `${entity} (${key}, ${type})`).join(', ')],
      ['source', source?.dataset],
      ['source.table', source?.table],
      ['source.query', source?.query],
      ['source.missing', source && JSON.stringify([...source.missing].sort())],
      ...Object.entries({ event_time, created_time, timezone, where, identity }),
      ['ttl', ttl === undefined ? undefined : spanText(ttl)],
      ['push', String(push)],
    );
  } else {
    parts.push(
      ...Object.entries(definition.request).map(([name, type]): [string, string] => [`request.${name}`, type]),
      ['uses', definition.uses.length === 0 ? undefined : [...definition.uses].sort().join(', ')],
    );
  }
  for (const { name, type, from } of definition.features)
    parts.push([`features.${name}`, `${type} = ${originText(from)}`]);
  return new Map(parts.flatMap(([what, text]) => (text === undefined ? [] : [[what, text]])));
}

/** `column Grade`, `amount / income`, `mean(amount) over 30d where amount > 0` */
function originText(from: FeatureOrigin): string {
  if (from.kind === 'column') return `column ${from.column}`;
  if (from.kind === 'expression') return from.expression;
  const { aggregate, of = '*', over, where } = from;
  return `${aggregate}(${of}) over ${spanText(over)}${where === undefined ? '' : ` where ${where}`}`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** ms as modelyard.yaml writes them: `30d`. */
export function spanText(ms: number): string {
  const [unit, length] = units.find(([, one]) => ms % one === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}
