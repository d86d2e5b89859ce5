/** Where a package is from, in OSV's words. */
export type Ecosystem = 'npm' | 'PyPI';

/** A package that a lock file fixes to one version. */
export interface LockedPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  /** The lock file, relative to the workspace, and the line (from 1) that fixes it. */
  readonly file: string;
  readonly line: number;
  /** Where it lies below the folder of the lock file: `node_modules/a`; npm only. */
  readonly folder?: string;
}

export interface LockedPackages {
  readonly packages: readonly LockedPackage[];
  /** What names a package without fixing its version: line and text. */
  readonly open: readonly { readonly file: string; readonly line: number; readonly name: string }[];
}

/** Where a text stands, by line; each is looked for after the one before. */
export class LineFinder {
  private at = 0;
  private line = 1;

  constructor(private readonly text: string) {}

  /** The line of the next place of a text; when there is none after the last, of the first. */
  next(wanted: string): number {
    let found = this.text.indexOf(wanted, this.at);
    if (found < 0) {
      found = this.text.indexOf(wanted);
      if (found < 0) return 1;
      this.at = 0;
      this.line = 1;
    }
    for (let i = this.text.indexOf('\n', this.at); i >= 0 && i < found; i = this.text.indexOf('\n', i + 1))
      this.line += 1;
    this.at = found;
    return this.line;
  }
}

/** PEP 503: runs of `-`, `_` and `.` are one `-`. */
export const pythonName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
