import path from 'node:path';
import type { Confines } from '../confines';

/**
 * DVC's local cache: contents that git does not keep, named by their md5. A folder is a list of its files.
 * @returns the text of a file by its name within the project; undefined when the cache lacks it
 */
export function cachedText(
  root: string,
  confines: Confines,
  outputs: ReadonlyMap<string, string>,
): (name: string) => string | undefined {
  const read = (md5: string): string | undefined => {
    const parts = [md5.slice(0, 2), md5.slice(2)];
    const file = [path.join('files', 'md5', ...parts), path.join(...parts)] // since DVC 3, and before
      .map(place => path.join(root, '.dvc', 'cache', place))
      .find(place => confines.inside(place) !== undefined);
    return file === undefined ? undefined : confines.text(file);
  };
  return name => {
    const own = outputs.get(name);
    if (own !== undefined) return own.endsWith('.dir') ? undefined : read(own);
    const folder = [...outputs.keys()].find(output => name.startsWith(`${output}/`));
    const md5 = folder === undefined ? undefined : outputs.get(folder);
    if (folder === undefined || md5?.endsWith('.dir') !== true) return undefined;
    const found = entryOf(read(md5), name.slice(folder.length + 1));
    return found === undefined ? undefined : read(found);
  };
}

function entryOf(listing: string | undefined, name: string): string | undefined {
  if (listing === undefined) return undefined;
  const entries: unknown = JSON.parse(listing);
  if (!Array.isArray(entries)) return undefined;
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null) continue;
    const md5: unknown = Reflect.get(entry, 'md5');
    if (Reflect.get(entry, 'relpath') === name && typeof md5 === 'string' && /^[0-9a-f]{32}$/.test(md5)) return md5;
  }
  return undefined;
}
