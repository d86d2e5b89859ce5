import * as v from 'valibot';
import type { ModelTest } from '../protocol/modelTests';

const value = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const change = v.object({
  set: v.exactOptional(value),
  add: v.exactOptional(v.number()),
  multiply: v.exactOptional(v.number()),
});
const names = v.array(v.string());

/** A test with all its options, as jobs are told of it and as it stands in `model-tests.json`. */
export const modelTest: v.GenericSchema<unknown, ModelTest> = v.variant('test', [
  v.object({
    test: v.literal('monotonic'),
    column: v.string(),
    direction: v.picklist(['increasing', 'decreasing']),
    rows: v.number(),
  }),
  v.object({ test: v.literal('invariant'), columns: names, rows: v.number() }),
  v.object({
    test: v.literal('directional'),
    change: v.record(v.string(), change),
    direction: v.picklist(['increase', 'decrease']),
    rows: v.number(),
  }),
  v.object({
    test: v.literal('robust'),
    against: v.picklist(['missing', 'noise', 'extreme', 'unseen']),
    columns: names,
    share: v.number(),
    metric: v.string(),
  }),
  v.object({ test: v.literal('golden'), path: v.string(), column: v.string(), tolerance: v.number() }),
  v.object({ test: v.literal('parity'), rows: v.number() }),
  v.object({ test: v.literal('reproducible'), trainings: v.number() }),
]);
