import * as v from 'valibot';
import { gateRule } from './gates/gateRule';
import { name, refersTo, text } from './terms';

const stageNames = v.pipe(
  v.array(name('stage'), 'must be a list of names'),
  v.minLength(1, 'out-of-range|must have at least one stage'),
  v.description('In order; the first is where a new version starts.'),
);

export const model = v.strictObject({
  description: v.exactOptional(v.pipe(text(), v.description('What the model predicts, and for what it is used.'))),
  stages: v.optional(stageNames, ['dev', 'staging', 'production']),
  gates: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), refersTo('stage')),
        v.pipe(
          v.array(gateRule, 'must be a list of rules'),
          v.description('Rules that are judged before a version may enter this stage.'),
        ),
        'must be a mapping of stages to rules',
      ),
      v.description('By stage: rules that are judged before a version may enter it.'),
    ),
    {},
  ),
});
