import * as v from 'valibot';
import { waiver } from '../waiver';

/** The keys of every rule. */
export const common = {
  severity: v.optional(
    v.pipe(v.picklist(['error', 'warn']), v.description('`error`: blocks; `warn`: only said.')),
    'error',
  ),
  waive: v.exactOptional(waiver),
};
