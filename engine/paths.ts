import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from './errors';

/** Whether a path lies in a folder, or is it: by the names alone, links are not followed. `..x` is a name like any other. */
export function isInside(folder: string, file: string): boolean {
  const back = path.relative(folder, file);
  return back !== '..' && !back.startsWith(`..${path.sep}`) && !path.isAbsolute(back);
}

/** Whether there is a file or folder, links followed; what may not be looked at counts as none. */
export const exists = async (file: string): Promise<boolean> => (await stat(file).catch(() => undefined)) !== undefined;

/** Where a path really leads when links take it out of a folder; undefined when it stays there. */
export async function leadsOut(folder: string, file: string): Promise<string | undefined> {
  const [root, target] = await Promise.all([realOf(path.resolve(folder)), realOf(path.resolve(folder, file))]);
  return isInside(root, target) ? undefined : target;
}

/** The real path; of what is not there yet that of the folder it would come to. */
async function realOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const above = path.dirname(file);
    if (above === file) throw error;
    return path.join(await realOf(above), path.basename(file));
  }
}

export interface NamedPath {
  /** Absolute, or relative to the folder. */
  readonly file: string;
  /** As modelyard.yaml has it. */
  readonly shown: string;
  /** Where modelyard.yaml has it. */
  readonly key: string;
}

/** @throws ModelyardError `config.invalid` at the key when the path leaves the folder, by its names or through links. */
export async function refuseOutside(folder: string, { file, shown, key }: NamedPath): Promise<void> {
  const place = { file: 'modelyard.yaml', key };
  if (!isInside(folder, path.resolve(folder, file)))
    throw new ModelyardError('config.invalid', `The path ${shown} leaves its folder.`, {
      place,
      fix: 'Name something inside the workspace folder.',
    });
  const target = await leadsOut(folder, file);
  if (target !== undefined)
    throw new ModelyardError('config.invalid', `The path ${shown} leads out of the workspace folder, to ${target}.`, {
      place,
      fix: 'Put a copy there instead of the link; only links to places inside the workspace folder are followed.',
    });
}
