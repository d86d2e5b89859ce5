import { completeCount, dayOf, indexOfDay, momentText, partitionAt, type Calendar } from '../../schedule/partitions';
import { isZone } from '../../schedule/zones';
import { child, textOf, type TreeNode } from '../yaml/tree';
import { scalarNode } from './expressions';

/** The names that stand for the partition which a pipeline runs for. */
export const partitionNames = [
  'partition',
  'partition.start',
  'partition.end',
  'partition.start_time',
  'partition.end_time',
] as const;

/**
 * What `${{ partition }}` and its like mean. Without one that is chosen: the newest that is over, or the first; what is
 * written is checked with that. Undefined when `partitions` cannot be read; the grammar says why.
 */
export function partitionValues(
  node: TreeNode,
  { chosen, now }: { readonly chosen?: string | undefined; readonly now: number },
): ReadonlyMap<string, TreeNode> | undefined {
  if (node.kind === 'list') {
    const names = node.items.flatMap(item =>
      item.kind === 'scalar' && item.value !== null ? [String(item.value)] : [],
    );
    const name = names.find(one => one === chosen) ?? names[0];
    return name === undefined ? undefined : new Map([['partition', scalarNode(name)]]);
  }
  const calendar = readCalendar(node);
  if (!calendar) return undefined;
  const index =
    (chosen === undefined ? undefined : indexOfDay(calendar, chosen)) ?? Math.max(0, completeCount(calendar, now) - 1);
  const { key, start, end, startsAt, endsAt } = partitionAt(calendar, index);
  const { timezone } = calendar;
  const values = [key, start, end, momentText(startsAt, timezone), momentText(endsAt, timezone)];
  return new Map(partitionNames.map((name, i) => [name, scalarNode(values[i] ?? '')]));
}

function readCalendar(node: TreeNode): Calendar | undefined {
  const [every, start, end] = ['every', 'start', 'end'].map(key => textOf(child(node, key)));
  const timezone = textOf(child(node, 'timezone')) ?? 'UTC';
  if (every !== 'day' && every !== 'week' && every !== 'month') return undefined;
  if (start === undefined || dayOf(start) === undefined || !isZone(timezone)) return undefined;
  if (end !== undefined && dayOf(end) === undefined) return undefined;
  return { every, start, timezone, ...(end !== undefined && { end }) };
}
