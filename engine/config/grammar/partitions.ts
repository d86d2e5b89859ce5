import * as v from 'valibot';
import type { PartitionsConfig } from '../../protocol/workspaceConfig';
import { dayOf } from '../../schedule/partitions';
import { label, text } from './terms';

const day = (what: string) =>
  v.pipe(
    text(what),
    v.check(value => dayOf(value) !== undefined, `bad-date|must be a day such as 2024-01-31`),
    v.examples(['2024-01-01']),
  );

const calendar = v.pipe(
  v.strictObject({
    every: v.pipe(
      v.picklist(['day', 'week', 'month']),
      v.description('How long each is; a week begins with the weekday of `start`.'),
    ),
    start: v.pipe(day('the first day'), v.description('The first day of the first one.')),
    end: v.exactOptional(
      v.pipe(day('a day'), v.description('No further one begins on this day. Without it they never end.')),
    ),
    timezone: v.optional(
      v.pipe(
        text('the name of a time zone'),
        v.description('Whose days they are, such as `Europe/Berlin`.'),
        v.examples(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo']),
      ),
      'UTC',
    ),
  }),
  v.check(
    ({ every, start }) => every !== 'month' || /^\d{4}-\d{2}(-01)?$/.test(start),
    'bad-date|has months, so that `start` must be the first of one',
  ),
  v.check(
    ({ start, end }) => end === undefined || (dayOf(end) ?? 0) > (dayOf(start) ?? 0),
    'bad-date|must end after its `start`',
  ),
);

const name = () =>
  v.pipe(
    label(),
    v.regex(/^[\w.-]{1,100}$/, 'bad-name|cannot be the name of a partition: letters, digits, `_`, `-` and `.`'),
  );

/** `partitions:` of a pipeline. */
export const partitions = v.pipe(
  v.union(
    [
      v.pipe(
        v.array(name(), 'must be a list of names'),
        v.minLength(1, 'out-of-range|must have at least one name'),
        v.maxLength(10_000, 'out-of-range|may have at most 10,000 names'),
        v.check(names => new Set(names).size === names.length, 'bad-name|has the same name twice'),
      ),
      calendar,
    ],
    'must be a list of names, or a mapping with `every` and `start`',
  ),
  v.transform((value): PartitionsConfig => (Array.isArray(value) ? { names: value } : value)),
  v.description(
    'What the pipeline is run for, each by itself: days, weeks or months (`{every: day, start: 2024-01-01}`), or a list of names. Steps take it with `${{ partition }}`, `${{ partition.start }}` and `${{ partition.end }}`.',
  ),
);
