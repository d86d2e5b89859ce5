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

/** Of a step with a matrix (`train`) the one of its steps that tells most: `train (C=0.1)`, which has failed, say. */
export function lastStep(runs: readonly PipelineRun[], name: string): LastStep | undefined {
  for (const run of runs) {
    const [step] = run.steps
      .filter(candidate => isStepOf(candidate.name, name))
      .sort((a, b) => telling.indexOf(a.status) - telling.indexOf(b.status));
    if (step) return { run, step };
  }
  return undefined;
}

/** Whether a step is this one, or one that its matrix makes. */
export const isStepOf = (step: string, name: string): boolean => step === name || step.startsWith(`${name} (`);

/** What needs to be looked at comes before what goes well. */
const telling: readonly StepRun['status'][] = [
  'failed',
  'running',
  'cancelled',
  'waiting',
  'succeeded',
  'cached',
  'skipped',
];
