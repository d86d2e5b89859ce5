import { alternatives, entriesOfSchema, factsOf, isList, isMapping, restOf } from '../grammar/facts';
import type { Schema } from '../grammar/terms';
import { didYouMean, listed, suggest } from '../suggest';
import { entriesInside, type Site } from '../walk';
import type { Problem } from '../yaml/problem';
import { dotted, entryOf, type MapEntry, type MapNode, type TreeNode } from '../yaml/tree';

/** What a check of the file's shape has found; nothing inside `broken` nodes can be judged further. */
export interface ShapeReport {
  readonly problems: Problem[];
  readonly broken: Set<TreeNode>;
  /** Keys that a misspelt one stands for, by mapping: they are not missing on top of it. */
  readonly meant: Map<TreeNode, Set<string>>;
}

/** Mapping, list or value where it should be; no unknown, empty or impossible keys. */
export function checkShape(all: readonly Site[]): ShapeReport {
  const report: ShapeReport = { problems: [], broken: new Set(), meant: new Map() };
  for (const site of all) {
    const problem = emptyValue(site) ?? wrongKind(site);
    if (problem) {
      report.problems.push(problem);
      report.broken.add(site.node);
      continue;
    }
    if (site.node.kind === 'map') checkKeys(site, site.node, report);
  }
  return report;
}

/** What a thing is called in a sentence. */
export function subject(site: Site): string {
  const last = site.path.at(-1);
  if (last === undefined) return 'The file';
  if (typeof last === 'string') return `\`${last}\``;
  const holder = site.parent?.path.findLast(step => typeof step === 'string');
  return holder === undefined ? `Item ${last + 1}` : `Item ${last + 1} of \`${holder}\``;
}

const lower = (text: string): string => text.replace(/^(Item|The) /, word => word.toLowerCase());

function emptyValue(site: Site): Problem | undefined {
  const { node, entry } = site;
  if (node.kind !== 'scalar' || !node.empty || site.schema.type === 'unknown') return undefined;
  if (site.declared.type === 'nullable') return undefined;
  const message = `${subject(site)} is empty. Give it a value or remove it.`;
  return {
    ...(entry?.keySpan ?? { start: node.start, end: node.end }),
    code: 'empty-value',
    message,
    key: dotted(site.path),
  };
}

function wrongKind(site: Site): Problem | undefined {
  const { node, schema } = site;
  const what = isMapping(schema) ? 'map' : isList(schema) ? 'list' : undefined;
  if (!what || node.kind === what) return undefined;
  const found = { map: 'a mapping', list: 'a list', scalar: 'a single value' }[node.kind];
  const message = `${subject(site)} must be ${what === 'map' ? 'a mapping (`key: value`)' : 'a list'}, not ${found}.${hint(schema)}`;
  const code = site.parent ? 'wrong-type' : 'not-a-mapping';
  return { start: node.start, end: node.end, code, message, key: dotted(site.path) };
}

function hint(schema: Schema): string {
  const keys = [...(entriesOfSchema(schema)?.keys() ?? [])];
  return keys.length > 0 ? ` It may have ${listed(keys, 'and')}.` : '';
}

function checkKeys(site: Site, node: MapNode, report: ShapeReport): void {
  const entries = entriesOfSchema(site.schema);
  for (const entry of node.entries) {
    if (!entries || (restOf(site.schema) && !entries.has(entry.key))) {
      const problem = reservedKey(site, entry);
      if (problem) report.problems.push(problem);
    } else if (!entries.has(entry.key)) {
      const problem = unknownKey({ site, node, entry }, report);
      if (problem) report.problems.push(problem);
    }
  }
}

/** Such keys would be mistaken for inherited properties. */
function reservedKey(site: Site, entry: MapEntry): Problem | undefined {
  if (!(entry.key in Object.prototype) && entry.key !== 'prototype') return undefined;
  const message = `\`${entry.key}\` is a reserved word and cannot be a name here.`;
  return { ...entry.keySpan, code: 'bad-name', message, key: dotted([...site.path, entry.key]) };
}

