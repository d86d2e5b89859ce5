import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { optional } from '../schemas';

const node = v.pipe(v.string(), v.minLength(1), v.maxLength(5000));
const flag = optional(v.boolean());
const limited = (most: number): v.GenericSchema<unknown, number> =>
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

export const lineageMethods = ({ lineage }: Services): MethodsOf<'lineage'> => ({
  'lineage/graph': method('lineage/graph', {
    params: v.strictObject({
      ...{ node, up: flag, down: flag, steps: flag },
      depth: optional(limited(50)),
      most: optional(limited(50)),
      opened: optional(v.pipe(v.array(node), v.maxLength(200))),
    }),
    run: query => lineage.graph(query),
  }),
  'lineage/affected': method('lineage/affected', {
    params: v.strictObject({ node }),
    run: params => lineage.affected(params.node),
  }),
});
