import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { empty } from '../schemas';

export const databaseMethods = ({ store, collect }: Services): MethodsOf<'db'> => ({
  'db/copy': method('db/copy', {
    params: v.strictObject({ to: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) }),
    run: ({ to }) => store.copyTo(to),
  }),
  'db/check': method('db/check', { params: empty, run: () => store.check() }),
  'db/collect': method('db/collect', {
    params: v.strictObject({ remove: v.boolean() }),
    run: ({ remove }, { signal }) => collect(remove, signal),
  }),
});
