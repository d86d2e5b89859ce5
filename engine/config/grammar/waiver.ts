import * as v from 'valibot';
import { dayEnd } from '../../waivers/dayEnd';
import { text } from './terms';

/** Of a rule that may fail for a while. */
export const waiver = v.pipe(
  v.strictObject({
    until: v.pipe(
      text('a day such as 2026-12-31'),
      v.check(day => dayEnd(day) !== undefined, 'must be a day such as 2026-12-31'),
      v.description(
        'The last day for which it holds. It ends with that day, in the time zone of the computer that judges; then the rule counts again.',
      ),
      v.examples(['2026-12-31']),
    ),
    owner: v.pipe(text('the name of somebody'), v.description('Who answers for it.')),
    reason: v.pipe(text(), v.description('Why the rule may fail so long.')),
  }),
  v.description('The rule may fail until a day: it is judged and shown as before, but blocks nothing.'),
);
