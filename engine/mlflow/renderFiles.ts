import type { JsonObject } from './json';
import type { OwnedFolder } from './ports';
import { unlessEmpty } from './render';

/** A file or folder as MLflow tells of it. */
export interface FileEntry extends JsonObject {
  readonly path: string;
}

/**
 * What stands directly in a folder ('': the top), by path; nothing for a file.
 * @param base the folder above it that the names are relative to
 */
export function renderFiles(folder: OwnedFolder, path: string, base: string): readonly FileEntry[] | undefined {
  const bare = path.replace(/\/+$/, '');
  const entries = folder.list(bare).filter(entry => entry.path !== bare);
  const cut = base === '' ? 0 : base.replace(/\/+$/, '').length + 1;
  return unlessEmpty(
    entries
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map(entry => ({
        path: entry.path.slice(cut),
        is_dir: entry.isFolder,
        file_size: entry.size === 0 ? undefined : entry.size,
      })),
  );
}
