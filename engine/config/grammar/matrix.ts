import * as v from 'valibot';
import type { MatrixPlace, PickRule } from '../../protocol/workspaceConfig';
import { reference, text } from './terms';

const single = () => v.union([v.string(), v.number(), v.boolean()], 'must be a single value');
const values = v.pipe(
  v.array(single(), 'must be a list of values'),
  v.minLength(1, 'out-of-range|must have at least one value'),
);
const combinations = () =>
  v.array(v.record(v.string(), single(), 'must be a mapping of names to values'), 'must be a list of mappings');

/** `matrix:` of a step. What it becomes is filled in when the steps are expanded (`matrix/expandSteps.ts`). */
export const matrix = v.pipe(
  v.union(
    [
      reference('step'),
      v.objectWithRest(
        {
          from: v.exactOptional(
            v.pipe(
              reference('step'),
              v.description(
                'A step that has a matrix: there is one of this step for each one of that, with its values, and it needs only that one.',
              ),
            ),
          ),
          include: v.exactOptional(
            v.pipe(
              combinations(),
              v.description(
                'Values that are added to the combinations which have these values already, or further combinations.',
              ),
            ),
          ),
          exclude: v.exactOptional(
            v.pipe(combinations(), v.description('Combinations that are left out: all that have these values.')),
          ),
        },
        values,
        'must be a mapping of names to lists of values, or the name of a step that has a matrix',
      ),
    ],
    'must be a mapping of names to lists of values, or the name of a step that has a matrix',
  ),
  v.transform((): MatrixPlace => ({ step: '', values: {} })),
  v.description(
    'Runs the step once for each combination of values, which it takes with `${{ matrix.NAME }}`; the name of another step: once for each one of that.',
  ),
);

/** `pick:` of a step. */
export const pick = v.pipe(
  v.union(
    [
      text('the name of a metric'),
      v.strictObject({
        metric: v.pipe(
          text('the name of a metric'),
          v.description('As the runs of these steps have it.'),
          v.examples(['auc']),
        ),
        best: v.exactOptional(
          v.pipe(
            v.picklist(['highest', 'lowest']),
            v.description('Which value is the best one. Without it: as is usual for the metric.'),
          ),
        ),
        step: v.exactOptional(
          v.pipe(
            reference('step'),
            v.description('Whose: a step with a matrix that is needed. Without it: the only one there is.'),
          ),
        ),
      }),
    ],
    'must be the name of a metric, or a mapping with `metric`',
  ),
  v.transform((value): PickRule => {
    const { metric, best = 'highest', step = '' } = typeof value === 'string' ? { metric: value } : value;
    return { metric, best, step };
  }),
  v.description(
    'Goes on with the best of the steps of a matrix that it needs, by a metric of their runs (`auc`, or a mapping), and takes nothing of the others.',
  ),
);
