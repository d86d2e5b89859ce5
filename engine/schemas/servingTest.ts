import * as v from 'valibot';
import type { ServingTest } from '../protocol/serving';

/** JSON has no NaN: what could not be measured is null. */
const number = v.pipe(
  v.nullable(v.number()),
  v.transform(value => value ?? Number.NaN),
);

/** A ServingTest as it is kept in the database. */
export const servingTestSchema: v.GenericSchema<unknown, ServingTest> = v.object({
  model: v.string(),
  version: v.number(),
  testedAt: v.number(),
  smoke: v.array(v.object({ what: v.string(), passed: v.boolean(), sentence: v.string() })),
  startup: number,
  load: v.object({
    connections: v.number(),
    seconds: number,
    requests: v.number(),
    requestsPerSecond: number,
    p50: number,
    p99: number,
    worst: number,
    failed: v.number(),
    failure: v.exactOptional(v.string()),
  }),
  rollback: v.object({
    to: v.number(),
    firstAnswer: number,
    lastAnswer: number,
    back: number,
    requests: v.number(),
    failed: v.number(),
  }),
});
