import { experimentId, runId } from '../../../engine/ids';
import type { RunSummary } from '../../../engine/protocol/tracking';
import type { Compared } from '../../../webview/experiments/compare/section';

/** A finished run of that number. */
export const run = (number: number, more: Partial<RunSummary> = {}): RunSummary => ({
  id: runId(`run${number}`),
  number,
  experimentId: experimentId('0'),
  name: `run ${number}`,
  status: 'FINISHED',
  startedAt: 1_700_000_000_000,
  endedAt: 1_700_000_060_000,
  user: 'ada',
  lifecycle: 'active',
  params: {},
  metrics: {},
  tags: {},
  inputs: [],
  ...more,
});

export const compared = (...runs: readonly RunSummary[]): readonly Compared[] =>
  runs.map(one => ({ run: one, slot: one.number - 1 }));
