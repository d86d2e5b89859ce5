import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ModelyardError } from '../errors';

/** In an exported model's folder: what it is. */
export const servedFile = 'modelyard-served.json';
export const servedSchema = v.object({ model: v.string(), version: v.number() });

export interface Export {
  readonly model: string;
  readonly version: number;
  /** Absolute. */
  readonly folder: string;
  /** Replaces an earlier export. */
  readonly force: boolean;
  /** Puts the model's files into a folder. */
  readonly files: (folder: string) => Promise<void>;
}

/**
 * A version's files as a folder that can be served by itself: `modelyard serve-folder`.
 * @throws ModelyardError `conflict` for a folder with something else in it
 */
export async function exportModel({ model, version, folder, force, files }: Export): Promise<void> {
  const there: readonly string[] = await readdir(folder).catch((error: unknown): string[] => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new ModelyardError('conflict', `${folder} is no folder that can be written.`, { cause: error });
  });
  const isOurs = there.includes(servedFile);
  if (there.length > 0 && !(isOurs && force))
    throw new ModelyardError('conflict', `${folder} is not empty.`, {
      fix: isOurs ? 'Replace the earlier export with --force.' : 'Name a folder that is empty or not there.',
    });
  // beside it first: an export that is refused leaves the earlier one
  await mkdir(path.dirname(folder), { recursive: true });
  const made = await mkdtemp(path.join(path.dirname(folder), '.modelyard-export-'));
  try {
    await files(made);
    await writeFile(path.join(made, servedFile), `${JSON.stringify({ model, version })}\n`);
    await chmod(made, 0o755); // images are built by whom it does not belong to
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
