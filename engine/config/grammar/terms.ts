import * as v from 'valibot';

/**
 * The words of the grammar. A schema of this folder is the only place where a key is stated: its type, bounds, default,
 * description and what it refers to feed the parser, the JSON Schema, completion and hover alike.
 *
 * A message is what follows the key in a sentence (`must be ...`); `code|` in front gives the diagnostic's code.
 */
export type Schema = v.GenericSchema;

/** What a text names: completion offers it, go-to-definition follows it, a check makes sure that it exists. */
export const references = [
  'dataset',
  'pipeline',
  'step',
  'model',
  'stage',
  'holder',
  'column',
  'condition',
  'expression',
  'entity',
  'feature',
  'service',
  'view',
  'path',
  'metric',
] as const;
export type Reference = (typeof references)[number];

export const referenceKey = 'x-refers-to';
export const refersTo = <T>(reference: Reference): v.MetadataAction<T, { readonly [referenceKey]: Reference }> =>
  v.metadata({ [referenceKey]: reference });

export const text = (what = 'a text') =>
  v.pipe(v.string(`must be ${what}`), v.nonEmpty(`out-of-range|must not be empty`));

/** Labels and markers: `positive: 1` means the text `1`. */
export const label = () =>
  v.pipe(
    v.union([v.string(), v.number(), v.boolean()], 'must be a single value'),
    v.transform(value => String(value)),
  );

export const flag = () => v.boolean('must be true or false');

export const number = (what = 'a number') => v.pipe(v.number(`must be ${what}`), v.finite(`must be ${what}`));

export const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) => {
  // said when it is needed: the first number that is formatted loads the formats of all languages
  const message = (): string =>
    `must be a whole number ${most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most.toLocaleString('en')}`}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
};

export const seed = () =>
  v.pipe(
    wholeNumber(0, 4_294_967_295),
    v.description('Number that fixes everything random in this step, so that it repeats exactly.'),
  );

/** At least `least`; `above`: the bound itself is excluded. */
export const positive = () => v.pipe(number('a number above 0'), v.gtValue(0, 'must be above 0'));
export const notNegative = () => v.pipe(number('a number of 0 or more'), v.minValue(0, 'must be 0 or more'));
export const openShare = () =>
  v.pipe(
    number('a share of rows between 0 and 1'),
    v.gtValue(0, 'must lie between 0 and 1, both excluded'),
    v.ltValue(1, 'must lie between 0 and 1, both excluded'),
  );
export const shareBelowOne = () =>
  v.pipe(
    number('a share of 0 or more, below 1'),
    v.minValue(0, 'must be 0 or more, and below 1'),
    v.ltValue(1, 'must be 0 or more, and below 1'),
  );
export const shareAboveZero = () =>
  v.pipe(
    number('a share above 0, at most 1'),
    v.gtValue(0, 'must be above 0, and at most 1'),
    v.maxValue(1, 'must be above 0, and at most 1'),
  );

const namePattern = /^[A-Za-z][\w-]{0,63}$/;
/** The key of a dataset, pipeline, step, model. */
export const name = (what: string) =>
  v.pipe(
    v.string(),
    v.regex(
      namePattern,
      `bad-name|cannot be the name of a ${what}: it must start with a letter, and letters, digits, \`_\` and \`-\` may follow (at most 64 in all)`,
    ),
  );

/** Where something that has a name is named. */
export const reference = (to: 'dataset' | 'pipeline' | 'step' | 'model' | 'stage' | 'view') =>
  v.pipe(text(`the name of a ${to === 'view' ? 'feature view' : to}`), refersTo(to));
/** A stage, or an alias that some version has. */
export const holder = () =>
  v.pipe(text('a stage or an alias'), refersTo('holder'), v.regex(aliasPattern, 'must be a stage or an alias'));
const aliasPattern = /^[\w.-]{1,255}$/;
export const column = () => v.pipe(text('the name of a column'), refersTo('column'));
export const condition = () =>
  v.pipe(text('a condition such as `age_in_years <= 25`'), refersTo('condition'), v.examples(['age_in_years <= 25']));

/** What rows are grouped by: a column, or a condition that holds or does not. */
export const groupBy: v.GenericSchema<string, string> = v.lazy(input =>
  typeof input === 'string' && isCondition(input) ? condition() : column(),
);
const isCondition = (given: string): boolean => /[<>=!]|\b(?:in|is|not|like)\b/i.test(given);

/** Of a two-sided interval. */
export const confidence = () =>
  v.pipe(
    number('a share such as 0.95'),
    v.minValue(0.5, 'must lie between 0.5 and 0.99'),
    v.maxValue(0.99, 'must lie between 0.5 and 0.99'),
  );

/** One, or a list: always a list afterwards. */
export const oneOrMany = (item: v.GenericSchema<string, string>, what: string) =>
  v.pipe(
    v.union([item, v.array(item)], `must be ${what}, or a list of them`),
    v.transform((value): readonly string[] => (typeof value === 'string' ? [value] : [...value])),
  );
