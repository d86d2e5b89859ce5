import * as v from 'valibot';
import { number, refersTo, text } from '../terms';

/** `at_most: 0.2`, with a default. */
export const atMost = (note: string, usual: number) =>
  v.optional(v.pipe(number(), v.minValue(0, 'must be 0 or more'), v.description(note)), usual);
export const atLeast = (note: string, usual: number) => v.optional(v.pipe(number(), v.description(note)), usual);

/** Both may be left out: then the usual ones hold. */
export const bounds = {
  at_least: v.exactOptional(v.pipe(number(), v.description('Passes when it is this or more.'))),
  at_most: v.exactOptional(v.pipe(number(), v.description('Passes when it is this or less.'))),
};

export const metric = (note: string) =>
  v.exactOptional(v.pipe(text('the name of a metric'), refersTo('metric'), v.description(note)));
