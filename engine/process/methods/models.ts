import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { empty, name, optional, positive, prose } from '../schemas';

export const modelsMethods = ({ registry, modelImports }: Services): MethodsOf<'models'> => ({
  'models/list': method('models/list', { params: empty, run: () => registry.list() }),
  'models/get': method('models/get', { params: v.strictObject({ name }), run: params => registry.get(params.name) }),
  'models/gates': method('models/gates', {
    params: v.strictObject({ name, version: positive, stage: name }),
    run: params => registry.gates(params.name, params.version, params.stage),
  }),
  'models/promote': method('models/promote', {
    params: v.strictObject({ name, version: positive, to: name, reason: optional(prose) }),
    run: ({ reason = '', ...request }) => registry.promote({ ...request, reason }),
  }),
  'models/setAlias': method('models/setAlias', {
    params: v.strictObject({ name, alias: name, version: positive, reason: optional(prose) }),
    run: ({ reason = '', ...request }) => registry.moveAlias({ ...request, reason }),
  }),
  'models/deleteAlias': method('models/deleteAlias', {
    params: v.strictObject({ name, alias: name, reason: optional(prose) }),
    run: ({ reason = '', ...request }) => registry.moveAlias({ ...request, reason }),
  }),
  'models/import': method('models/import', {
    params: v.strictObject({
      file: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
      name,
      label: optional(name),
      classes: optional(v.pipe(v.array(name), v.maxLength(10_000))),
      columns: optional(v.pipe(v.array(name), v.maxLength(100_000))),
      description: optional(prose),
    }),
    run: (request, { progress, signal }) => modelImports.import(request, progress, signal),
  }),
});
