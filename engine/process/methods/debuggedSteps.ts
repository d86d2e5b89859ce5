import * as v from 'valibot';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { name, optional, pipelineRunIdSchema } from '../schemas';
import type { Services } from '../services';

const debugged = { id: pipelineRunIdSchema, step: name };

/** What a client with a debugger says of a step that runs in it. */
export const debuggedMethods = (
  pipelines: Services['pipelines'],
): Pick<MethodsOf<'pipelines'>, 'pipelines/debugOutput' | 'pipelines/debugEnded'> => ({
  'pipelines/debugOutput': method('pipelines/debugOutput', {
    params: v.strictObject({ ...debugged, text: v.pipe(v.string(), v.maxLength(1 << 20)) }),
    run: ({ id, step, text }) => {
      pipelines.debugOutput(id, step, text);
      return {};
    },
  }),
  'pipelines/debugEnded': method('pipelines/debugEnded', {
    params: v.strictObject({
      ...debugged,
      code: optional(v.pipe(v.number(), v.integer())),
      wasStopped: optional(v.boolean()),
      problem: optional(v.pipe(v.string(), v.maxLength(10_000))),
    }),
    run: ({ id, step, ...how }) => {
      pipelines.debugEnded(id, step, how);
      return {};
    },
  }),
});
