import * as v from 'valibot';
import type { Digest, ExperimentId } from '../../engine/protocol/ids';
import type { PageMethod } from '../../webview/shared/protocol';
import { toEngine } from './checkedHandler';
import { featureEngineHandlers } from './featureHandlers';
import type { Handler } from './handler';
import { hostHandlers } from './hostHandlers';
import { pipelineRunId, runId } from './subject';

const empty = v.strictObject({});
const text = v.pipe(v.string(), v.maxLength(100_000));
const positive = v.pipe(v.number(), v.integer(), v.minValue(0));
const experimentId = v.custom<ExperimentId>(value => typeof value === 'string' && /^\d{1,19}$/.test(value));
const someRuns = v.pipe(v.array(runId), v.maxLength(200));
/** The engine gives at most so many at once. */
const manyRuns = v.pipe(v.array(runId), v.maxLength(50_000));
const query = {
  experimentIds: v.exactOptional(v.array(experimentId)),
  filter: v.exactOptional(text),
  lifecycle: v.exactOptional(v.picklist(['active', 'deleted', 'all'])),
  within: v.exactOptional(v.array(v.strictObject({ by: text, value: v.nullable(text) }))),
};
const digest = v.custom<Digest>(value => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
const byRun = v.strictObject({ runId });

/** The allow-list: what is not here cannot be asked for by a page. */
export const handlers: Readonly<Record<PageMethod, Handler>> = {
  'pipelines/list': toEngine('pipelines/list', empty),
  'pipelines/get': toEngine('pipelines/get', v.strictObject({ id: pipelineRunId })),
  'pipelines/log': toEngine(
    'pipelines/log',
    v.strictObject({
      id: pipelineRunId,
      step: text,
      offset: v.exactOptional(positive),
      limit: v.exactOptional(positive),
    }),
  ),
  'pipelines/plan': toEngine('pipelines/plan', v.strictObject({ pipeline: text, fresh: v.exactOptional(v.boolean()) })),
  'pipelines/runs': toEngine(
    'pipelines/runs',
    v.strictObject({
      pipeline: v.exactOptional(text),
      limit: v.exactOptional(positive),
      before: v.exactOptional(pipelineRunId),
    }),
  ),
  'pipelines/flow': toEngine('pipelines/flow', v.strictObject({ id: pipelineRunId })),
  'pipelines/step': toEngine('pipelines/step', v.strictObject({ id: pipelineRunId, step: text })),
  'studies/get': toEngine('studies/get', v.strictObject({ study: text })),
  'studies/stop': toEngine('studies/stop', v.strictObject({ study: text })),
  'studies/extend': toEngine(
    'studies/extend',
    v.strictObject({ study: text, trials: v.exactOptional(positive), seconds: v.exactOptional(positive) }),
  ),
  'studies/enqueue': toEngine(
    'studies/enqueue',
    v.strictObject({
      study: text,
      params: v.record(text, v.union([text, v.number(), v.boolean(), v.pipe(v.array(v.number()), v.maxLength(100))])),
    }),
  ),
  'experiments/list': toEngine('experiments/list', empty),
  'runs/search': toEngine(
    'runs/search',
    v.strictObject({
      experimentIds: v.exactOptional(v.array(experimentId)),
      filter: v.exactOptional(text),
      orderBy: v.exactOptional(v.array(text)),
      lifecycle: v.exactOptional(v.picklist(['active', 'deleted', 'all'])),
      limit: v.exactOptional(positive),
      pageToken: v.exactOptional(text),
    }),
  ),
  'runs/get': toEngine('runs/get', v.strictObject({ run: text })),
  'runs/series': toEngine(
    'runs/series',
    v.strictObject({ runId, keys: v.exactOptional(v.array(text)), maxPoints: v.exactOptional(positive) }),
  ),
  'runs/curves': toEngine(
    'runs/curves',
    v.strictObject({
      runIds: someRuns,
      key: text,
      x: v.exactOptional(v.picklist(['step', 'time', 'relative'])),
      from: v.exactOptional(v.number()),
      to: v.exactOptional(v.number()),
      buckets: v.exactOptional(positive),
    }),
  ),
  'runs/curveKeys': toEngine('runs/curveKeys', v.strictObject({ runIds: someRuns })),
  'runs/codeDiff': toEngine('runs/codeDiff', v.strictObject({ before: runId, after: runId })),
  'runs/artifacts': toEngine('runs/artifacts', v.strictObject({ runId, path: v.exactOptional(text) })),
  'runs/artifact': toEngine(
    'runs/artifact',
    v.strictObject({ runId, path: text, maxBytes: v.exactOptional(positive) }),
  ),
  'runs/ids': toEngine('runs/ids', v.strictObject({ ...query, orderBy: v.exactOptional(v.array(text)) })),
  'runs/list': toEngine('runs/list', v.strictObject({ runIds: manyRuns })),
  'runs/keys': toEngine('runs/keys', v.strictObject(query)),
  'runs/groups': toEngine(
    'runs/groups',
    v.strictObject({
      ...query,
      by: text,
      metrics: v.exactOptional(v.array(text)),
      sort: v.exactOptional(v.union([v.picklist(['value', 'runs', 'newest']), v.strictObject({ metric: text })])),
      descending: v.exactOptional(v.boolean()),
      limit: v.exactOptional(positive),
      pageToken: v.exactOptional(text),
    }),
  ),
  'runs/values': toEngine(
    'runs/values',
    v.strictObject({
      experimentIds: query.experimentIds,
      entity: v.picklist(['metric', 'param', 'tag', 'attribute', 'dataset']),
      key: text,
      like: v.exactOptional(text),
      limit: v.exactOptional(positive),
    }),
  ),
  'runs/conditions': toEngine('runs/conditions', v.strictObject({ filter: text })),
  'runs/complete': toEngine(
    'runs/complete',
    v.strictObject({ filter: text, offset: positive, experimentIds: query.experimentIds }),
  ),
  'runs/change': toEngine(
    'runs/change',
    v.strictObject({
      runIds: manyRuns,
      tags: v.exactOptional(v.record(text, v.nullable(text))),
      lifecycle: v.exactOptional(v.picklist(['active', 'deleted'])),
    }),
  ),
  'runs/update': toEngine(
    'runs/update',
    v.strictObject({
      runId,
      name: v.exactOptional(text),
      note: v.exactOptional(text),
      tags: v.exactOptional(v.record(text, v.nullable(text))),
    }),
  ),
  'runs/delete': toEngine('runs/delete', byRun),
  'runs/restore': toEngine('runs/restore', byRun),
  'models/list': toEngine('models/list', empty),
  'models/get': toEngine('models/get', v.strictObject({ name: text })),
  'registry/diff': toEngine(
    'registry/diff',
    v.strictObject({ name: text, version: positive, other: v.exactOptional(positive), stage: v.exactOptional(text) }),
  ),
  'registry/compare': toEngine(
    'registry/compare',
    v.strictObject({ name: text, versions: v.pipe(v.array(positive), v.maxLength(100)) }),
  ),
  'registry/describe': toEngine(
    'registry/describe',
    v.strictObject({ name: text, version: v.exactOptional(positive), description: text }),
  ),
  'registry/tag': toEngine(
    'registry/tag',
    v.strictObject({ name: text, version: v.exactOptional(positive), tags: v.record(text, v.nullable(text)) }),
  ),
  'serving/list': toEngine('serving/list', empty),
  'serving/tests': toEngine(
    'serving/tests',
    v.strictObject({ model: text, version: positive, limit: v.exactOptional(positive) }),
  ),
  'serving/stop': toEngine('serving/stop', v.strictObject({ id: positive })),
  'lineage/graph': toEngine(
    'lineage/graph',
    v.strictObject({
      node: text,
      up: v.exactOptional(v.boolean()),
      down: v.exactOptional(v.boolean()),
      depth: v.exactOptional(positive),
      most: v.exactOptional(positive),
      steps: v.exactOptional(v.boolean()),
      opened: v.exactOptional(v.pipe(v.array(text), v.maxLength(200))),
    }),
  ),
  'lineage/affected': toEngine('lineage/affected', v.strictObject({ node: text })),
  'datasets/list': toEngine('datasets/list', empty),
  'datasets/get': toEngine('datasets/get', v.strictObject({ name: text, digest: v.exactOptional(digest) })),
  'datasets/versions': toEngine(
    'datasets/versions',
    v.strictObject({ name: text, limit: v.exactOptional(positive), pageToken: v.exactOptional(text) }),
  ),
  'datasets/runs': toEngine(
    'datasets/runs',
    v.strictObject({ name: text, digest, limit: v.exactOptional(positive), pageToken: v.exactOptional(text) }),
  ),
  'datasets/compare': toEngine(
    'datasets/compare',
    v.strictObject({ name: text, before: v.exactOptional(text), after: v.exactOptional(text) }),
  ),
  ...featureEngineHandlers,
  ...hostHandlers,
};

export const isPageMethod = (value: unknown): value is PageMethod =>
  typeof value === 'string' && Object.hasOwn(handlers, value);
