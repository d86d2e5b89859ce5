import * as v from 'valibot';
import type { FeaturesJob, FeaturesResult } from '../protocol/featurePlans';
import type { PackedEvent, PackedRow } from '../features/online/onlineStore';
import type { MaterialisedRows } from '../features/online/rowSource';
import { ModelyardError } from '../errors';
import { datasetSourceEntries } from '../schemas/datasetSource';
import { dataFormats } from '../protocol/data';
import type { WireError } from '../protocol/errors';
import type { DatasetSource } from '../protocol/jobs';
import { batchDefinitionSchema, onDemandDefinitionSchema } from '../schemas/featureDefinition';
import { statisticsEntries, statisticsPlanSchema } from '../schemas/featureStatistics';
import { wireErrorSchema } from '../schemas/wireError';

/** What the engine tells the process that computes features. */
export type ToFeatures =
  | { readonly type: 'job'; readonly job: FeaturesJob }
  /** Rows have been worked off: more may come. */
  | { readonly type: 'next' }
  | { readonly type: 'cancel' };

/** Rows for an online store. */
export type SentRows = Exclude<MaterialisedRows, { readonly kind: 'end' }>;

/** What that process says. Of `rows` only so many are under way as the engine has room for. */
export type FromFeatures =
  | { readonly type: 'progress'; readonly fraction: number }
  | { readonly type: 'rows'; readonly rows: SentRows }
  | { readonly type: 'done'; readonly result: FeaturesResult }
  | { readonly type: 'failed'; readonly error: WireError };

/** Messages with rows under way. */
export const window = 4;

const source: v.GenericSchema<unknown, DatasetSource> = v.object({
  ...datasetSourceEntries,
  /** Of these only the types are of use here. */
  expect: v.array(
    v.object({
      column: v.exactOptional(v.string()),
      type: v.exactOptional(v.picklist(['integer', 'number', 'boolean', 'date', 'datetime', 'string'])),
      severity: v.picklist(['error', 'warn']),
    }),
  ),
  bytes: v.exactOptional(v.number()),
});
const version = { view: v.string(), version: v.number() };
const batchView = v.object({ ...version, definition: batchDefinitionSchema, sources: v.array(source) });
const onDemandView = v.object({ ...version, definition: onDemandDefinitionSchema });
const features = v.array(v.string());
const join = {
  entities: source,
  eventTime: v.exactOptional(v.string()),
  timezone: v.string(),
  mode: v.picklist(['known', 'tie-break']),
  now: v.number(),
  views: v.array(
    v.union([v.object({ ...batchView.entries, features }), v.object({ ...onDemandView.entries, features })]),
  ),
  columns: v.array(v.object({ column: v.string(), reference: v.string() })),
  definition: v.string(),
};
const limit = v.pipe(v.number(), v.integer(), v.minValue(0));

const job: v.GenericSchema<unknown, FeaturesJob> = v.variant('kind', [
  v.object({
    kind: v.literal('join'),
    plan: v.object({
      ...join,
      path: v.string(),
      format: v.picklist(dataFormats),
      delimiter: v.exactOptional(v.string()),
    }),
  }),
  v.object({
    kind: v.literal('preview'),
    plan: v.object({ ...join, offset: limit, limit, filter: v.picklist(['all', 'missed', 'changed']) }),
  }),
  v.object({
    kind: v.literal('compute'),
    plan: v.object({ view: batchView, limit, now: v.number(), statistics: v.exactOptional(statisticsPlanSchema) }),
  }),
  v.object({ kind: v.literal('compare'), plan: v.object({ before: batchView, after: batchView, now: v.number() }) }),
  v.object({
    kind: v.literal('materialise'),
    plan: v.object({
      ...{ view: batchView, from: v.exactOptional(v.number()), to: v.number(), oldestEvent: v.number() },
      pushedFrom: v.exactOptional(v.number()),
    }),
  }),
]);

const toFeatures: v.GenericSchema<unknown, ToFeatures> = v.variant('type', [
  v.object({ type: v.literal('job'), job }),
  v.object({ type: v.literal('next') }),
  v.object({ type: v.literal('cancel') }),
]);

