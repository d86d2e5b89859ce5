import type { Fields } from './fields';

/** `{key, value}`; a value that is not said is empty. */
export const pairOf = (fields: Fields): readonly [string, string] => [
  fields.text('key'),
  fields.optionalText('value') ?? '',
];

/** A list of `{key, value}`; of a key that is there twice the last counts. */
export const textsOf = (list: readonly Fields[]): Readonly<Record<string, string>> =>
  Object.fromEntries(list.map(pairOf));
