import * as v from 'valibot';
import { flag, reference } from '../terms';

export const description = 'Reads a dataset, records its version and profile, and checks what it `expect`s.';

export const options = v.strictObject({
  dataset: v.pipe(reference('dataset'), v.description('The dataset that is checked.')),
  train_test: v.exactOptional(
    v.pipe(
      flag(),
      v.description(
        'After a `split`: judges the train-test checks of the dataset on the two parts, instead of the file by itself.',
      ),
    ),
  ),
});
