import type { Colors } from 'picocolors/types';
import type { Backfill, FilledPartition, PartitionList, PartitionStatus } from '../../protocol/partitions';
import { timeText } from './numbers';
import { plural } from '../../plural';
import { tableText } from './table';

const order: readonly PartitionStatus[] = ['succeeded', 'running', 'outdated', 'failed', 'missing'];

function painted(status: string, colors: Colors): string {
  if (status === 'succeeded') return colors.green(status);
  if (status === 'failed') return colors.red(status);
  return status === 'missing' || status === 'waiting' ? colors.dim(status) : colors.yellow(status);
}

/** A line for each, and how many there are of each status. */
export function partitionsText(
  { pipeline, every, timezone, partitions, counts }: PartitionList,
  colors: Colors,
): string {
  const all = order.reduce((sum, status) => sum + counts[status], 0);
  if (all === 0) return `${pipeline} has no partition that is over yet.\n`;
  const kind = every === undefined ? '' : `, one a ${every} (${timezone ?? 'UTC'})`;
  const said = order
    .filter(status => counts[status] > 0)
    .map(status => `${counts[status].toLocaleString('en')} ${status}`);
  const rows = partitions.map(({ partition, status, endedAt }) => [
    partition,
    painted(status, colors),
    endedAt === undefined ? '' : timeText(endedAt),
  ]);
  const hidden = all - partitions.length;
  const more = hidden > 0 ? `${plural(hidden, 'earlier one')} not shown: --limit ${all}\n` : '';
  return `${more}${tableText(rows)}${colors.bold(`${plural(all, 'partition')}${kind}: ${said.join(', ')}.`)}\n`;
}

/** `2024-01-03  failed  …` */
export const filledLine = ({ partition, status, error }: FilledPartition, colors: Colors): string =>
  `${partition}  ${painted(status, colors)}${error ? `  ${error.message}` : ''}\n`;

export function backfillText({ pipeline, partitions, skipped }: Backfill, colors: Colors): string {
  const left = skipped > 0 ? ` ${plural(skipped, 'partition')} had been made already or ran.` : '';
  if (partitions.length === 0) return `Nothing is missing of ${pipeline}.${left}\n`;
  const count = (status: FilledPartition['status']): number => partitions.filter(one => one.status === status).length;
  const others = (['failed', 'cancelled', 'waiting'] as const).flatMap(status =>
    count(status) > 0 ? [`${count(status)} ${status === 'waiting' ? 'not begun' : status}`] : [],
  );
  const head = `${plural(count('succeeded'), 'partition')} of ${pipeline} filled`;
  return `${colors.bold([head, ...others].join(', '))}.${left}\n`;
}
