import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { digestSchema, empty, name, optional } from '../schemas';

export const datasetsMethods = ({ data }: Services): MethodsOf<'datasets'> => ({
  'datasets/list': method('datasets/list', { params: empty, run: () => data.list() }),
  'datasets/get': method('datasets/get', {
    params: v.strictObject({ name, digest: optional(digestSchema) }),
    run: params => data.get(params.name, params.digest),
  }),
  'datasets/validate': method('datasets/validate', {
    params: v.strictObject({ names: optional(v.pipe(v.array(name), v.maxLength(1000))) }),
    run: ({ names }, { progress, signal }) => data.validate(names, progress, signal),
  }),
});
