import * as v from 'valibot';
import { notNegative, positive } from '../terms';
import { check } from './checkNote';
import { common } from './common';

export const served = v.strictObject({
  check: check('served'),
  p99_ms: v.exactOptional(
    v.pipe(positive(), v.description('Under load 99 of 100 clients have their answer within this time.')),
  ),
  requests_per_second: v.exactOptional(v.pipe(positive(), v.description('Answered under load, at least.'))),
  failed_at_most: v.optional(
    v.pipe(
      notNegative(),
      v.maxValue(1, 'must be a share of requests, at most 1'),
      v.description('Share of requests under load that may fail.'),
    ),
    0,
  ),
  ...common,
});

export const rollback = v.strictObject({
  check: check('rollback'),
  within_s: v.optional(
    v.pipe(positive(), v.description('Seconds after which only the other version answers, while no request fails.')),
    5,
  ),
  ...common,
});
