import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { name, optional } from '../schemas';

const names = optional(v.pipe(v.array(name), v.maxLength(1000)));

export const checksMethods = ({ verdicts }: Services): MethodsOf<'checks'> => ({
  'checks/run': method('checks/run', {
    params: v.strictObject({
      only: names,
      stages: names,
      data: optional(v.boolean()),
      judge: optional(v.picklist(['candidate', 'holder'])),
    }),
    run: (query, { progress, signal }) =>
      verdicts.check(query, { fresh: true, progress: message => progress({ message }) }, signal),
  }),
  'checks/last': method('checks/last', {
    params: v.strictObject({ only: names, stages: names }),
    run: (query, { signal }) => verdicts.check(query, { fresh: false, progress: () => undefined }, signal),
  }),
});