interface KeyAt {
  readonly site: Site;
  readonly node: MapNode;
  readonly entry: MapEntry;
}

function unknownKey({ site, node, entry }: KeyAt, report: ShapeReport): Problem | undefined {
  const entries = entriesOfSchema(site.schema) ?? new Map<string, Schema>();
  const base = { ...entry.keySpan, key: dotted([...site.path, entry.key]) };
  if (entry.key === 'run' && entryOf(node, 'uses')) {
    const message = 'A step has either `uses:` (a built-in step) or `run:` (a command), not both. Remove one of them.';
    return { ...base, code: 'uses-and-run', message };
  }
  if (entry.key === '<<') {
    return { ...base, code: 'unknown-key', message: 'Merge keys (`<<`) are not supported. Write the keys out.' };
  }
  const place = rightPlace(site, entries, entry.key);
  if (place !== undefined) return { ...base, code: 'misplaced-key', message: place };
  const suggestion = suggest(
    entry.key,
    [...entries.keys()].filter(key => !entryOf(node, key)),
  );
  // What else may stand there is not known yet.
  if (suggestion === undefined && isLoose(site.schema)) return undefined;
  if (suggestion !== undefined) {
    report.meant.set(node, (report.meant.get(node) ?? new Set<string>()).add(suggestion));
  }
  const where = site.path.length === 0 ? 'at the top of the file' : `under ${lower(subject(site))}`;
  const known =
    suggestion === undefined ? ` Known here: ${listed([...entries.keys()], 'and')}.` : didYouMean(suggestion);
  const message = `\`${entry.key}\` is not a key that is known ${where}.${known}`;
  return { ...base, code: 'unknown-key', message, ...(suggestion !== undefined && { suggestion }) };
}

/** The key may belong one level deeper, or to one of the levels above. */
function rightPlace(site: Site, entries: ReadonlyMap<string, Schema>, key: string): string | undefined {
  for (const [inner, schema] of entries) {
    if (keysInside(schema, site, inner).has(key)) return `\`${key}\` belongs under \`${inner}\`.`;
  }
  const owner = isLoose(site.schema) ? undefined : alternativeWith(site.declared, key);
  if (owner !== undefined) return `\`${key}\` is only for ${owner}.`;
  for (let above = site.parent; above; above = above.parent) {
    if (!entriesOfSchema(above.schema)?.has(key)) continue;
    return above.path.length === 0
      ? `\`${key}\` belongs to the top of the file, not under ${lower(subject(site))}.`
      : `\`${key}\` belongs under ${lower(subject(above))}, beside \`${String(site.path[above.path.length] ?? '')}\`.`;
  }
  return undefined;
}

/** Stands in until what decides about the other keys is known. */
const isLoose = (schema: Schema): boolean => schema.type.startsWith('loose');

/** Another form of the same mapping that has the key: `learner: neural-network`, a step with `run:`, a rule with `metric:`. */
function alternativeWith(declared: Schema, key: string): string | undefined {
  for (const form of alternatives(declared)) {
    const entries = entriesOfSchema(form);
    if (!entries?.has(key)) continue;
    for (const [name, schema] of entries) {
      const [only, ...others] = factsOf(schema).allowed;
      if (schema.type === 'literal' && others.length === 0) return `\`${name}: ${String(only)}\``;
    }
    const [first = ''] = entries.keys();
    return first === 'entity' || first === 'request'
      ? viewWith(first)
      : `${first === 'run' ? 'a step' : 'a rule'} with \`${first}:\``;
  }
  return undefined;
}

const viewWith = (first: string): string =>
  first === 'entity'
    ? 'a feature view with rows, without `request` and `uses`'
    : 'a feature view with `request` or `uses`';

function keysInside(schema: Schema, site: Site, key: string): ReadonlySet<string> {
  return new Set(entriesInside(schema, entryOf(site.node, key)?.value).keys());
}
