/** Copies of a sample, so that tests never write into the checkout. */
import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { names, untilGone } from './processes.mjs';
import { root } from './paths.mjs';

/**
 * @param {string} sample a folder of samples/
 * @returns {Promise<{ folder: string; workspace: string; remove: () => Promise<string[]> }>} `workspace` is a file beside
 *   the folder that opens it as the first of several; `remove` gives the command lines of the processes that still
 *   worked there and had to be ended
 */
export async function copySample(sample) {
  const parent = await realpath(await mkdtemp(path.join(os.tmpdir(), 'my-sample-')));
  const folder = path.join(parent, sample);
  await cp(path.join(root, 'samples', sample), folder, {
    recursive: true,
    filter: source => !['.modelyard', 'modelyard.lock'].includes(path.basename(source)),
  });
  const workspace = path.join(parent, 'tests.code-workspace');
  await writeFile(workspace, JSON.stringify({ folders: [{ path: sample }] }));
  const remove = async () => {
    const left = await untilGone(names(parent), 30_000); // an engine leaves seconds after the last window has been closed
    await rm(parent, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    return left;
  };
  return { folder, workspace, remove };
}
