import * as v from 'valibot';
import { flag, text, wholeNumber } from '../terms';
import { check } from './checkNote';
import { common } from './common';

export const approval = v.strictObject({
  check: check('approval'),
  count: v.optional(
    v.pipe(
      wholeNumber(1),
      v.description('Passes when so many reviewers who are no authors have approved the version.'),
    ),
    1,
  ),
  by: v.exactOptional(
    v.pipe(
      v.array(text('an address or account'), 'must be a list of addresses and accounts'),
      v.minLength(1, 'must name somebody'),
      v.description("Only these people's word counts: git's `user.email`, or the account of the system."),
    ),
  ),
  separate_accounts: v.optional(
    v.pipe(
      flag(),
      v.description(
        '`true`: an approval from the account of an author does not count, even under another address. `false`: it does, and is marked.',
      ),
    ),
    false,
  ),
  ...common,
});
