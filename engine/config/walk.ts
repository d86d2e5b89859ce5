import {
  chosen,
  entriesOfSchema,
  isList,
  isMapping,
  itemOf,
  optionsOf,
  recordOf,
  restOf,
  wrapped,
} from './grammar/facts';
import type { Schema } from './grammar/terms';
import { toPlain, type MapEntry, type Path, type TreeNode } from './yaml/tree';

/** A node of the file with what the grammar says about it. */
export interface Site {
  readonly node: TreeNode;
  readonly path: Path;
  /** As stated under the key: with its description, default. */
  readonly declared: Schema;
  /** What this very node must be: options and choices are made. */
  readonly schema: Schema;
  /** The key that holds the node, when it stands in a mapping. */
  readonly entry?: MapEntry;
  /** Grammar of the key itself, when the mapping has free keys. */
  readonly keySchema?: Schema;
  readonly parent?: Site;
}

/** Every node that the grammar knows, parents first. `at`: where the root stands, when it is a part of a file. */
export function* sites(
  root: TreeNode,
  grammar: Schema,
  at: { readonly path: Path; readonly entry?: MapEntry } = { path: [] },
): Generator<Site> {
  const waiting: Site[] = [{ node: root, ...at, declared: grammar, schema: resolve(grammar, root) }];
  for (let site = waiting.pop(); site; site = waiting.pop()) {
    yield site;
    const children = [...childrenOf(site)];
    for (const child of children.reverse()) waiting.push(child);
  }
}

function* childrenOf(site: Site): Generator<Site> {
  const { node, schema, path } = site;
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      const declared = itemOf(schema, index);
      if (declared)
        yield { node: item, path: [...path, index], declared, schema: resolve(declared, item), parent: site };
    }
  }
  if (node.kind !== 'map') return;
  const entries = entriesOfSchema(schema);
  const record = recordOf(schema);
  for (const entry of node.entries) {
    const declared = entries ? (entries.get(entry.key) ?? restOf(schema)) : record?.value;
    if (!declared) continue;
    const child = { node: entry.value, path: [...path, entry.key], declared, entry, parent: site };
    yield { ...child, schema: resolve(declared, entry.value), ...(record && { keySchema: record.key }) };
  }
}

/** Unwraps and chooses until the schema is one that fits the kind of node. */
export function resolve(schema: Schema, node: TreeNode): Schema {
  const inner = wrapped(schema);
  if (inner) return resolve(inner, node);
  if (schema.type === 'lazy') {
    const choice = chosen(schema, toPlain(node));
    return choice ? resolve(choice, node) : schema;
  }
  const options = optionsOf(schema)?.map(option => resolve(option, node));
  if (!options) return schema;
  if (node.kind === 'list') return options.find(isList) ?? schema;
  if (node.kind === 'map') return options.find(isMapping) ?? schema;
  const scalars = options.filter(option => !isList(option) && !isMapping(option));
  return scalars.length === 1 ? scalars[0]! : schema;
}

/** The keys that a mapping under this schema may have; `node`: what stands there already. */
export function entriesInside(schema: Schema, node: TreeNode | undefined): ReadonlyMap<string, Schema> {
  const mapping: TreeNode = node?.kind === 'map' ? node : { kind: 'map', start: 0, end: 0, entries: [] };
  return entriesOfSchema(resolve(schema, mapping)) ?? new Map<string, Schema>();
}
