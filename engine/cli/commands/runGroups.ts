import { ModelyardError } from '../../errors';
import type { GroupMetric, GroupQuery, RunGroups } from '../../protocol/runTable';
import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { mainMetrics } from '../text/mainMetrics';
import { numberText, timeText } from '../text/numbers';
import { tableText } from '../text/table';
import type { RunsOptions } from '../runsOptions';

/** `modelyard runs --group params.learner`: what the runs have in common, with their number and mean metrics. */
export async function groupsCommand(
  invocation: Invocation,
  { filter, order, limit, group }: RunsOptions & { readonly group: string },
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const query: GroupQuery = {
    by: group,
    limit: Math.min(limit, 1_000),
    metrics: mainMetrics,
    ...sortOf(order),
    ...(filter !== undefined && { filter }),
  };
  const result = await withEngine(place, client => client.call('runs/groups', query));
  answer(invocation, { json: result, text: () => groupsText(result, invocation) });
  return exitCodes.ok;
}

/** @throws ModelyardError `params.invalid`: groups have no such order */
function sortOf([first, ...more]: readonly string[] = []): Pick<GroupQuery, 'sort' | 'descending'> {
  if (first === undefined) return {};
  const [, name = '', metric, direction] =
    /^(?:(value|runs|newest)|metrics\.`?([^`]+?)`?)(?:\s+(asc|desc))?$/i.exec(first) ?? [];
  const by = (['value', 'runs', 'newest'] as const).find(one => one === name);
  if (more.length > 0 || (by === undefined && metric === undefined))
    throw new ModelyardError('params.invalid', `Groups cannot be ordered by ${[first, ...more].join(', ')}.`, {
      fix: 'Order them by one of: value, runs, newest, metrics.NAME; ASC or DESC may follow.',
    });
  const sort = metric === undefined ? by : { metric };
  return { ...(sort !== undefined && { sort }), descending: direction?.toLowerCase() === 'desc' };
}

function groupsText({ groups, total }: RunGroups, { colors: { out } }: Invocation): string {
  if (groups.length === 0) return 'No runs. Start one with `modelyard run`.\n';
  const metrics = mainMetrics.filter(key => groups.some(one => Object.hasOwn(one.metrics, key)));
  const head = ['group', 'runs', 'newest', ...metrics].map(title => out.bold(title));
  const rows = groups.map(({ value, runs, newest, metrics: of }) => [
    value ?? '(none)',
    String(runs),
    timeText(newest),
    ...metrics.map(key => meanText(of[key])),
  ]);
  const rest = total > groups.length ? `${total - groups.length} more groups: --limit shows them.\n` : '';
  return tableText([head, ...rows]) + rest;
}

function meanText(metric: GroupMetric | undefined): string {
  if (metric === undefined) return '';
  const spread = metric.sd === undefined ? '' : ` ± ${numberText(metric.sd)}`;
  return `${numberText(metric.mean)}${spread}`;
}
