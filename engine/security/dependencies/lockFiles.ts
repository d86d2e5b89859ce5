import fs from 'node:fs';
import path from 'node:path';
import type { WalkedFile } from '../audit/walk';
import { packageLockPackages, pnpmPackages, yarnPackages } from './npmLocks';
import type { LockedPackage, LockedPackages } from './packages';
import { pipfilePackages, requirements, tomlPackages } from './pythonLocks';

type Read = (text: string, file: string) => LockedPackages;

const all =
  (read: (text: string, file: string) => readonly LockedPackage[]): Read =>
  (text, file) => ({ packages: read(text, file), open: [] });

const readers: readonly (readonly [name: RegExp, read: Read])[] = [
  [/^(?:package-lock|npm-shrinkwrap)\.json$/, all(packageLockPackages)],
  [/^pnpm-lock\.yaml$/, all(pnpmPackages)],
  [/^yarn\.lock$/, all(yarnPackages)],
  [/^(?:poetry|uv|pdm)\.lock$/, all(tomlPackages)],
  [/^Pipfile\.lock$/, all(pipfilePackages)],
  [/^(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in)$/, requirements],
];

const mostBytes = 64 * 2 ** 20;

export interface FoundLocks extends LockedPackages {
  readonly files: readonly string[];
  /** Lock files that could not be read, and why. */
  readonly unreadable: readonly { readonly file: string; readonly why: string }[];
}

/** What the lock files among files fix. */
export function lockedPackages(files: readonly WalkedFile[]): FoundLocks {
  const packages: LockedPackage[] = [];
  const open: { file: string; line: number; name: string }[] = [];
  const unreadable: { file: string; why: string }[] = [];
  const read: string[] = [];
  for (const { file, path: full } of files) {
    const reader = readers.find(([name]) => name.test(path.posix.basename(file)))?.[1];
    if (reader === undefined) continue;
    try {
      if (fs.statSync(full).size > mostBytes) throw new Error(`it has more than ${mostBytes} bytes`);
      const found = reader(fs.readFileSync(full, 'utf8'), file);
      packages.push(...found.packages);
      open.push(...found.open);
      read.push(file);
    } catch (error) {
      unreadable.push({ file, why: (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '' });
    }
  }
  return { packages, open, files: read, unreadable };
}
