import * as v from 'valibot';
import type { CheckFeaturesOptions } from '../../../protocol/steps';
import { flag } from '../terms';
import { views } from './views';

export const description = 'Computes feature views anew and tells what lies beyond the bounds of their `monitor`.';

export const options: v.GenericSchema<unknown, CheckFeaturesOptions> = v.strictObject({
  views: views('Which feature views. Without it: all that have rows of their own.'),
  fail_on_alert: v.optional(
    v.pipe(
      flag(),
      v.description(
        'Whether the step fails where an alert stands. Otherwise alerts are said, and counted in the metric `feature_alerts`.',
      ),
    ),
    false,
  ),
});
