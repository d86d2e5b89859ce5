import * as v from 'valibot';
import { calibrationMeasures } from '../../../protocol/gateRules';
import { bounds } from './bounds';
import { check } from './checkNote';
import { common } from './common';

export const calibration = v.strictObject({
  check: check('calibration'),
  measure: v.optional(
    v.pipe(
      v.picklist(calibrationMeasures),
      v.description(
        '`error`: mean distance of probabilities and shares (usually ≤ 0.1); `slope` (0.8 – 1.25), `intercept` (±0.25); `hosmer_lemeshow_p`, `spiegelhalter_p` (≥ 0.05).',
      ),
    ),
    'error',
  ),
  ...bounds,
  ...common,
});
