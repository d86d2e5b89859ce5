import * as v from 'valibot';
import { readJson } from './files';
import type { PrepareOptions } from '../protocol/steps/preparation';
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
  zero: v.exactOptional(v.literal('missing')),
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

const impute = v.picklist(['median', 'mean', 'zero', 'keep', 'none']);
const scaling = v.picklist(['standard', 'min-max', 'none']);
const task = v.picklist(['binary', 'multiclass', 'regression']);
const options: v.GenericSchema<unknown, PrepareOptions> = v.object({
  label: v.string(),
  positive: v.exactOptional(v.string()),
  task: v.exactOptional(task),
  drop: texts,
  numeric: v.object({ impute, scale: scaling, encode: v.picklist(['numeric', 'woe']) }),
  categorical: v.object({ encode: v.picklist(['one-hot', 'ordinal', 'woe']), min_count: v.number() }),
  columns: v.record(
    v.string(),
    v.object({
      type: v.exactOptional(v.picklist(['numeric', 'categorical'])),
      impute: v.exactOptional(impute),
      scale: v.exactOptional(scaling),
      encode: v.exactOptional(v.picklist(['one-hot', 'ordinal', 'woe', 'numeric'])),
    }),
  ),
});

const preparationSchema: v.GenericSchema<unknown, Preparation> = v.object({
  version: v.literal(1),
  task,
  label: v.object({ name: v.string(), type }),
  classes: texts,
  positive: v.exactOptional(v.string()),
  columns: v.array(column),
  features: texts,
  notes: texts,
  options: v.exactOptional(options),
});

/** @throws ModelyardError `data.unreadable` when the file is not a preparation. */
export const readPreparation = (path: string): Promise<Preparation> => readJson(path, preparationSchema);
