import type { NamedView, Names } from '../../named';
import { suggest } from '../../suggest';
import type { Problem } from '../../yaml/problem';
import { child, entriesOf, textOf } from '../../yaml/tree';
import { cut, zoneProblems } from '../zones';

/** What is wrong with a feature view by itself: its zone, its entities, the names of its features. */
export function* viewProblems(view: NamedView, names: Names): Generator<Problem> {
  yield* zoneProblems(child(view.node, 'timezone'), `features.${view.name}.timezone`);
  yield* entityProblems(view, names);
  yield* nameProblems(view, names);
}

/** Only warned: a name that is not declared is an entity of its own. */
function* entityProblems(view: NamedView, names: Names): Generator<Problem> {
  const declared = [...names.entities.keys()];
  const seen = new Set<string>();
  for (const { start, end, value } of view.entities) {
    const base = { start, end, key: `features.${view.name}.entity` };
    if (seen.has(value)) yield { ...base, code: 'duplicate-entity', message: `\`${cut(value)}\` is listed twice.` };
    seen.add(value);
    if (view.source === undefined && textOf(child(names.entities.get(value)?.node, 'type')) === undefined) {
      const message = `Nothing says of which type the keys of \`${cut(value)}\` are, since there is no source: declare it under \`entities\` with its \`key\` and \`type\`.`;
      yield { ...base, code: 'missing-type', message };
      continue;
    }
    if (names.entities.has(value)) continue;
    const owner = declared.find(name => keyOf(names, name) === value);
    const suggestion = owner ?? suggest(value, declared);
    if (suggestion === undefined) continue;
    const why =
      owner === undefined
        ? `is not among \`entities\`, so that it is an entity of its own`
        : `is the key of \`${owner}\`, but here an entity of its own`;
    yield {
      ...{ ...base, severity: 'warning', code: 'unknown-entity', suggestion },
      message: `\`${cut(value)}\` ${why}. Did you mean \`${suggestion}\`?`,
    };
  }
}

/** The column that says which one: of an entity that is not declared the one of its name. */
export const keyOf = (names: Names, entity: string): string =>
  textOf(child(names.entities.get(entity)?.node, 'key')) ?? entity;

function* nameProblems(view: NamedView, names: Names): Generator<Problem> {
  const keys = new Map(view.entities.map(({ value }) => [keyOf(names, value), value]));
  const seen = new Set<string>();
  for (const { name, keySpan, path } of view.features) {
    const base = { start: keySpan.start, end: keySpan.end, key: path };
    const entity = keys.get(name);
    if (name in Object.prototype || name === 'prototype') {
      // keys of mappings are said to be so wherever they stand
      if (!path.endsWith(`.${name}`))
        yield {
          ...base,
          code: 'bad-name',
          message: `\`${name}\` is a reserved word and cannot be the name of a feature.`,
        };
    } else if (entity !== undefined) {
      const message = `\`${cut(name)}\` is the key of entity \`${entity}\`, which stands beside the features: give the feature another name.`;
      yield { ...base, code: 'reserved-name', message };
    } else if (seen.has(name)) {
      const message = `\`${view.name}\` has a feature \`${cut(name)}\` already. Give this one another name, or remove it.`;
      yield { ...base, code: 'duplicate-feature', message };
    }
    seen.add(name);
  }
  yield* requestProblems(view, seen, names);
}

/** What is given with a request is named like a key where features are asked for. */
function* requestProblems(view: NamedView, features: ReadonlySet<string>, names: Names): Generator<Problem> {
  const keys = new Map([...names.entities.keys()].map(name => [keyOf(names, name), name]));
  for (const { key: name, keySpan } of entriesOf(child(view.node, 'request'))) {
    const entity = keys.get(name);
    if (entity === undefined && !features.has(name)) continue;
    const what = entity === undefined ? 'a feature of this view' : `the key of entity \`${entity}\``;
    yield {
      ...{ ...keySpan, code: 'reserved-name', key: `features.${view.name}.request.${name}` },
      message: `\`${cut(name)}\` is ${what}: give what is asked with another name.`,
    };
  }
}
