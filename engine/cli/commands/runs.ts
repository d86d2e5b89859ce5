import type { RunStatus, RunSummary } from '../../protocol/tracking';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { mainMetrics } from '../text/mainMetrics';
import { durationText, numberText, timeText } from '../text/numbers';
import { tableText } from '../text/table';
import { groupsCommand } from './runGroups';
import type { RunsOptions } from '../runsOptions';

/** `modelyard runs`: tracked runs, newest first unless asked otherwise. */
export async function runsCommand(invocation: Invocation, options: RunsOptions): Promise<number> {
  const { filter, order, limit, group } = options;
  if (group !== undefined) return groupsCommand(invocation, { ...options, group });
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const result = await withEngine(place, client =>
    client.call('runs/search', {
      limit,
      orderBy: order ?? ['attributes.start_time DESC'],
      ...(filter !== undefined && { filter }),
    }),
  );
  answer(invocation, { json: result, text: () => runsText(result.runs, invocation) });
  return exitCodes.ok;
}

const statusWords: Readonly<Record<RunStatus, string>> = {
  RUNNING: '⟳ running',
  SCHEDULED: '○ scheduled',
  FINISHED: '✓ finished',
  FAILED: '✗ failed',
  KILLED: '– cancelled',
};

function runsText(runs: readonly RunSummary[], { colors: { out } }: Invocation): string {
  if (runs.length === 0) return 'No runs. Start one with `modelyard run`.\n';
  const metrics = mainMetrics.filter(key => runs.some(run => Object.hasOwn(run.metrics, key)));
  const head = ['run', 'status', 'started', 'took', ...metrics, 'name'].map(title => out.bold(title));
  const rows = runs.map(run => [
    `r-${run.number}`,
    statusWords[run.status],
    timeText(run.startedAt),
    run.endedAt === undefined ? '' : durationText(run.endedAt - run.startedAt),
    ...metrics.map(key => (run.metrics[key] ? numberText(run.metrics[key].value) : '')),
    run.name,
  ]);
  return tableText([head, ...rows]);
}
