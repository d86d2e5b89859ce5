import type { VersionFacts } from '../content/model';
import { versionStatuses } from '../content/model';

/** What MLflow says of a version that was deleted: it keeps the row, so that its number is not given again. */
export const isDeletedVersion = (stage: string): boolean => stage === 'Deleted_Internal';

/** @param fail makes the error for a word that is none */
export function statusOf(text: string | undefined, fail: (why: string) => Error): VersionFacts['status'] {
  if (text === undefined || text === '') return 'READY';
  const status = versionStatuses.find(one => one === text);
  if (status === undefined) throw fail(`${JSON.stringify(text.slice(0, 40))} is not a status of a version`);
  return status;
}
