import * as v from 'valibot';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { empty, name, optional, positive } from '../schemas';
import type { Services } from '../services';

export const featuresMethods = ({ features }: Services): MethodsOf<'features'> => ({
  'features/list': method('features/list', { params: empty, run: () => features.list() }),
  'features/get': method('features/get', {
    params: v.strictObject({ view: name }),
    run: ({ view }) => features.get(view),
  }),
  'features/apply': method('features/apply', {
    params: v.strictObject({ views: optional(v.array(name)) }),
    run: ({ views }) => features.apply(views),
  }),
  'features/diff': method('features/diff', {
    params: v.strictObject({ view: name, before: positive, after: positive }),
    run: versions => features.diff(versions),
  }),
});
