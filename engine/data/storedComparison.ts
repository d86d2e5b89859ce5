import * as v from 'valibot';
import type { ColumnComparison } from '../protocol/datasets';
import { defined, profileColumn, typeSchema } from './stored';

const basis = v.object({ kind: v.picklist(['whole', 'sample', 'profile']), values: v.number(), of: v.number() });
const change = v.pipe(
  v.object({
    test: v.picklist(['kolmogorov-smirnov', 'chi-squared']),
    statistic: v.number(),
    degrees: v.optional(v.number()),
    p: v.number(),
    method: v.picklist(['exact', 'asymptotic']),
    q: v.number(),
    wasserstein: v.optional(v.number()),
    jensenShannon: v.number(),
    psi: v.number(),
    before: basis,
    after: basis,
  }),
  v.transform(found => defined(found)),
);
const shares = v.array(v.number());
const bins = v.pipe(
  v.object({
    edges: v.optional(v.array(v.number())),
    labels: v.optional(v.array(v.string())),
    before: shares,
    after: shares,
  }),
  v.transform(found => defined(found)),
);
const column = v.pipe(
  v.object({
    name: v.string(),
    kind: v.picklist(['kept', 'added', 'removed', 'renamed']),
    formerly: v.optional(v.string()),
    before: v.optional(profileColumn),
    after: v.optional(profileColumn),
    retyped: v.optional(v.object({ from: typeSchema, to: typeSchema })),
    missing: v.optional(v.object({ before: v.number(), after: v.number(), q: v.number() })),
    verdict: v.picklist(['different', 'slight', 'unsure', 'alike', 'untested']),
    reason: v.optional(v.string()),
    change: v.optional(change),
    bins: v.optional(bins),
  }),
  v.transform((found): ColumnComparison => defined(found)),
);

/** What the job `compare` wrote. */
export const comparisonSchema: v.GenericSchema<string, readonly ColumnComparison[]> = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(column),
);
