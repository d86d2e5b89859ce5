import { newPipelineRunId, newRunId, digest } from '../../../engine/ids';
import type { PipelineRun, StepRun } from '../../../engine/protocol/pipelines';
import type { GraphStep } from '../../../webview/pipeline/graphSteps';

/** A step of a graph: `aStep('c', 'a b')` needs a and b. */
export const aStep = (name: string, needs = '', more: Partial<GraphStep> = {}): GraphStep => ({
  ...{ name, uses: 'run', needs: needs === '' ? [] : needs.split(' '), state: 'waiting', changes: [], logSize: 0 },
  ...more,
});

const runId = newRunId();
export const aRun = (steps: readonly Partial<StepRun>[], more: Partial<PipelineRun> = {}): PipelineRun => ({
  ...{ id: newPipelineRunId(), pipeline: 'train', status: 'succeeded', startedAt: 1000, runId },
  configDigest: digest('c'.repeat(64)),
  steps: steps.map((step, at) => ({
    ...{ name: `s${at}`, uses: 'run', needs: [], status: 'succeeded', logSize: 0 },
    ...step,
  })),
  ...more,
});

/** Pseudo-random steps, each needing one to three of the ones shortly before it. */
export function manySteps(count: number, seed = 1): readonly GraphStep[] {
  let state = seed;
  const random = (below: number): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
  const width = Math.max(2, Math.round(Math.sqrt(count)));
  return Array.from({ length: count }, (_, at) => {
    const needs = new Set<string>();
    if (at > 0) for (let i = 0; i <= random(3); i++) needs.add(`s${at - 1 - random(Math.min(at, width))}`);
    return aStep(`s${at}`, [...needs].join(' '));
  });
}
