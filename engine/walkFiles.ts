import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { throwIfAborted } from './errors';

/** Never looked into: what tools keep beside the files of a person. */
const leftOut: ReadonlySet<string> = new Set(['.git', '.modelyard', 'node_modules', '__pycache__', '.venv']);

/**
 * The files below a folder of the workspace, in no order; relative to the workspace, with `/`. Links are not followed. What cannot be read
 * has no files.
 * @param root absolute path of the workspace
 * @param folder relative to it, with `/`; empty: all of it
 */
export async function* walkFiles(root: string, folder: string, signal: AbortSignal): AsyncGenerator<string> {
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    throwIfAborted(signal);
    for (const entry of await readdir(path.join(root, next), { withFileTypes: true }).catch(() => [])) {
      const name = next === '' ? entry.name : `${next}/${entry.name}`;
      if (entry.isFile()) yield name;
      else if (entry.isDirectory() && !leftOut.has(entry.name)) waiting.push(name);
    }
  }
}
