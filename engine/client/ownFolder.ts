import { lstatSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ModelyardError } from '../errors';

/** What Modelyard writes to, removes or empties without asking. */
const ours = [
  '',
  'engine.json',
  'engine.log',
  'http.json',
  'webhooks.json',
  'objects',
  'work',
  'environments',
] as const;

/**
 * `.modelyard` must be a folder of the workspace itself. A link in its place, perhaps brought by a cloned repository,
 * would let the engine write to and tidy up a folder that is none of its business.
 * @throws ModelyardError `store.foreign` that names the link
 */
export function refuseLinks(workspace: string): void {
  for (const name of ours) {
    const file = path.join(workspace, '.modelyard', name);
    if (!isLink(file)) continue;
    throw new ModelyardError('store.foreign', `${file} is a link to somewhere else; Modelyard does not follow it.`, {
      fix: 'Remove the link. To keep the data elsewhere, move the whole workspace folder.',
    });
  }
}

/** What cannot even be looked at is no link: opening it says what is wrong. */
function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Makes the folder `.modelyard` where it is missing; a workspace that has been removed is not made again. */
export function makeOwnFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
