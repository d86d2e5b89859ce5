import * as v from 'valibot';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { fileText, optional } from '../schemas';
import type { Services } from '../services';

export const infraMethods = ({ deployments }: Services): MethodsOf<'infra'> => ({
  'infra/status': method('infra/status', {
    params: v.strictObject({ text: optional(fileText) }),
    run: ({ text }) => deployments.status(text),
  }),
  'infra/write': method('infra/write', {
    params: v.strictObject({ force: optional(v.boolean()) }),
    run: asked => deployments.write(asked),
  }),
  'infra/check': method('infra/check', {
    params: v.strictObject({ tools: optional(v.boolean()), cluster: optional(v.boolean()) }),
    run: (asked, { signal }) => deployments.check(asked, signal),
  }),
});
