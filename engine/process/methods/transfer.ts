import * as v from 'valibot';
import { sourceKinds } from '../../transfer/child/messages';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { empty, name, optional, prose } from '../schemas';
import type { Services } from '../services';

const place = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const address = v.pipe(
  v.string(),
  v.maxLength(2000),
  v.regex(/^https?:\/\/[^\s@]+$/, 'It must be an address such as http://host:5000, without a name or password'),
);
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(10_000));

const target = v.variant('kind', [
  v.strictObject({ kind: v.literal('bundle'), file: place }),
  v.strictObject({ kind: v.literal('csv'), file: place }),
  v.strictObject({ kind: v.literal('mlflow'), url: address, token: optional(secret), user: optional(name) }),
]);

export const transferMethods = ({ transfer }: Services): MethodsOf<'transfer'> => ({
  'transfer/find': method('transfer/find', { params: empty, run: () => transfer.find() }),
  'transfer/import': method('transfer/import', {
    params: v.strictObject({
      source: place,
      kind: optional(v.picklist(sourceKinds)),
      artifacts: optional(v.pipe(v.array(place), v.maxLength(100))),
      experiment: optional(name),
    }),
    run: (request, { progress, signal }) => transfer.import(request, progress, signal),
  }),
  'transfer/export': method('transfer/export', {
    params: v.strictObject({
      to: target,
      experiments: optional(v.pipe(v.array(name), v.maxLength(1000))),
      filter: optional(prose),
      deleted: optional(v.union([v.boolean(), v.literal('only')])),
      overwrite: optional(v.boolean()),
    }),
    run: (request, { progress, signal }) => transfer.export(request, progress, signal),
  }),
});
