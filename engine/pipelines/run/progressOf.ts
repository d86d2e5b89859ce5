import type { ProgressReport } from '../../protocol/progress';
import type { PipelineRun } from '../../protocol/pipelines';

/** How far a run is, and what it does now. */
export function progressOf(run: PipelineRun): ProgressReport {
  const ended = run.steps.filter(step => step.status !== 'waiting' && step.status !== 'running').length;
  const current = run.steps.find(step => step.status === 'running');
  return {
    message: current ? `${current.name}${current.message === undefined ? '' : `: ${current.message}`}` : run.pipeline,
    fraction: (ended + (current?.progress ?? 0)) / Math.max(1, run.steps.length),
    pipelineRun: run,
  };
}
