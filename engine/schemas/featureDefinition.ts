import * as v from 'valibot';
import { aggregates, type FeatureOrigin } from '../protocol/featureConfig';
import type { FeatureDefinition, FeatureViewDefinition } from '../protocol/features';

const columnTypeSchema = v.picklist(['integer', 'number', 'boolean', 'date', 'datetime', 'string']);

const originSchema: v.GenericSchema<unknown, FeatureOrigin> = v.variant('kind', [
  v.object({ kind: v.literal('column'), column: v.string() }),
  v.object({ kind: v.literal('expression'), expression: v.string() }),
  v.object({
    kind: v.literal('window'),
    aggregate: v.picklist(aggregates),
    of: v.exactOptional(v.string()),
    over: v.number(),
    where: v.exactOptional(v.string()),
  }),
]);

const featureSchema: v.GenericSchema<unknown, FeatureDefinition> = v.object({
  name: v.string(),
  type: columnTypeSchema,
  from: originSchema,
});

const sourceSchema = v.object({
  dataset: v.string(),
  path: v.string(),
  format: v.string(),
  delimiter: v.exactOptional(v.string()),
  missing: v.array(v.string()),
  table: v.exactOptional(v.string()),
  query: v.exactOptional(v.string()),
});

export const batchDefinitionSchema = v.object({
  kind: v.literal('batch'),
  push: v.boolean(),
  event_time: v.exactOptional(v.string()),
  created_time: v.exactOptional(v.string()),
  timezone: v.string(),
  ttl: v.exactOptional(v.number()),
  where: v.exactOptional(v.string()),
  identity: v.exactOptional(v.string()),
  entities: v.array(v.object({ entity: v.string(), key: v.string(), type: v.picklist(['integer', 'string']) })),
  source: v.exactOptional(sourceSchema),
  features: v.array(featureSchema),
});

export const onDemandDefinitionSchema = v.object({
  kind: v.literal('on-demand'),
  request: v.record(v.string(), columnTypeSchema),
  uses: v.array(v.string()),
  features: v.array(featureSchema),
});

/** As versions keep it, and as it is handed to the process that computes. */
export const featureDefinitionSchema: v.GenericSchema<unknown, FeatureViewDefinition> = v.variant('kind', [
  batchDefinitionSchema,
  onDemandDefinitionSchema,
]);
