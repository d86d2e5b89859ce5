import * as v from 'valibot';
import type { MaterialiseOptions } from '../../../protocol/steps';
import { flag } from '../terms';
import { views } from './views';

export const description = 'Brings what is new in the sources of feature views into the online store.';

export const options: v.GenericSchema<unknown, MaterialiseOptions> = v.strictObject({
  views: views('Which feature views. Without it: all that have rows of their own.'),
  full: v.optional(
    v.pipe(
      flag(),
      v.description('Whether it begins at the beginning. Otherwise it goes on where the last complete one ended.'),
    ),
    false,
  ),
});
