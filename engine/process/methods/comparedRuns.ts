import * as v from 'valibot';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { name, optional, runIdSchema } from '../schemas';
import type { Services } from '../services';

const someRuns = v.pipe(v.array(runIdSchema), v.maxLength(200));
const finite = v.pipe(v.number(), v.finite());

/** What is told of runs beside one another, and of one as a whole. */
export const comparedRunsMethods = ({
  tracking,
  runDiffs,
  runCards,
}: Pick<Services, 'tracking' | 'runDiffs' | 'runCards'>): Pick<
  MethodsOf<'runs'>,
  'runs/curves' | 'runs/curveKeys' | 'runs/codeDiff' | 'runs/diff' | 'runs/card'
> => ({
  'runs/curves': method('runs/curves', {
    params: v.strictObject({
      runIds: someRuns,
      key: name,
      x: optional(v.picklist(['step', 'time', 'relative'])),
      from: optional(finite),
      to: optional(finite),
      buckets: optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000))),
    }),
    run: (query, { signal }) => tracking.curves(query, signal),
  }),
  'runs/curveKeys': method('runs/curveKeys', {
    params: v.strictObject({ runIds: someRuns }),
    run: ({ runIds }) => tracking.curveKeys(runIds),
  }),
  'runs/codeDiff': method('runs/codeDiff', {
    params: v.strictObject({ before: runIdSchema, after: runIdSchema }),
    run: (runs, { signal }) => tracking.codeDiff(runs, signal),
  }),
  'runs/diff': method('runs/diff', {
    params: v.strictObject({ run: name, other: optional(name) }),
    run: (runs, { signal }) => runDiffs.diff(runs, signal),
  }),
  'runs/card': method('runs/card', {
    params: v.strictObject({ run: name, step: optional(name) }),
    run: params => runCards.card(params),
  }),
});
