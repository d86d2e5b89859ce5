import * as v from 'valibot';
import type { TestOptions } from '../../../protocol/steps';
import { modelTest } from '../../../schemas/modelTest';
import { reference, seed } from '../terms';

export const description =
  'Measures what the gates of a model ask for beside metrics, such as monotonicity, robustness, golden rows and latency; the gates judge.';

const shape = v.strictObject({
  model: v.pipe(
    reference('model'),
    v.description(
      'The model whose gates say what is tested. Its version with the alias `champion`, else that in the highest stage, is timed beside.',
    ),
  ),
  seed: v.optional(seed(), 0),
});

/** What is tested follows from the gates, once the whole file has been read. */
export const options = v.pipe(
  shape,
  v.transform((value): TestOptions => ({ ...value, tests: [] })),
);

/** As the job is told. */
export const jobOptions = v.strictObject({ ...shape.entries, tests: v.array(modelTest) });
