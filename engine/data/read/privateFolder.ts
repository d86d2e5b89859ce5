import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * Runs `work` with a folder that nobody else sees and that is gone afterwards. What `work` has open stays readable, except on Windows: there the
 * folder goes when `left` is called.
 */
export async function inPrivateFolder<T>(
  work: (folder: string) => Promise<T>,
): Promise<{ readonly made: T; readonly left: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'modelyard-data-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const made = await work(folder);
    if (process.platform !== 'win32') await remove();
    return { made, left: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
