import type { PipelineConfig } from '../protocol/workspaceConfig';

/** The dataset that the step, or the nearest one before it, names or makes: of a matrix each may have another one. */
export function ownDataset(step: string, steps: PipelineConfig['steps']): string | undefined {
  const seen = new Set([step]);
  // A set that grows while it is gone through: breadth first.
  for (const name of seen) {
    const one = steps[name];
    if (one === undefined) continue;
    if (one.uses === 'features') return one.with.as;
    const named = one.uses === 'validate' || one.uses === 'split' ? one.with.dataset : undefined;
    if (named !== undefined) return named;
    for (const needed of one.needs) seen.add(needed);
  }
  return undefined;
}
