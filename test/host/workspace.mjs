/** Copies of a sample, so that tests never write into the checkout. */
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * @param {string} sample a folder of samples/
 * @returns {Promise<{ folder: string; remove: () => Promise<void> }>}
 */
export async function copySample(sample) {
  const parent = await realpath(await mkdtemp(path.join(os.tmpdir(), 'my-sample-')));
  const folder = path.join(parent, sample);
  await cp(path.join(root, 'samples', sample), folder, {
    recursive: true,
    filter: source => path.basename(source) !== '.modelyard',
  });
  // The engine leaves its folder a moment after the last client has left.
  return { folder, remove: () => rm(parent, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }) };
}
