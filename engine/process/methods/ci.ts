import * as v from 'valibot';
import { ciSystems } from '../../protocol/ci';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { fileText, optional } from '../schemas';
import type { Services } from '../services';

const systems = optional(v.pipe(v.array(v.picklist(ciSystems)), v.maxLength(10)));

export const ciMethods = ({ infrastructure }: Services): MethodsOf<'ci'> => ({
  'ci/status': method('ci/status', {
    params: v.strictObject({ systems, text: optional(fileText) }),
    run: asked => infrastructure.status(asked),
  }),
  'ci/write': method('ci/write', {
    params: v.strictObject({ systems, force: optional(v.boolean()) }),
    run: asked => infrastructure.write(asked),
  }),
});
