import * as v from 'valibot';
import { column, flag, oneOrMany, reference, refersTo, text } from '../terms';
import { columns } from './columns';
import { compute } from './compute';
import { monitor } from './monitor';
import { described, expression, privacy, timeSpan } from './terms';
import { windows } from './windows';

/** The keys of a view with rows. */
export const batchShape = v.strictObject({
  entity: v.pipe(
    oneOrMany(v.pipe(text('the name of an entity'), refersTo('entity')), 'the name of an entity'),
    v.check(all => all.length > 0, 'out-of-range|must have at least one entity'),
    v.description(
      'What its rows are about. A name that `entities` does not have is an entity of its own, whose key is the column of that name.',
    ),
  ),
  source: v.exactOptional(
    v.pipe(reference('dataset'), v.description('The dataset with the rows. Without it rows are only pushed.')),
  ),
  event_time: v.exactOptional(
    v.pipe(
      column(),
      v.description(
        'The column that says since when a row holds. Without it a row holds at all times, and each entity has one.',
      ),
    ),
  ),
  created_time: v.exactOptional(
    v.pipe(column(), v.description('The column that says when a row became known: a join does not look ahead of it.')),
  ),
  timezone: v.optional(
    v.pipe(
      text('the name of a time zone'),
      v.description('Of times that say none, such as `Europe/Berlin`.'),
      v.examples(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo']),
    ),
    'UTC',
  ),
  ttl: v.exactOptional(
    v.pipe(
      timeSpan('365d', '30d', '12h'),
      v.description('How long a row holds, counted back from the time that is asked for. Without it: for ever.'),
    ),
  ),
  where: v.exactOptional(
    v.pipe(
      expression("status <> 'test'"),
      v.description('Only rows of the source for which this holds. Without it: all.'),
    ),
  ),
  identity: v.exactOptional(
    v.pipe(
      column(),
      v.description(
        'For windows: rows with the same value here are versions of one event, of which the newest counts. Without it each row is an event.',
      ),
    ),
  ),
  push: v.optional(v.pipe(flag(), v.description('Whether rows may also be pushed.')), false),
  columns: v.exactOptional(
    v.pipe(
      columns,
      v.description('Features that are columns of the source: a list, or a mapping with what is to be said of each.'),
    ),
  ),
  compute: v.exactOptional(
    v.pipe(compute, v.description('Features that are computed from the columns of a row, and from one another.')),
  ),
  windows: v.exactOptional(
    v.pipe(windows, v.description('Features over the rows of an entity in the time before the one that is asked for.')),
  ),
  monitor: v.exactOptional(v.pipe(monitor, v.description('Beyond which bounds there is an alert.'))),
  ...described,
  privacy,
});
export type BatchShape = v.InferOutput<typeof batchShape>;
