import type { PipelineRun } from '../protocol/pipelines';
import type { TriggerStore } from './store';

/** A pipeline may come back so often in a chain of causes: what it makes may settle. */
const mostRounds = 2;
const longest = 50;

/** Why a chain of pipelines that have started each other goes no further; undefined: it may. */
export function loopProblem(chain: readonly string[], pipeline: string): string | undefined {
  const rounds = chain.filter(name => name === pipeline).length;
  if (rounds < mostRounds && chain.length < longest) return undefined;
  const shown = chain.length > 12 ? ['…', ...chain.slice(-11)] : chain;
  return `${[...shown, pipeline].join(' → ')}: these pipelines start each other, so ${pipeline} is not started again. Remove one of their triggers, or have a run write only what has changed.`;
}

/** The pipelines that led to a run, and its own. */
export const chainOf = (store: TriggerStore, run: Pick<PipelineRun, 'id' | 'pipeline'>): readonly string[] =>
  store.chainOf(run.id) ?? [run.pipeline];

/**
 * Of the runs that were under way at one of the times, the longest chain: what came to be then was probably made by one
 * of them.
 * @param times ms since 1970
 */
export function chainAt(
  store: TriggerStore,
  runs: readonly PipelineRun[],
  times: readonly number[],
): readonly string[] {
  let best: readonly string[] = [];
  for (const run of runs) {
    const end = run.endedAt ?? Infinity;
    if (!times.some(time => run.startedAt <= time && time <= end)) continue;
    const chain = chainOf(store, run);
    if (chain.length > best.length) best = chain;
  }
  return best;
}
