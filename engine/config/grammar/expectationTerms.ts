import * as v from 'valibot';
import { column, number, text, wholeNumber } from './terms';

/** A schema with what completion and hover say of it. */
export const said = <Input, Output>(
  schema: v.GenericSchema<Input, Output>,
  description: string,
): v.ExactOptionalSchema<
  v.SchemaWithPipe<readonly [v.GenericSchema<Input, Output>, v.DescriptionAction<Output, string>]>,
  undefined
> => v.exactOptional(v.pipe(schema, v.description(description)));

const bound = () => v.nullable(v.union([number(), v.string()], 'must be a number, a date as text, or null'));
export const range = () => v.strictTuple([bound(), bound()], 'must be [lowest, highest]');
const side = () => v.nullable(number('a number or null'));
export const numberRange = () => v.strictTuple([side(), side()], 'must be [lowest, highest]');
export const edge = () => v.union([number(), text('a date')], 'must be a number, or a date as text');
export const cell = () => v.nullable(v.union([v.string(), v.number(), v.boolean()], 'must be a single value'));
export const cells = () =>
  v.pipe(v.array(cell(), 'must be a list'), v.minLength(1, 'out-of-range|must have at least one value'));
const count = () => wholeNumber(0);
export const countRange = (what: string) =>
  v.union([count(), v.strictTuple([v.nullable(count()), v.nullable(count())])], `must be ${what} or [least, most]`);
export const pair = () => v.strictTuple([column(), column()], 'must be two columns');
export const columnList = (least = 1) =>
  v.pipe(
    v.array(column(), 'must be a list of columns'),
    v.minLength(least, `out-of-range|must have at least ${least === 1 ? 'one column' : `${least} columns`}`),
  );
export const texts = (what: string) =>
  v.union(
    [text(what), v.pipe(v.array(text(what)), v.minLength(1, 'out-of-range|must have at least one'))],
    `must be ${what}, or a list of them`,
  );
export const referenceText = () => v.pipe(text('`last`, a dataset, or the digest of a version'), v.examples(['last']));
