import path from 'node:path';
import * as v from 'valibot';
import type { SubmittedWorkflow } from '../../protocol/executors';
import type { Services } from '../services';
import type { MethodsOf } from '../method';
import { method } from '../method';
import { debuggedMethods } from './debuggedSteps';
import { count, empty, fileText, name, optional, pipelineRunIdSchema } from '../schemas';

const limit = (most: number): v.GenericSchema<unknown, number> =>
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

const folder = v.pipe(
  v.string(),
  v.maxLength(10_000),
  v.check(text => path.isAbsolute(text), 'not an absolute path'),
);

const params = v.record(v.pipe(v.string(), v.maxLength(200)), v.pipe(v.string(), v.maxLength(10_000)));

const request = v.pipe(
  v.strictObject({
    pipeline: name,
    only: optional(name),
    startAt: optional(name),
    resume: optional(v.boolean()),
    fresh: optional(v.boolean()),
    params: optional(params),
    parallel: optional(limit(1000)),
    partition: optional(name),
    from: optional(v.pipe(v.array(folder), v.maxLength(10_000))),
    to: optional(folder),
    debug: optional(v.boolean()),
  }),
  v.check(({ only, from, to }) => only !== undefined || (from ?? to) === undefined, 'only one step takes folders'),
  v.check(({ only, debug }) => only !== undefined || debug !== true, 'only one step can be debugged'),
);

/** What a pipeline is written with, whatever it is written as. */
const workflow = {
  pipeline: name,
  image: optional(name),
  repo: optional(name),
  revision: optional(name),
  directory: optional(name),
  cli: optional(name),
  retries: optional(v.pipe(count, v.maxValue(100))),
  partition: optional(v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/, 'not a partition'))),
};

const progressText = ({ name: of, phase, tasks }: SubmittedWorkflow): string => {
  const running = tasks.filter(task => task.phase === 'Running').map(task => task.name);
  return `${of}: ${running.length > 0 ? running.join(', ') : phase}`;
};

export const pipelinesMethods = ({ pipelines, partitions, executors }: Services): MethodsOf<'pipelines'> => ({
  'pipelines/list': method('pipelines/list', { params: empty, run: () => pipelines.list() }),
  'pipelines/run': method('pipelines/run', {
    params: request,
    // a debugger is gone with its window
    run: (asked, { progress, signal, gone }) =>
      pipelines.run(asked, progress, asked.debug === true ? AbortSignal.any([signal, gone]) : signal),
  }),
  'pipelines/compile': method('pipelines/compile', {
    params: v.strictObject({ ...workflow, to: v.picklist(['argo', 'kubeflow', 'github', 'gitlab', 'jenkins']) }),
    run: asked => executors.compile(asked),
  }),
  'pipelines/plan': method('pipelines/plan', {
    params: v.strictObject({
      pipeline: name,
      fresh: optional(v.boolean()),
      params: optional(params),
      parallel: optional(limit(1000)),
      text: optional(fileText),
      partition: optional(name),
    }),
    run: (asked, { signal, trusted }) => pipelines.plan({ ...asked, startsNothing: !trusted }, signal),
  }),
  'pipelines/submit': method('pipelines/submit', {
    params: v.strictObject({
      ...workflow,
      kubeconfig: optional(folder),
      context: optional(name),
      namespace: optional(v.pipe(name, v.regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'not a namespace'))),
    }),
    run: (asked, { progress, signal }) =>
      executors.submit(asked, state => progress({ message: progressText(state) }), signal),
  }),
  ...partitionMethods(partitions),
  ...runMethods(pipelines),
});

const partitionMethods = (partitions: Services['partitions']) => ({
  'pipelines/partitions': method('pipelines/partitions', {
    params: v.strictObject({ pipeline: name, limit: optional(limit(100_000)) }),
    run: asked => partitions.list(asked),
  }),
  'pipelines/backfill': method('pipelines/backfill', {
    params: v.strictObject({
      pipeline: name,
      from: optional(name),
      to: optional(name),
      outdated: optional(v.boolean()),
      all: optional(v.boolean()),
      parallel: optional(limit(100)),
      fresh: optional(v.boolean()),
      params: optional(params),
    }),
    run: (asked, { progress, signal }) => partitions.backfill(asked, progress, signal),
  }),
});

/** Of runs that there are. */
const runMethods = (pipelines: Services['pipelines']) => ({
  'pipelines/get': method('pipelines/get', {
    params: v.strictObject({ id: pipelineRunIdSchema }),
    run: ({ id }) => pipelines.get(id),
  }),
  'pipelines/runs': method('pipelines/runs', {
    params: v.strictObject({
      pipeline: optional(name),
      partition: optional(name),
      limit: optional(limit(1000)),
      before: optional(pipelineRunIdSchema),
    }),
    run: query => pipelines.search(query),
  }),
  'pipelines/flow': method('pipelines/flow', {
    params: v.strictObject({ id: pipelineRunIdSchema }),
    run: ({ id }) => pipelines.flow(id),
  }),
  'pipelines/step': method('pipelines/step', {
    params: v.strictObject({ id: pipelineRunIdSchema, step: name }),
    run: ({ id, step }) => pipelines.made(id, step),
  }),
  'pipelines/cancel': method('pipelines/cancel', {
    params: v.strictObject({ id: pipelineRunIdSchema }),
    run: ({ id }) => {
      pipelines.cancel(id);
      return {};
    },
  }),
  ...debuggedMethods(pipelines),
  'pipelines/log': method('pipelines/log', {
    params: v.strictObject({
      id: pipelineRunIdSchema,
      step: name,
      offset: optional(count),
      limit: optional(limit(4 << 20)),
    }),
    run: ({ id, step, offset = 0, limit: length = 64 << 10 }) => pipelines.log(id, step, { offset, limit: length }),
  }),
});
