import * as v from 'valibot';
import { digest } from '../ids';

const cell = v.nullable(v.union([v.string(), v.number(), v.boolean(), v.nan()]));

/** A result of a job without what it made. `number`: how its metrics are written. */
export const outputlessResult = <S extends v.GenericSchema<unknown, number>>(number: S) => ({
  params: v.record(v.string(), cell),
  metrics: v.record(v.string(), number),
  tags: v.record(v.string(), v.string()),
  inputs: v.array(
    v.object({ dataset: v.string(), digest: v.pipe(v.string(), v.transform(digest)), context: v.string() }),
  ),
  summary: v.string(),
});
