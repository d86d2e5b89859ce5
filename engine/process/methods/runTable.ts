import * as v from 'valibot';
import type { BoundMethod } from '../method';
import { method } from '../method';
import { experimentIdSchema, name, optional, prose, runIdSchema } from '../schemas';
import type { Services } from '../services';

type TableMethod = `runs/${'ids' | 'list' | 'keys' | 'groups' | 'values' | 'conditions' | 'complete' | 'change'}`;

const orderText = v.pipe(v.string(), v.maxLength(600));
const experimentIds = optional(v.pipe(v.array(experimentIdSchema), v.maxLength(1000)));
const key = v.pipe(v.string(), v.maxLength(1000));
const whole = (least: number, most: number): v.GenericSchema<unknown, number> =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const runIds = (most: number) => v.pipe(v.array(runIdSchema), v.maxLength(most));

const query = {
  experimentIds,
  filter: optional(prose),
  lifecycle: optional(v.picklist(['active', 'deleted', 'all'])),
  within: optional(v.pipe(v.array(v.strictObject({ by: orderText, value: v.nullable(prose) })), v.maxLength(20))),
};

/** What the table of runs asks. */
export const runTableMethods = ({
  table,
  tracking,
}: Pick<Services, 'table' | 'tracking'>): { readonly [M in TableMethod]: BoundMethod<M> } => ({
  'runs/ids': method('runs/ids', {
    params: v.strictObject({ ...query, orderBy: optional(v.pipe(v.array(orderText), v.maxLength(50))) }),
    run: ({ orderBy, ...rest }) => table.ids(rest, orderBy),
  }),
  'runs/list': method('runs/list', {
    params: v.strictObject({ runIds: runIds(1_000) }),
    run: params => table.list(params.runIds),
  }),
  'runs/keys': method('runs/keys', { params: v.strictObject(query), run: params => table.keys(params) }),
  'runs/groups': method('runs/groups', {
    params: v.strictObject({
      ...query,
      by: orderText,
      metrics: optional(v.pipe(v.array(key), v.maxLength(100))),
      sort: optional(v.union([v.picklist(['value', 'runs', 'newest']), v.strictObject({ metric: key })])),
      descending: optional(v.boolean()),
      limit: optional(whole(1, 1_000)),
      pageToken: optional(v.pipe(v.string(), v.maxLength(4096))),
    }),
    run: params => table.groups(params),
  }),
  'runs/values': method('runs/values', {
    params: v.strictObject({
      experimentIds,
      entity: v.picklist(['metric', 'param', 'tag', 'attribute', 'dataset']),
      key,
      like: optional(key),
      limit: optional(whole(1, 1_000)),
    }),
    run: params => table.values(params),
  }),
  'runs/conditions': method('runs/conditions', {
    params: v.strictObject({ filter: prose }),
    run: ({ filter }) => table.conditions(filter),
  }),
  'runs/complete': method('runs/complete', {
    params: v.strictObject({ filter: prose, offset: whole(0, 1_000_000), experimentIds }),
    run: params => table.complete(params),
  }),
  'runs/change': method('runs/change', {
    params: v.strictObject({
      runIds: runIds(50_000),
      tags: optional(v.record(name, v.nullable(prose))),
      lifecycle: optional(v.picklist(['active', 'deleted'])),
    }),
    run: async params => {
      await tracking.change(params);
      return {};
    },
  }),
});
