import * as v from 'valibot';
import { reference } from '../terms';

export const description = 'Reads a dataset, records its version and profile, and checks what it `expect`s.';

export const options = v.strictObject({
  dataset: v.pipe(reference('dataset'), v.description('The dataset that is checked.')),
});
