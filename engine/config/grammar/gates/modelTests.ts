import * as v from 'valibot';
import { footprints } from '../../../protocol/modelTests';
import {
  directionalKeys,
  goldenKeys,
  invariantKeys,
  monotonicKeys,
  parityKeys,
  reproducibleKeys,
  robustKeys,
} from '../modelTests';
import { notNegative, positive, reference } from '../terms';
import { check } from './checkNote';
import { common } from './common';

const shareAtMost = v.optional(
  v.pipe(
    notNegative(),
    v.maxValue(1, 'must be a share of rows, at most 1'),
    v.description('Share of the rows that may speak against the model.'),
  ),
  0,
);

export const monotonic = v.strictObject({
  check: check('monotonic'),
  ...monotonicKeys,
  at_most: shareAtMost,
  ...common,
});
export const invariant = v.strictObject({
  check: check('invariant'),
  ...invariantKeys,
  at_most: shareAtMost,
  ...common,
});
export const directional = v.strictObject({
  check: check('directional'),
  ...directionalKeys,
  at_most: shareAtMost,
  ...common,
});
export const robust = v.strictObject({
  check: check('robust'),
  ...robustKeys,
  at_most: v.optional(v.pipe(notNegative(), v.description('By how much the metric may get worse.')), 0.05),
  ...common,
});
export const golden = v.strictObject({ check: check('golden'), ...goldenKeys, at_most: shareAtMost, ...common });
export const parity = v.strictObject({
  check: check('parity'),
  ...parityKeys,
  at_most: v.optional(
    v.pipe(notNegative(), v.description('By how much a score may differ: absolute below 1, relative above.')),
    1e-5,
  ),
  ...common,
});
export const reproducible = v.pipe(
  v.strictObject({ check: check('reproducible'), ...reproducibleKeys, ...common }),
  v.transform(rule => ({ ...rule, at_most: 0 })),
);

export const latency = v.pipe(
  v.strictObject({
    check: check('latency'),
    p50_ms: v.exactOptional(v.pipe(positive(), v.description('Half of the requests of one row take no longer.'))),
    p99_ms: v.exactOptional(v.pipe(positive(), v.description('99 of 100 requests of one row take no longer.'))),
    ...common,
  }),
  v.check(
    ({ p50_ms, p99_ms }) => p50_ms !== undefined || p99_ms !== undefined,
    'one-bound|needs `p50_ms`, `p99_ms` or both',
  ),
);
export const throughput = v.strictObject({
  check: check('throughput'),
  at_least: v.pipe(positive(), v.description('Rows a second, in requests of 1,000 rows.')),
  ...common,
});
export const memory = v.strictObject({
  check: check('memory'),
  at_most_mb: v.pipe(positive(), v.description('MB that the loaded model holds.')),
  ...common,
});
export const size = v.strictObject({
  check: check('size'),
  at_most_mb: v.pipe(positive(), v.description("MB of the model's files.")),
  ...common,
});
export const trainingTime = v.strictObject({
  check: check('training-time'),
  at_most_s: v.pipe(positive(), v.description('Seconds that the training took.')),
  ...common,
});
export const signature = v.strictObject({
  check: check('signature'),
  compatible_with: v.pipe(
    reference('stage'),
    v.description('A stage: whoever calls the version that holds it can call this one without a change.'),
  ),
  ...common,
});

const measures = [...footprints, 'training_seconds'] as const;
export const regression = v.strictObject({
  check: check('regression'),
  measures: v.optional(
    v.pipe(
      v.array(v.picklist(measures), 'must be a list of measures'),
      v.minLength(1, 'out-of-range|must have at least one measure'),
      v.description(
        'What is compared: with the best registered version, measured in turns on the same machine, and the training time with earlier trainings.',
      ),
    ),
    ['latency_p50_ms', 'rows_per_second', 'memory_mb', 'size_mb', 'training_seconds'],
  ),
  at_most: v.optional(
    v.pipe(notNegative(), v.description('Share by which it may be worse, beyond the noise: 0.1 is 10 %.')),
    0.1,
  ),
  ...common,
});
