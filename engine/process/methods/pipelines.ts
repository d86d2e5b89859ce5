import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { count, empty, name, optional, pipelineRunIdSchema } from '../schemas';

const limit = (most: number): v.GenericSchema<unknown, number> =>
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

export const pipelinesMethods = ({ pipelines }: Services): MethodsOf<'pipelines'> => ({
  'pipelines/list': method('pipelines/list', { params: empty, run: () => pipelines.list() }),
  'pipelines/run': method('pipelines/run', {
    params: v.strictObject({ pipeline: name, only: optional(name) }),
    run: (params, { progress, signal }) => pipelines.run(params, progress, signal),
  }),
  'pipelines/get': method('pipelines/get', {
    params: v.strictObject({ id: pipelineRunIdSchema }),
    run: ({ id }) => pipelines.get(id),
  }),
  'pipelines/runs': method('pipelines/runs', {
    params: v.strictObject({
      pipeline: optional(name),
      limit: optional(limit(1000)),
      before: optional(pipelineRunIdSchema),
    }),
    run: query => pipelines.search(query),
  }),
  'pipelines/cancel': method('pipelines/cancel', {
    params: v.strictObject({ id: pipelineRunIdSchema }),
    run: ({ id }) => {
      pipelines.cancel(id);
      return {};
    },
  }),
  'pipelines/log': method('pipelines/log', {
    params: v.strictObject({
      id: pipelineRunIdSchema,
      step: name,
      offset: optional(count),
      limit: optional(limit(4 << 20)),
    }),
    run: ({ id, step, offset = 0, limit: length = 64 << 10 }) => pipelines.log(id, step, { offset, limit: length }),
  }),
});
