import * as v from 'valibot';
import { privacyClasses } from '../../../protocol/featureConfig';
import { duration, durationMs } from '../duration';
import { label, refersTo, text } from '../terms';

/** What is said for people, and decides no value. */
export const described = {
  description: v.exactOptional(v.pipe(text(), v.description('What it is, for those who look for it.'))),
  owner: v.exactOptional(v.pipe(text('the name of somebody'), v.description('Who answers for it.'))),
  tags: v.exactOptional(
    v.pipe(
      v.record(v.string(), label(), 'must be a mapping of names to values'),
      v.description('Whatever else shall be said of it, by name: `{team: risk}`.'),
    ),
  ),
};

export const privacy = v.exactOptional(
  v.pipe(
    v.picklist(privacyClasses),
    v.description(
      'How carefully the values are to be handled. Of a feature without it: as the view says. It changes no value.',
    ),
  ),
);

export const types = ['integer', 'number', 'boolean', 'date', 'datetime', 'string'] as const;
export const columnType = () => v.picklist(types);

/** Computed from the columns of a row: `credit_amount / (duration * income)`. */
export const expression = (example = 'credit_amount / duration') =>
  v.pipe(text(`an expression such as \`${example}\``), refersTo('expression'), v.examples([example]));

/** Milliseconds, however many. */
export const timeSpan = (...examples: readonly string[]) =>
  v.pipe(
    duration(),
    v.examples([...examples]),
    v.transform(written => Math.max(1, Math.round(durationMs(written) ?? 0))),
  );

/** `loans`, `loans:income`, `loans@v2:income` */
export const featureReference = () => v.pipe(text('a feature such as `loans:income`'), refersTo('feature'));

/** Of a feature that is computed. */
export const computedName = v.pipe(
  v.string(),
  v.check(
    name => /^[\p{L}_][\p{L}\p{N}_]{0,63}$/u.test(name),
    'bad-name|cannot be the name of a feature: it must start with a letter, and letters, digits and `_` may follow (at most 64 in all)',
  ),
);
