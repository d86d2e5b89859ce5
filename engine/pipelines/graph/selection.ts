import { ModelyardError } from '../../errors';
import type { PipelineRunId } from '../../protocol/ids';
import type { PipelineRequest, PipelineRun } from '../../protocol/pipelines';
import type { PipelineConfig } from '../../protocol/workspaceConfig';
import type { Ignored } from '../cache/ignoring';
import { ignoring } from '../cache/ignoring';
import { ancestors, topologicalOrder } from './graph';

/** An earlier run that is gone on with: what has succeeded there is taken from it. */
export interface Resumed {
  readonly run: PipelineRunId;
  readonly steps: ReadonlySet<string>;
}

/** What a request makes of a pipeline. */
export interface Selection {
  /** The steps that are part of the run; the others count as done. */
  readonly order: readonly string[];
  /** The step that was named, when only a part runs: of a matrix all its steps. */
  readonly only?: ReadonlySet<string>;
  readonly ignored: Ignored;
  readonly resumed?: Resumed;
}

/**
 * @param earlier runs of this pipeline, the newest first
 * @throws ModelyardError `params.invalid` when two things are asked at once, `not-found` for an unknown step, `conflict` when there is nothing to go on with
 */
export function selectSteps(
  request: Pick<PipelineRequest, 'pipeline' | 'only' | 'startAt' | 'resume' | 'fresh'>,
  pipeline: PipelineConfig,
  earlier: () => readonly PipelineRun[],
): Selection {
  const { only, startAt, resume = false, fresh = false } = request;
  if ([only !== undefined, startAt !== undefined, resume].filter(Boolean).length > 1 || (resume && fresh))
    throw new ModelyardError(
      'params.invalid',
      'A run is of one step, from one step on, or goes on with the last; the latter is not fresh.',
    );
  const order = topologicalOrder(pipeline.steps);
  const named = only ?? startAt;
  const meant = new Set(order.filter(name => name === named || pipeline.steps[name]?.matrix?.step === named));
  if (named !== undefined && meant.size === 0) {
    const fix = `Its steps are ${written(order, pipeline).join(', ')}.`;
    throw new ModelyardError('not-found', `Pipeline ${request.pipeline} has no step ${named}.`, { fix });
  }
  if (only !== undefined)
    return { order: order.filter(name => meant.has(name)), only: meant, ignored: ignoring(pipeline, { fresh: true }) };
  if (startAt !== undefined)
    return {
      order: order.filter(name => meant.has(name) || ancestors(pipeline.steps, name).some(one => meant.has(one))),
      only: meant,
      ignored: ignoring(pipeline, { fresh, named: meant }),
    };
  const ignored = ignoring(pipeline, { fresh });
  return resume ? { order, ignored, resumed: goneOnWith(request.pipeline, order, earlier()) } : { order, ignored };
}

/** As modelyard.yaml has them: the steps of a matrix as one. */
const written = (order: readonly string[], { steps }: PipelineConfig): readonly string[] => [
  ...new Set(order.map(name => steps[name]?.matrix?.step ?? name)),
];

/** Whether the run had all these steps. */
export function isWholeRun({ steps }: PipelineRun, names: readonly string[]): boolean {
  const had = new Set(steps.map(({ name }) => name));
  return names.every(name => had.has(name));
}

/** The newest run that had all the steps. */
function goneOnWith(pipeline: string, order: readonly string[], earlier: readonly PipelineRun[]): Resumed {
  const last = earlier.find(run => run.debug === undefined && isWholeRun(run, order));
  const how = last === undefined ? 'has not run yet' : resumable[last.status];
  if (last === undefined || how !== '')
    throw new ModelyardError('conflict', `There is nothing to resume: ${pipeline} ${how}.`, { fix: 'Run it.' });
  const done = last.steps.filter(({ status }) => status === 'succeeded' || status === 'cached');
  return { run: last.id, steps: new Set(done.map(({ name }) => name)) };
}

const resumable = {
  running: 'is running',
  succeeded: 'succeeded when it ran last',
  failed: '',
  cancelled: '',
} as const;
