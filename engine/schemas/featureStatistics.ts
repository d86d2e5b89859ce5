import * as v from 'valibot';
import type { CentralHistogram, FeatureBins, FeatureComparison } from '../protocol/featureMonitoring';
import type { StatisticsPlan } from '../protocol/featurePlans';

const counts = v.array(v.number());
const binsSchema: v.GenericSchema<unknown, FeatureBins> = v.variant('kind', [
  v.object({ kind: v.literal('numbers'), edges: v.array(v.number()), counts }),
  v.object({ kind: v.literal('texts'), values: v.array(v.string()), counts }),
]);

export const statisticsPlanSchema: v.GenericSchema<unknown, StatisticsPlan> = v.object({
  baselines: v.record(v.string(), binsSchema),
  training: v.exactOptional(
    v.object({ dataset: v.string(), distributions: v.string(), columns: v.record(v.string(), v.string()) }),
  ),
});

const centralSchema: v.GenericSchema<unknown, CentralHistogram> = v.object({
  ...{ edges: v.array(v.number()), counts, below: v.number(), above: v.number() },
});
const comparisonSchema: v.GenericSchema<unknown, FeatureComparison> = v.object({
  ...{ bins: binsSchema, counts, dataset: v.exactOptional(v.string()) },
});

/** What is found of a feature. */
export const statisticsEntries = {
  feature: v.string(),
  type: v.picklist(['integer', 'number', 'boolean', 'date', 'datetime', 'string']),
  window: v.exactOptional(v.number()),
  rows: v.number(),
  nulls: v.number(),
  distinct: v.number(),
  mean: v.exactOptional(v.number()),
  std: v.exactOptional(v.number()),
  min: v.exactOptional(v.number()),
  max: v.exactOptional(v.number()),
  quantiles: v.exactOptional(v.record(v.string(), v.number())),
  histogram: v.exactOptional(v.object({ edges: v.array(v.number()), counts })),
  central: v.exactOptional(centralSchema),
  top: v.exactOptional(v.array(v.object({ value: v.string(), count: v.number() }))),
  newestEvent: v.exactOptional(v.number()),
  drift: v.exactOptional(v.number()),
  driftFrom: v.exactOptional(v.picklist(['training', 'baseline'])),
  compared: v.exactOptional(comparisonSchema),
  bins: v.exactOptional(binsSchema),
};
