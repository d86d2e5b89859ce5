import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import { isInside, leadsOut } from '../../paths';

/** More is nothing that was generated. */
const mostBytes = 4 << 20;

export interface TextFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** @throws ModelyardError `conflict` for a file that links lead out of `root`. `fix`: the way out. */
export async function putText(root: string, { path: file, text }: TextFile, fix: string): Promise<void> {
  const out = isInside(root, file) ? await leadsOut(root, file) : file;
  if (out !== undefined)
    throw new ModelyardError('conflict', `${file} leads out of the repository, to ${out}.`, { fix });
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Undefined when there is none. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(file);
    return bytes.length > mostBytes ? '' : bytes.toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}
