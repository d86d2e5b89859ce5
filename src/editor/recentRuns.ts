import type { PipelineRun, StepRun } from '../../engine/protocol/pipelines';

/** How a step went last, and in which run. */
export interface LastStep {
  readonly run: PipelineRun;
  readonly step: StepRun;
}

/**
 * The runs of one pipeline that still say something, newest first: a run of a single step hides that step's earlier
 * result, not those of the others.
 */
export function withRun(known: readonly PipelineRun[], run: PipelineRun): readonly PipelineRun[] {
  const newestFirst = [run, ...known.filter(({ id }) => id !== run.id)].sort((a, b) => b.startedAt - a.startedAt);
  const seen = new Set<string>();
  return newestFirst.filter(({ steps }) => {
    const isNews = steps.some(({ name }) => !seen.has(name));
    for (const { name } of steps) seen.add(name);
    return isNews;
  });
}

export function lastStep(runs: readonly PipelineRun[], name: string): LastStep | undefined {
  for (const run of runs) {
    const step = run.steps.find(candidate => candidate.name === name);
    if (step) return { run, step };
  }
  return undefined;
}
