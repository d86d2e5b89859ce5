import fs from 'node:fs';
import path from 'node:path';
import type { TransferProblem } from '../../protocol/transfer';
import type { Confines } from './confines';

export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly name: string;
  /** Absolute, with links followed. */
  readonly file: string;
}

export interface FileTree {
  readonly files: readonly FoundFile[];
  /** What was left out: links that lead outside, sockets, folders that may not be read. */
  readonly problems: readonly TransferProblem[];
}

/** A tree deeper than this is a loop of links. */
const DEPTH = 64;

/**
 * All files below a folder, by name. Links are followed as long as they stay inside.
 * @param isSkipped by its own name, for what need not be looked at
 */
export function filesBelow(
  folder: string,
  confines: Confines,
  isSkipped: (name: string) => boolean = () => false,
): FileTree {
  const files: FoundFile[] = [];
  const problems: TransferProblem[] = [];
  const leaveOut = (file: string, why: string, fix?: string): void => {
    problems.push({ message: `${file}: ${why}; it was left out.`, place: { file }, ...(fix !== undefined && { fix }) });
  };

  const visit = (at: string, prefix: string, above: readonly string[]): void => {
    if (above.length > DEPTH || above.includes(at)) {
      leaveOut(at, 'it leads back to a folder above it');
      return;
    }
    for (const entry of confines.list(at)) {
      if (isSkipped(entry.name)) continue;
      const file = path.join(at, entry.name);
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      const real = entry.isSymbolicLink() ? confines.inside(file) : file;
      if (real === undefined)
        leaveOut(
          file,
          'it is a link that leads out of what may be read',
          'Allow the folder it leads to with --artifacts.',
        );
      else if (entry.isDirectory() || (entry.isSymbolicLink() && isFolder(real))) visit(real, name, [...above, at]);
      else if (entry.isFile() || (entry.isSymbolicLink() && isFile(real))) files.push({ name, file: real });
      else leaveOut(file, 'it is not a file');
    }
  };
  visit(folder, '', []);
  return { files, problems };
}

const stat = (name: string): fs.Stats | undefined => fs.statSync(name, { throwIfNoEntry: false });
const isFolder = (name: string): boolean => stat(name)?.isDirectory() === true;
const isFile = (name: string): boolean => stat(name)?.isFile() === true;
