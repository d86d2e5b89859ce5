import * as v from 'valibot';
import { cells, countRange, edge, range, said, texts } from './expectationTerms';
import { column, flag, positive, text } from './terms';

const types = ['integer', 'number', 'boolean', 'date', 'datetime', 'string'] as const;
const oneType = () => v.picklist(types);
const order = () => v.union([flag(), v.literal('strictly')], 'must be true, false or strictly');

const regexes = () =>
  v.pipe(
    texts('a regular expression'),
    v.rawCheck(({ dataset, addIssue }) => {
      const patterns = dataset.typed ? [dataset.value].flat() : [];
      const problem = patterns.map(regexProblem).find(found => found !== undefined);
      if (problem !== undefined) addIssue({ message: `bad-regex|is not a regular expression: ${problem}` });
    }),
  );

/** Compiled as the checks do: the whole text, as Unicode, or else in the older way that takes needless backslashes. */
function regexProblem(source: string): string | undefined {
  try {
    new RegExp(`^(?:${source})$`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*\/u?: /s, '') : String(error);
  }
}

/** Rules on each value of `column`. */
export const valueRules = {
  type: said(
    v.union(
      [oneType(), v.pipe(v.array(oneType()), v.minLength(1))],
      'not-allowed|must be `integer`, `number`, `boolean`, `date`, `datetime` or `string`',
    ),
    'Every value of the column has this type, or one of these types.',
  ),
  not_null: said(flag(), 'No value of the column is missing.'),
  is_null: said(flag(), 'Every value of the column is missing.'),
  unique: said(
    v.union([flag(), column(), v.array(column())], 'must be true (with `column`), a column, or a list of columns'),
    'No value repeats: `true` for `column`, or the column(s) whose values together must not repeat.',
  ),
  between: said(range(), '`[lowest, highest]`, both included: numbers, or ISO dates. `null` leaves a side open.'),
  above: said(edge(), 'Every value is greater than this number or date.'),
  below: said(edge(), 'Every value is less than this number or date.'),
  in_set: said(cells(), 'Every value of the column is one of these.'),
  not_in_set: said(cells(), 'No value of the column is one of these.'),
  increasing: said(order(), 'No value is less than the one before it; `strictly`: nor equal to it.'),
  decreasing: said(order(), 'No value is greater than the one before it; `strictly`: nor equal to it.'),
  regex: said(regexes(), 'A JavaScript regular expression that the whole text must match; of several, any one.'),
  not_regex: said(regexes(), 'JavaScript regular expressions, none of which is found anywhere in the text.'),
  like: said(
    texts('a pattern'),
    'A pattern of SQL: `%` stands for any text, `_` for one character; of several, any one.',
  ),
  not_like: said(texts('a pattern'), 'Patterns of SQL, none of which fits the text.'),
  date_format: said(
    v.pipe(
      text('a format such as %d.%m.%Y'),
      v.regex(/%[a-zA-Z%]/, 'must hold directives of strftime, such as %Y-%m-%d'),
    ),
    'Every value is a date that is written so: `%Y-%m-%d`, `%d.%m.%Y %H:%M:%S` (strftime).',
  ),
  parses_as: said(v.picklist(['date', 'json']), 'Every value can be read as a date in some common form, or as JSON.'),
  json_schema: said(v.record(v.string(), v.unknown()), 'Every value is JSON that this JSON Schema (draft 7) accepts.'),
  length: said(countRange('a number of characters'), 'Number of characters of each text: exactly, or `[least, most]`.'),
  z_score: said(positive(), 'Every value lies fewer standard deviations than this from the mean of the column.'),
};

export const aboutValues = [
  ...['type', 'not_null', 'is_null', 'between', 'above', 'below', 'in_set', 'not_in_set', 'increasing'],
  ...['decreasing', 'regex', 'not_regex', 'like', 'not_like', 'date_format', 'parses_as', 'json_schema'],
  ...['length', 'z_score'],
] as const satisfies readonly string[];
