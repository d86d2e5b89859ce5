import * as v from 'valibot';
import { timeout } from '../duration';
import { matrix, pick } from '../matrix';
import type { RetryConfig } from '../../../protocol/workspaceConfig';
import { flag, number, oneOrMany, reference, wholeNumber } from '../terms';

const attempts = () => wholeNumber(2, 100);

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
  if: v.exactOptional(
    v.pipe(
      v.union(
        [v.picklist(['success()', 'failure()', 'always()']), flag()],
        'must be success(), failure(), always(), true or false',
      ),
      v.description(
        'When it runs: `success()` (all that it needs has succeeded), `failure()` (something of it has failed), `always()` (all of it has ended), or true or false, such as `${{ params.deploy }}` or `${{ matrix.C == 1 }}`. What needs a step that does not run does not run either.',
      ),
    ),
  ),
  retry: v.exactOptional(
    v.pipe(
      v.union(
        [
          attempts(),
          v.strictObject({
            attempts: v.pipe(attempts(), v.description('How often it is tried in all.')),
            delay: v.optional(
              v.pipe(timeout(), v.description('The wait before the second attempt, such as `10s`.')),
              '1s',
            ),
            backoff: v.optional(
              v.pipe(
                number('a number of 1 or more'),
                v.minValue(1, 'must be 1 or more'),
                v.maxValue(100, 'must be at most 100'),
                v.description('How many times longer each further wait is.'),
              ),
              2,
            ),
          }),
        ],
        'must be a number of attempts, or a mapping with `attempts`',
      ),
      v.description(
        'Tries a step again that failed, whose process died or that took too long: how often in all, or `{attempts, delay, backoff}`.',
      ),
      v.transform((retry): RetryConfig =>
        typeof retry === 'number' ? { attempts: retry, delay: 1000, backoff: 2 } : retry,
      ),
    ),
  ),
  cache: v.exactOptional(
    v.pipe(
      flag(),
      v.description(
        '`false`: it runs each time, also when it is made of the same as in an earlier run. Without it: as the pipeline says.',
      ),
    ),
  ),
  matrix: v.exactOptional(matrix),
  'max-parallel': v.exactOptional(
    v.pipe(
      wholeNumber(1, 1000),
      v.description('Of its matrix, so many at a time. Without it: as many as steps run at all.'),
    ),
  ),
  'fail-fast': v.exactOptional(
    v.pipe(
      flag(),
      v.description('Whether the other steps of its matrix are ended when one of them fails. Without it: true.'),
    ),
  ),
  pick: v.exactOptional(pick),
};
