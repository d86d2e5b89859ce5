import { stat } from 'node:fs/promises';
import path from 'node:path';
import { baseOf, isNegative, matcher } from '../../schedule/patterns';
import { walkFiles } from '../../walkFiles';

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
  for (const folder of waiting) {
    for await (const file of walkFiles(root, folder, signal)) {
      if (fits(file)) found.push(file);
      if (found.length > most) return found.sort();
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
