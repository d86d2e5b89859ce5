import * as v from 'valibot';
import { flag } from './terms';

/** `tracking`: what is kept of every run. */
export const tracking = v.strictObject({
  system_metrics: v.optional(
    v.pipe(
      flag(),
      v.description(
        'Keep processor, memory, disk, network and GPU use of the machine as metrics `system/…` of each run.',
      ),
    ),
    true,
  ),
});
