import { alternatives, entriesOfSchema, factsOf, isList, isMapping, recordOf, referenceOf } from '../grammar/facts';
import { stepNotes } from '../grammar/pipelines';
import type { Schema } from '../grammar/terms';
import { scopeOf, targetsOf } from '../check/references';
import { resolve, type Site } from '../walk';
import { textOf, textsOf, type MapNode } from '../yaml/tree';
import type { CompletionEntry } from '../../protocol/config';
import type { Column } from '../columns';
import { mark, type Cursor } from './cursor';
import { documentation, shown, summary } from './describe';

/** A completion without its range. */
export type Proposal = Omit<CompletionEntry, 'range'>;

/** Columns of the dataset that is meant where the cursor stands. */
export type ColumnsHere = () => Promise<readonly Column[]>;

export async function proposalsAt(cursor: Cursor, columns: ColumnsHere): Promise<readonly Proposal[]> {
  const { target } = cursor;
  if (target.kind === 'key') return keyProposals(cursor, target, columns);
  return valueProposals(cursor, target.site, columns);
}

async function keyProposals(
  cursor: Cursor,
  { site, node }: { readonly site: Site; readonly node: MapNode },
  columns: ColumnsHere,
): Promise<readonly Proposal[]> {
  const taken = new Set(node.entries.map(entry => entry.key));
  const entries = [...keysHere(site, taken.size > 1)].filter(([key]) => !taken.has(key));
  const ordered = [
    ...entries.filter(([, schema]) => factsOf(schema).required),
    ...entries.filter(([, schema]) => !factsOf(schema).required),
  ];
  if (ordered.length > 0) {
    return ordered.map(([key, schema]): Proposal => ({
      label: key,
      kind: 'key',
      detail: summary(factsOf(schema)),
      documentation: documentation(factsOf(schema)),
      insertText: key + afterKey(cursor, schema),
    }));
  }
  const record = recordOf(site.schema);
  const reference = record && referenceOf(record.key);
  const colon = cursor.hasColon ? '' : ': ';
  if (reference === 'column') {
    const all = (await columns()).filter(column => !taken.has(column.name));
    return all.map(column => ({ ...columnProposal(column, cursor), insertText: quoted(column.name, cursor) + colon }));
  }
  if (!reference) return [];
  const targets = targetsOf(reference, cursor.reading.names, scopeOf(cursor.reading.names, [...site.path, mark]));
  return targets
    .filter(target => !taken.has(target.name))
    .map(target => ({
      label: target.name,
      kind: 'reference',
      detail: target.detail,
      insertText: target.name + afterKey(cursor, record.value),
    }));
}

/** Of a feature view of which nothing is written yet: the keys of every kind. */
function keysHere(site: Site, isBegun: boolean): ReadonlyMap<string, Schema> {
  const isView = site.path[0] === 'features' && site.path.length === 2;
  if (!isView || isBegun) return entriesOfSchema(site.schema) ?? new Map<string, Schema>();
  return new Map(alternatives(site.declared).flatMap(form => [...(entriesOfSchema(form) ?? [])]));
}

/** What follows a key: in block style a mapping or list begins on the next line. */
function afterKey(cursor: Cursor, schema: Schema): string {
  if (cursor.hasColon) return '';
  if (cursor.inFlow) return ': ';
  const shape = resolve(schema, { kind: 'map', start: 0, end: 0, entries: [] });
  if (isMapping(shape)) return ':\n  ';
  return isList(shape) && !factsOf(schema).type.includes('text') ? ':\n  - ' : ': ';
}

async function valueProposals(cursor: Cursor, site: Site, columns: ColumnsHere): Promise<readonly Proposal[]> {
  const declared = factsOf(site.declared);
  if (isMapping(site.schema)) return [];
  // a choice by what is written, such as the name of a check instead of a mapping, says only then what is allowed
  const facts = declared.type === 'anything' ? factsOf(site.schema) : declared;
  const reference = referenceOf(site.schema) ?? facts.refersTo;
  const beside = site.entry ? new Set<string>() : takenBeside(site);
  const found: Proposal[] = facts.allowed
    .filter(value => !beside.has(String(value)))
    .map(value => valueProposal(cursor, value, facts.default));
  if (reference === 'column' || reference === 'condition') {
    const taken = reference === 'column' ? takenBeside(site) : new Set<string>();
    const all = (await columns()).filter(column => !taken.has(column.name));
    found.push(...all.map(column => columnProposal(column, cursor, reference === 'condition')));
  } else if (reference) {
    found.push(...referenceProposals(cursor, site, reference));
    // an entity that is not declared has a column of its name as its key
    if (reference === 'entity') found.push(...(await columns()).map(column => columnProposal(column, cursor)));
  }
  const listed = new Set(found.map(one => one.label));
  const others = [...new Set([facts.default, ...facts.examples])].filter(
    value => isValue(value) && !listed.has(shown(value)),
  );
  if (facts.allowed.length === 0) found.push(...others.map(value => valueProposal(cursor, value, facts.default)));
  return found;
}

function referenceProposals(
  cursor: Cursor,
  site: Site,
  reference: Parameters<typeof targetsOf>[0],
): readonly Proposal[] {
  const { names } = cursor.reading;
  const scope = scopeOf(names, site.path);
  const taken = takenBeside(site);
  if (reference === 'step' && scope.step) taken.add(scope.step.name);
  const targets = targetsOf(reference, names, scope).filter(({ name }) => !taken.has(name) && !name.includes(mark));
  const view = reference === 'feature' ? /([A-Za-z][\w-]*)(?:@v\d+)?:$/.exec(cursor.lineBefore)?.[1] : undefined;
  const ofView = view !== undefined && names.views.has(view) ? `${view}:` : '';
  return targets
    .filter(({ name }) => name.startsWith(ofView))
    .map(target => ({ ...target, name: target.name.slice(ofView.length) }))
    .map(target => ({ label: target.name, kind: 'reference', detail: target.detail, insertText: target.name }));
}

/** What the list has already. */
const takenBeside = (site: Site): Set<string> =>
  new Set(site.parent?.node.kind === 'list' ? textsOf(site.parent.node).map(item => textOf(item) ?? '') : []);

const isValue = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

function valueProposal(cursor: Cursor, value: unknown, normal: unknown): Proposal {
  const label = shown(value);
  const note = new Map<string, string>(Object.entries(stepNotes)).get(label);
  const isUse = cursor.target.kind === 'value' && cursor.target.site.path.at(-1) === 'uses';
  return {
    label,
    kind: 'value',
    detail: value === normal ? 'default' : isUse ? 'step' : '',
    ...(isUse && note !== undefined && { documentation: note }),
    insertText: typeof value === 'string' ? quoted(value, cursor) : label,
  };
}

const columnProposal = (column: Column, cursor: Cursor, inCondition = false): Proposal => ({
  label: column.name,
  kind: 'column',
  detail: column.type,
  insertText: inCondition ? inBackticks(column.name) : quoted(column.name, cursor),
});

export const inBackticks = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;

/** Quoted where YAML would take it for something else. */
function quoted(text: string, cursor: Cursor): string {
  if (cursor.inQuotes) return text;
  const plain = /^[\p{L}_][\p{L}\p{N}_ ./-]*(?<! )$/u.test(text) && !/^(true|false|null)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
