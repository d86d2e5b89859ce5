import * as v from 'valibot';
import { timeout } from '../duration';
import { flag, oneOrMany, reference } from '../terms';

/** What every step may say. */
export const common = {
  needs: v.optional(
    v.pipe(
      oneOrMany(reference('step'), 'the name of a step'),
      v.description('The step(s) that must have succeeded before.'),
    ),
    [],
  ),
  timeout: v.exactOptional(
    v.pipe(
      timeout(),
      v.description('The step fails when it takes longer, such as `30s`, `5m`, `1h`. Without it: no limit.'),
    ),
  ),
  cache: v.exactOptional(
    v.pipe(
      flag(),
      v.description(
        'Whether its result is taken from an earlier run that was made of the same. Without it: as the pipeline says.',
      ),
    ),
  ),
};
