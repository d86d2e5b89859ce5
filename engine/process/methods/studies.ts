import * as v from 'valibot';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { name, optional, positive, prose } from '../schemas';
import type { Services } from '../services';

const study = name;
const limit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000));
const value = v.union([prose, v.number(), v.boolean(), v.pipe(v.array(v.number()), v.maxLength(100))]);

export const studiesMethods = ({ tuning }: Services): MethodsOf<'studies'> => ({
  'studies/list': method('studies/list', {
    params: v.strictObject({ pipeline: optional(name), limit: optional(limit) }),
    run: query => tuning.list(query),
  }),
  'studies/get': method('studies/get', {
    params: v.strictObject({ study }),
    run: params => tuning.get(params.study),
  }),
  'studies/enqueue': method('studies/enqueue', {
    params: v.strictObject({ study, params: v.record(name, value) }),
    run: ({ study: asked, params }) => tuning.enqueue(asked, params),
  }),
  'studies/stop': method('studies/stop', {
    params: v.strictObject({ study }),
    run: params => tuning.stop(params.study),
  }),
  'studies/extend': method('studies/extend', {
    params: v.strictObject({ study, trials: optional(positive), seconds: optional(positive) }),
    run: ({ study: asked, ...more }) => tuning.extend(asked, more),
  }),
});
