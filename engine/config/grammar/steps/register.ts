import * as v from 'valibot';
import { reference, text } from '../terms';

export const description = 'Makes the trained model a new version of a registered model.';

export const options = v.strictObject({
  model: v.pipe(reference('model'), v.description('The registered model.')),
  stage: v.exactOptional(
    v.pipe(
      reference('stage'),
      v.description("The stage that the version is moved to when its gates let it. Without it: the model's first."),
    ),
  ),
  description: v.exactOptional(v.pipe(text(), v.description('What is special about this version.'))),
});
