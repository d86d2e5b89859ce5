import * as v from 'valibot';
import type { EntityConfig } from '../../../protocol/featureConfig';
import { text } from '../terms';
import { described } from './terms';

/** One entry of `entities:`. */
export const entity: v.GenericSchema<unknown, EntityConfig> = v.strictObject({
  key: v.pipe(text('the name of a column'), v.description('The column that says which one a row is about.')),
  type: v.exactOptional(
    v.pipe(
      v.picklist(['integer', 'string']),
      v.description('Of its keys. Without it: that of the source. `01` and `1` are one integer, and two texts.'),
    ),
  ),
  ...described,
});
