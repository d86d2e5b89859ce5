import type { PlotRun } from '../../../engine/charts/plots/columns';
import type { RunSummary } from '../../../engine/protocol/tracking';
import { runLabel } from './section';

/** Runs as points of plots. */
export const plotRuns = (runs: readonly RunSummary[]): readonly PlotRun[] =>
  runs.map(run => ({
    id: run.id,
    label: runLabel(run),
    params: run.params,
    metrics: Object.fromEntries(Object.entries(run.metrics).map(([key, { value }]) => [key, value])),
  }));
