import * as v from 'valibot';
import { duration, durationMs } from './duration';
import { wholeNumber } from './terms';

const longest = 366 * 86_400_000;

/** A duration that becomes milliseconds. */
export const span = (...examples: readonly string[]) =>
  v.pipe(
    duration(),
    v.check(value => (durationMs(value) ?? 0) <= longest, 'bad-duration|must be at most 366d'),
    v.examples([...examples]),
    v.transform(value => Math.max(1, Math.round(durationMs(value) ?? 0))),
  );

/** What every trigger, and `on:` as a whole, may say. */
export const limits = {
  cool_down: v.exactOptional(
    v.pipe(
      span('10m', '1h'),
      v.description('No start before so much time has passed since the last one, such as `10m`.'),
    ),
  ),
  budget: v.exactOptional(
    v.pipe(
      v.strictObject({
        runs: v.pipe(wholeNumber(1, 100_000), v.description('At most so many starts.'), v.examples([10])),
        per: v.pipe(v.picklist(['hour', 'day', 'week', 'month']), v.description('Within any such time.')),
      }),
      v.description('How many starts there may be.'),
    ),
  ),
};
