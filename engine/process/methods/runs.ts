import * as v from 'valibot';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { empty, experimentIdSchema, fileText, name, optional, prose, runIdSchema } from '../schemas';
import { comparedRunsMethods } from './comparedRuns';
import { runTableMethods } from './runTable';

const limited = (most: number): v.GenericSchema<unknown, number> =>
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));
const artifactPath = v.pipe(v.string(), v.maxLength(4096));
const byRun = v.strictObject({ runId: runIdSchema });

const experiments = optional(v.pipe(v.array(experimentIdSchema), v.maxLength(1000)));
const orderBy = optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(600))), v.maxLength(50)));
const lifecycle = optional(v.picklist(['active', 'deleted', 'all']));
const search = v.strictObject({
  experimentIds: experiments,
  filter: optional(prose),
  orderBy,
  lifecycle,
  limit: optional(limited(50_000)),
  pageToken: optional(v.pipe(v.string(), v.maxLength(4096))),
});

export const experimentsMethods = ({ tracking }: Services): MethodsOf<'experiments'> => ({
  'experiments/list': method('experiments/list', { params: empty, run: () => tracking.experiments() }),
});

export const runsMethods = ({ tracking, table, effects, replay, runDiffs, runCards }: Services): MethodsOf<'runs'> => ({
  ...runTableMethods({ table, tracking }),
  'runs/search': method('runs/search', { params: search, run: query => tracking.search(query) }),
  'runs/get': method('runs/get', { params: v.strictObject({ run: name }), run: ({ run }) => tracking.find(run) }),
  'runs/series': method('runs/series', {
    params: v.strictObject({
      runId: runIdSchema,
      keys: optional(v.pipe(v.array(name), v.maxLength(1000))),
      maxPoints: optional(limited(100_000)),
    }),
    run: params => tracking.series(params),
  }),
  ...comparedRunsMethods({ tracking, runDiffs, runCards }),
  'runs/artifacts': method('runs/artifacts', {
    params: v.strictObject({ runId: runIdSchema, path: optional(artifactPath) }),
    run: ({ runId, path = '' }) => tracking.artifacts(runId, path),
  }),
  'runs/artifact': method('runs/artifact', {
    params: v.strictObject({ runId: runIdSchema, path: artifactPath, maxBytes: optional(limited(64 << 20)) }),
    run: params => tracking.artifact(params),
  }),
  'runs/update': method('runs/update', {
    params: v.strictObject({
      runId: runIdSchema,
      name: optional(name),
      note: optional(prose),
      tags: optional(v.record(name, v.nullable(prose))),
    }),
    run: params => tracking.update(params),
  }),
  'runs/effects': method('runs/effects', {
    params: v.strictObject({ text: optional(fileText) }),
    run: ({ text }) => effects.of(text),
  }),
  'runs/replay': method('runs/replay', {
    params: v.strictObject({ run: name }),
    run: ({ run }, { progress, signal }) => replay.replay(run, progress, signal),
  }),
  'runs/delete': method('runs/delete', {
    params: byRun,
    run: async ({ runId }) => {
      await tracking.deleteRun(runId);
      return {};
    },
  }),
  'runs/restore': method('runs/restore', {
    params: byRun,
    run: async ({ runId }) => {
      await tracking.restoreRun(runId);
      return {};
    },
  }),
});
