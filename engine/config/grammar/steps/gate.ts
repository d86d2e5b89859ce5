import * as v from 'valibot';
import { oneOrMany, reference } from '../terms';

export const description = "Judges the gates of a model's stages.";

export const options = v.strictObject({
  model: v.pipe(reference('model'), v.description('The model whose gates are judged.')),
  stages: v.optional(
    v.pipe(
      oneOrMany(reference('stage'), 'the name of a stage'),
      v.description('Stages whose gates are judged. Without it: all that have gates.'),
    ),
    [],
  ),
  require: v.optional(
    v.pipe(
      oneOrMany(reference('stage'), 'the name of a stage'),
      v.description(
        'Stages whose gates must pass for the pipeline to go on. Without it none: a blocked stage is only said.',
      ),
    ),
    [],
  ),
});
