import * as v from 'valibot';
import type { SpaceEntry } from '../../../protocol/steps/search';
import { factsOf } from '../facts';
import { flag, number, positive, wholeNumber } from '../terms';

const value = v.union([v.number(), v.string(), v.boolean(), v.array(v.number())]);

const range = (item: v.GenericSchema<number, number>) =>
  v.pipe(
    v.strictTuple([item, item], 'must be a list of two numbers: [low, high]'),
    v.check(([low, high]) => low < high, 'out-of-range|must begin with the lower number'),
  );

/** What may stand for a searched option: exactly one of `float`, `int` and `choices`. */
export const searched = v.pipe(
  v.strictObject({
    float: v.exactOptional(v.pipe(range(number()), v.description('The lowest and the highest number.'))),
    int: v.exactOptional(
      v.pipe(
        range(wholeNumber(-1_000_000_000, 1_000_000_000)),
        v.description('The lowest and the highest whole number.'),
      ),
    ),
    choices: v.exactOptional(
      v.pipe(
        v.array(value, 'must be a list of values'),
        v.minLength(1, 'out-of-range|must have at least one value'),
        v.description('The values to choose from.'),
      ),
    ),
    log: v.exactOptional(v.pipe(flag(), v.description('Even on a logarithmic scale.'))),
    step: v.exactOptional(v.pipe(positive(), v.description('Only low, low + step, ...'))),
    when: v.exactOptional(
      v.pipe(
        v.record(v.string(), v.union([v.number(), v.string(), v.boolean(), v.array(value)])),
        v.description('Searched only where other options of the learner have this value, or one of these.'),
      ),
    ),
  }),
  v.check(
    ({ float, int, choices }) => [float, int, choices].filter(one => one !== undefined).length === 1,
    'one-bound|needs one of `float`, `int` and `choices`',
  ),
  v.check(
    ({ float, int, log }) => log !== true || (float?.[0] ?? int?.[0] ?? 1) > 0,
    'out-of-range|must begin above 0 where it is logarithmic',
  ),
  v.check(
    ({ choices, log, step }) => choices === undefined || (log === undefined && step === undefined),
    'misplaced-key|has `choices`, which take neither `log` nor `step`',
  ),
  v.check(
    ({ int, step }) => int === undefined || Number.isInteger(step ?? 1),
    'out-of-range|must have a whole number as `step`',
  ),
  v.transform(({ float, int, choices, log = false, step, when: written = {} }): SpaceEntry => {
    const when = Object.fromEntries(
      Object.entries(written).map(([name, one]) => [name, Array.isArray(one) ? one : [one]]),
    );
    if (choices) return { kind: 'choice', choices, when };
    const [low, high] = float ?? int ?? [0, 1];
    return { kind: float ? 'float' : 'int', low, high, log, ...(step !== undefined && { step }), when };
  }),
);

/** A value, or what is searched, for an option of a learner. */
export const spaceEntry = (option: v.GenericSchema): v.GenericSchema<unknown, SpaceEntry> => {
  const { description } = factsOf(option);
  const entry = v.union(
    [v.number(), v.string(), v.boolean(), v.array(v.number()), searched],
    'must be a value, or a mapping with `float`, `int` or `choices`',
  );
  return description === undefined ? entry : v.pipe(entry, v.description(description));
};
