import * as v from 'valibot';
import { readJson } from './files';
import type { Preparation } from './preparation';

const type = v.picklist(['integer', 'number', 'boolean', 'date', 'datetime', 'string']);
const numbers = v.array(v.number());
const texts = v.array(v.string());
const oneHot = <T>(category: v.GenericSchema<unknown, T>) =>
  v.object({ op: v.literal('one-hot'), categories: v.array(category), missing: v.boolean() });
const map = <T>(category: v.GenericSchema<unknown, T>) =>
  v.object({
    op: v.literal('map'),
    categories: v.array(category),
    values: numbers,
    unknown: v.number(),
    missing: v.number(),
  });
const scale = v.object({
  op: v.literal('scale'),
  missing: v.nullable(v.number()),
  offset: v.number(),
  scale: v.number(),
});
const bins = v.object({ op: v.literal('bins'), edges: numbers, values: numbers, missing: v.number() });

const column = v.variant('kind', [
  v.object({
    kind: v.literal('number'),
    name: v.string(),
    type,
    op: v.variant('op', [scale, bins, oneHot(v.number()), map(v.number())]),
    features: texts,
  }),
  v.object({
    kind: v.literal('text'),
    name: v.string(),
    type,
    op: v.variant('op', [oneHot(v.string()), map(v.string())]),
    features: texts,
  }),
]);

export const preparationSchema: v.GenericSchema<unknown, Preparation> = v.object({
  version: v.literal(1),
  task: v.picklist(['binary', 'multiclass', 'regression']),
  label: v.object({ name: v.string(), type }),
  classes: texts,
  positive: v.exactOptional(v.string()),
  columns: v.array(column),
  features: texts,
  notes: texts,
});

/** @throws ModelyardError `data.unreadable` when the file is not a preparation. */
export const readPreparation = (path: string): Promise<Preparation> => readJson(path, preparationSchema);
