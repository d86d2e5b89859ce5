import { ModelyardError } from '../../errors';
import type { PartitionsConfig } from '../../protocol/workspaceConfig';
import { completeCount, indexOfDay, momentText, partitionAt } from '../../schedule/partitions';

export interface ChosenPartition {
  readonly key: string;
  /** There is none that is over and later: what it makes is what the pipeline makes now. */
  readonly isNewest: boolean;
}

export interface Choice {
  readonly pipeline: string;
  readonly partitions: PartitionsConfig | undefined;
  readonly wanted: string | undefined;
  /** ms since 1970 */
  readonly now: number;
}

/**
 * The partition that a run is for: the wanted one; of time, without one, the newest that is over. Undefined: the pipeline has
 * no partitions.
 * @throws ModelyardError `params.invalid` when there is no such partition, it is not over, or it must be named
 */
export function choosePartition({ pipeline, partitions, wanted, now }: Choice): ChosenPartition | undefined {
  if (partitions === undefined) {
    if (wanted === undefined) return undefined;
    throw new ModelyardError('params.invalid', `Pipeline ${pipeline} has no partitions, so there is no ${wanted}.`, {
      fix: 'Add `partitions: {every: day, start: 2024-01-01}` to it, or run it without one.',
    });
  }
  if ('names' in partitions) {
    const { names } = partitions;
    const shown = names.length > 20 ? `${names.slice(0, 20).join(', ')} …` : names.join(', ');
    if (wanted !== undefined && names.includes(wanted)) return { key: wanted, isNewest: true };
    throw new ModelyardError(
      'params.invalid',
      wanted === undefined
        ? `Pipeline ${pipeline} is run for one partition at a time, and none was named.`
        : `Pipeline ${pipeline} has no partition ${wanted}.`,
      { fix: `Name one of ${shown}; \`modelyard backfill ${pipeline}\` runs all that are missing.` },
    );
  }
  const complete = completeCount(partitions, now);
  const index = wanted === undefined ? complete - 1 : indexOfDay(partitions, wanted);
  if (index === undefined)
    throw new ModelyardError('params.invalid', `Pipeline ${pipeline} has no partition ${wanted ?? ''}.`, {
      fix: `They begin on ${partitions.start}${partitions.end === undefined ? '' : ` and end before ${partitions.end}`}, one a ${partitions.every}: name it by a day, such as ${partitionAt(partitions, Math.max(0, complete - 1)).key}.`,
    });
  if (index >= 0 && index < complete)
    return { key: partitionAt(partitions, index).key, isNewest: index === complete - 1 };
  const { key, endsAt } = partitionAt(partitions, Math.max(0, index));
  throw new ModelyardError(
    'params.invalid',
    `The partition ${key} of ${pipeline} is not over before ${momentText(endsAt, partitions.timezone)}.`,
    { fix: complete === 0 ? 'None is over yet.' : `The newest is ${partitionAt(partitions, complete - 1).key}.` },
  );
}
