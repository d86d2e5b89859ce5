import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { throwIfAborted } from '../../errors';
import { baseOf, isNegative, matcher } from '../../schedule/patterns';

/** Folders that are never looked into. */
const leftOut: ReadonlySet<string> = new Set(['.modelyard', '.git', 'node_modules']);

/**
 * The files of a folder that fit patterns, by name; relative to it, with `/`. Only the folders in which some can be are
 * read; links are not followed. What cannot be read has no files.
 * @param most when there are more, the walk ends
 */
export async function findFiles(
  root: string,
  { patterns, most }: { readonly patterns: readonly string[]; readonly most: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const fits = matcher(patterns);
  const found: string[] = [];
  const waiting = outermost(patterns.filter(pattern => !isNegative(pattern)).map(baseOf));
  for (const base of [...waiting]) {
    if (base === '' || !(await isFile(path.join(root, base)))) continue;
    waiting.splice(waiting.indexOf(base), 1);
    if (fits(base)) found.push(base);
  }
  for (let folder = waiting.pop(); folder !== undefined && found.length <= most; folder = waiting.pop()) {
    throwIfAborted(signal);
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => [])) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !leftOut.has(entry.name)) waiting.push(name);
      if (entry.isFile() && fits(name)) found.push(name);
    }
  }
  return found.sort();
}

/** Without those that lie in another one. */
function outermost(folders: readonly string[]): string[] {
  const unique = [...new Set(folders)];
  return unique.filter(one => !unique.some(other => other !== one && (other === '' || one.startsWith(`${other}/`))));
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    found => found.isFile(),
    () => false,
  );
