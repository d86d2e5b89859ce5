import * as v from 'valibot';
import { referenceKey, references, type Reference, type Schema } from './terms';

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';

/** One step inwards: optional, nullable. */
export const wrapped = (schema: Schema): Schema | undefined =>
  'wrapped' in schema && isSchema(schema.wrapped) ? schema.wrapped : undefined;

/** Keys of a mapping with fixed keys. */
export function entriesOfSchema(schema: Schema): ReadonlyMap<string, Schema> | undefined {
  let entries = knownEntries.get(schema);
  if (entries === undefined) {
    entries = readEntries(schema);
    knownEntries.set(schema, entries ?? null);
  }
  return entries ?? undefined;
}
const knownEntries = new WeakMap<Schema, ReadonlyMap<string, Schema> | null>();

function readEntries(schema: Schema): ReadonlyMap<string, Schema> | undefined {
  if (!('entries' in schema) || typeof schema.entries !== 'object' || schema.entries === null) return undefined;
  const entries = new Map<string, Schema>();
  for (const [key, value] of Object.entries(schema.entries)) if (isSchema(value)) entries.set(key, value);
  return entries;
}

export const recordOf = (schema: Schema): { readonly key: Schema; readonly value: Schema } | undefined =>
  'key' in schema && isSchema(schema.key) && 'value' in schema && isSchema(schema.value)
    ? { key: schema.key, value: schema.value }
    : undefined;

/** What any further key of a mapping with fixed keys holds. */
export const restOf = (schema: Schema): Schema | undefined =>
  'rest' in schema && isSchema(schema.rest) && 'entries' in schema ? schema.rest : undefined;

/** The schema of item `index` of a list or tuple. */
export function itemOf(schema: Schema, index: number): Schema | undefined {
  if ('item' in schema && isSchema(schema.item)) return schema.item;
  if ('items' in schema && Array.isArray(schema.items)) {
    const item: unknown = schema.items[index];
    return isSchema(item) ? item : undefined;
  }
  return undefined;
}

export const isList = (schema: Schema): boolean => schema.type === 'array' || schema.type.endsWith('tuple');
export const isMapping = (schema: Schema): boolean =>
  schema.type === 'record' || /object(_with_rest)?$/.test(schema.type);

export function optionsOf(schema: Schema): readonly Schema[] | undefined {
  if (schema.type !== 'union' || !('options' in schema) || !Array.isArray(schema.options)) return undefined;
  return schema.options.filter(isSchema);
}

/** A schema that depends on the input: `lazy`. */
export function chosen(schema: Schema, input: unknown): Schema | undefined {
  return isLazy(schema) ? schema.getter(input) : undefined;
}

const isLazy = (schema: Schema): schema is Schema & v.LazySchema<Schema> =>
  'getter' in schema && typeof schema.getter === 'function';

/** All the forms that a choice has. */
export function alternatives(schema: Schema): readonly Schema[] {
  const inner = wrapped(schema);
  if (inner) return alternatives(inner);
  const all = chosen(schema, undefined);
  return all ? (optionsOf(all) ?? []) : [];
}

export const isRequired = (schema: Schema): boolean => !/^(exact_)?optional$|^nullish$/.test(schema.type);

type Allowed = string | number | boolean | null;

/** What completion and hover say about a key. */
export interface Facts {
  readonly description?: string;
  /** `text`, `number`, `list`, `text or list` ... */
  readonly type: string;
  readonly default?: unknown;
  /** The closed list of values, when there is one. */
  readonly allowed: readonly Allowed[];
  readonly examples: readonly unknown[];
  readonly refersTo?: Reference;
  readonly required: boolean;
}

export function factsOf(schema: Schema): Facts {
  const layers = layersOf(schema);
  const first = <T>(read: (layer: Schema) => T | undefined): T | undefined => {
    for (const layer of layers) {
      const found = read(layer);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const description = first(v.getDescription);
  const value = first(defaultOf);
  const to = first(referenceOf);
  return {
    ...(description !== undefined && { description }),
    type: [...new Set(layers.map(typeWord).filter(word => word !== undefined))].join(' or ') || 'anything',
    ...(value !== undefined && { default: value }),
    allowed: [...new Set(layers.flatMap(allowedOf))],
    examples: layers.flatMap(layer => v.getExamples(layer)),
    ...(to && { refersTo: to }),
    required: isRequired(schema),
  };
}

/** The schema and all it wraps or offers, outermost first (not what is inside lists and mappings, but lists of names). */
function layersOf(schema: Schema): readonly Schema[] {
  const inner = wrapped(schema);
  const options = optionsOf(schema) ?? (inner ? [inner] : []);
  return [schema, ...options.flatMap(layersOf)];
}

function defaultOf(schema: Schema): unknown {
  if (!('default' in schema)) return undefined;
  const value: unknown = schema.default;
  const nothing = Array.isArray(value) ? value.length === 0 : typeof value === 'object' && value !== null;
  return nothing ? undefined : value;
}

export function referenceOf(schema: Schema): Reference | undefined {
  let reference = knownReferences.get(schema);
  if (reference === undefined) {
    const metadata: unknown = v.getMetadata(schema)[referenceKey];
    reference = references.find(one => one === metadata) ?? null;
    knownReferences.set(schema, reference);
  }
  return reference ?? undefined;
}
const knownReferences = new WeakMap<Schema, Reference | null>();

function allowedOf(schema: Schema): readonly Allowed[] {
  if (schema.type === 'boolean') return [true, false];
  const listed: unknown = 'literal' in schema ? [schema.literal] : 'options' in schema ? schema.options : [];
  if (!Array.isArray(listed)) return [];
  return listed.filter((value): value is Allowed => typeof value === 'string' || typeof value === 'number');
}

function typeWord(schema: Schema): string | undefined {
  if (isList(schema)) return 'list';
  if (isMapping(schema)) return 'mapping';
  if (/^(string|picklist|literal)$/.test(schema.type)) return 'text';
  if (schema.type === 'boolean') return 'true or false';
  return schema.type === 'number' ? 'number' : undefined;
}