/** @throws ModelyardError `params.invalid` naming the key */
export function parseToFeatures(message: unknown): ToFeatures {
  const parsed = v.safeParse(toFeatures, message, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const key = v.getDotPath(issue) ?? '';
  throw new ModelyardError('params.invalid', `The features cannot be computed: ${key} ${issue.message}.`, {
    data: { key },
  });
}

const cell = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const count = v.number();
const status = v.picklist(['present', 'null-value', 'no-row', 'not-yet-known', 'expired', 'no-key', 'no-time']);
const statuses = v.object({
  ...{ present: count, 'null-value': count, 'no-row': count, 'not-yet-known': count },
  ...{ expired: count, 'no-key': count, 'no-time': count },
});
const report = {
  rows: count,
  entityColumns: v.array(v.string()),
  columns: v.array(v.object({ column: v.string(), reference: v.string(), statuses, changedByLater: count })),
  sources: v.array(
    v.object({
      ...{ ...version, rows: count, withoutTime: count, withoutCreated: count, withoutKey: count },
      tellsKnown: v.boolean(),
    }),
  ),
  definition: v.string(),
  cpu: v.number(),
  took: v.number(),
};
const times = { event: v.exactOptional(v.number()), created: v.exactOptional(v.number()) };
const previewRow = v.object({
  row: count,
  entity: v.array(cell),
  time: v.exactOptional(v.number()),
  cells: v.array(
    v.object({
      value: cell,
      status,
      matched: v.exactOptional(
        v.object({
          ...times,
          place: v.exactOptional(v.object({ file: v.string(), line: v.exactOptional(v.number()) })),
          rows: v.exactOptional(count),
        }),
      ),
      later: v.exactOptional(v.object({ value: cell, ...times })),
    }),
  ),
});
const change = v.object({
  ...{ feature: v.string(), entities: count, differing: count, onlyBefore: count, onlyAfter: count },
  meanDifference: v.exactOptional(v.number()),
  examples: v.array(v.object({ key: v.array(cell), before: cell, after: cell })),
});

const result: v.GenericSchema<unknown, FeaturesResult> = v.variant('kind', [
  v.object({ kind: v.literal('join'), set: v.object({ ...report, bytes: count, digest: v.string() }) }),
  v.object({ kind: v.literal('preview'), preview: v.object({ ...report, preview: v.array(previewRow) }) }),
  v.object({
    kind: v.literal('compute'),
    computed: v.object({
      ...{ rows: count, entities: count, newestEvent: v.exactOptional(v.number()) },
      columns: v.array(v.string()),
      head: v.array(v.array(cell)),
      statistics: v.array(v.object(statisticsEntries)),
    }),
  }),
  v.object({ kind: v.literal('compare'), changes: v.array(change) }),
  v.object({ kind: v.literal('materialise'), rows: count, entities: count, pushed: count }),
]);

/** By hand: it is looked at in the engine's own thread, for each of a million rows. */
const isPacked = (row: unknown): row is PackedRow =>
  typeof row === 'object' &&
  row !== null &&
  'key' in row &&
  typeof row.key === 'string' &&
  'event' in row &&
  typeof row.event === 'number' &&
  'created' in row &&
  typeof row.created === 'number' &&
  'packed' in row &&
  typeof row.packed === 'string' &&
  'place' in row &&
  typeof row.place === 'number';
const isPackedEvent = (row: unknown): row is PackedEvent => isPacked(row) && 'id' in row && typeof row.id === 'string';
const rowsOf = <T>(isRow: (row: unknown) => row is T) =>
  v.custom<readonly T[]>(rows => Array.isArray(rows) && rows.every(row => isRow(row)));
const fromFeatures: v.GenericSchema<unknown, FromFeatures> = v.variant('type', [
  v.object({ type: v.literal('progress'), fraction: v.number() }),
  v.object({
    type: v.literal('rows'),
    rows: v.variant('kind', [
      v.object({ kind: v.literal('latest'), rows: rowsOf(isPacked) }),
      v.object({ kind: v.literal('events'), rows: rowsOf(isPackedEvent) }),
    ]),
  }),
  v.object({ type: v.literal('done'), result }),
  v.object({ type: v.literal('failed'), error: wireErrorSchema }),
]);

/** @throws ValiError when it is no message */
export const parseFromFeatures = (message: unknown): FromFeatures => v.parse(fromFeatures, message);
