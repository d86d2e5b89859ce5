import * as v from 'valibot';
import type { FeaturesOptions } from '../../../protocol/steps';
import { refersTo, flag, reference, text } from '../terms';

export const description =
  'Joins the features of a service to the rows of a dataset, as they were known at the time of each row, and writes another dataset.';

export const options: v.GenericSchema<unknown, FeaturesOptions> = v.strictObject({
  service: v.pipe(
    text('the name of a feature service'),
    refersTo('service'),
    v.description('Which features: a name of `feature_services`.'),
  ),
  entities: v.pipe(
    reference('dataset'),
    v.description('The dataset whose rows ask, with the keys of the entities. All its columns are kept.'),
  ),
  event_time: v.exactOptional(
    v.pipe(
      text('the name of a column'),
      refersTo('column'),
      v.description('Its column with the time that each row asks for. Without it: the time of the run.'),
    ),
  ),
  as: v.pipe(
    reference('dataset'),
    v.description('The dataset that is made: its file is written anew. Steps after this one work on it.'),
  ),
  created: v.optional(
    v.pipe(
      v.picklist(['known', 'tie-break']),
      v.description(
        '`known`: only what was known at the time of the row; `tie-break`: when a row became known decides only between rows of one time.',
      ),
    ),
    'known',
  ),
  full_names: v.optional(
    v.pipe(
      flag(),
      v.description(
        'Whether all columns are named `view__feature`. Otherwise only those of which two views have one of the same name.',
      ),
    ),
    false,
  ),
});
