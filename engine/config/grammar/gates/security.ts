import * as v from 'valibot';
import { check } from './checkNote';
import { common } from './common';

export const security = v.strictObject({
  check: check('security'),
  allow_review: v.optional(
    v.pipe(
      v.boolean('must be true or false'),
      v.description(
        '`true`: findings of the scan that somebody has to review do not block; what is denied, hidden or unreadable does.',
      ),
    ),
    false,
  ),
  ...common,
});
