import * as v from 'valibot';
import type { FeatureViewConfig } from '../../../protocol/featureConfig';
import { name } from '../terms';
import { batchView } from './batchView';
import { onDemandView } from './onDemandView';

type View = v.GenericSchema<unknown, FeatureViewConfig>;
const anyOf: View = v.union([batchView, onDemandView]);

/** One entry of `features:`. Undefined asks for all there are. */
export const featureView: View = v.lazy((input): View => {
  if (input === undefined) return anyOf;
  return typeof input === 'object' && input !== null && ('request' in input || 'uses' in input)
    ? onDemandView
    : batchView;
});

/** `__` stands between view and feature in a full name, so that only the first can be meant. */
export const viewName = v.pipe(
  name('feature view'),
  v.check(
    one => !one.includes('__'),
    'bad-name|cannot be the name of a feature view: `__` stands between it and a feature',
  ),
);
