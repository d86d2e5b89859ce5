import { existsSync } from 'node:fs';
import { ModelyardError } from '../errors';

/** `.modelyard` cannot be made or written: the workspace is gone, or there are two ways out whatever the reason of the system is. */
export function unwritable(workspace: string, cause: unknown): ModelyardError {
  if (!existsSync(workspace))
    return new ModelyardError('not-found', `The folder ${workspace} does not exist.`, { cause });
  const isFull = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
  return isFull
    ? new ModelyardError('store.full', `There is no room on the disk of ${workspace}.`, {
        cause,
        fix: 'Make room on that disk, then try again.',
      })
    : new ModelyardError('store.readonly', `The folder ${workspace} cannot be written.`, {
        cause,
        fix: 'Modelyard keeps runs and models in .modelyard/ there: make the folder writable, or open a copy of it.',
      });
}
