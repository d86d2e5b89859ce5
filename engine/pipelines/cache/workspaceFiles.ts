import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../../errors';
import { refuseOutside } from '../../paths';
import type { Digest } from '../../protocol/ids';
import { walkFiles } from '../../walkFiles';
import { fixedFolder, isPattern, patternMatcher } from './filePattern';

/** What the file system says of a file, without and with reading it. */
export interface FileReading {
  /** Undefined when there is no file. */
  readonly stamp: (file: string) => Promise<{ readonly stamp: string; readonly modifiedAt: number } | undefined>;
  readonly hash: (file: string, signal: AbortSignal) => Promise<Digest>;
}

/** The digest of a file as it was when it had a stamp. */
export interface StampedDigest {
  readonly stamp: string;
  readonly digest: Digest;
}

/** Digests of files, kept over restarts. */
export interface FileDigests {
  get(file: string): StampedDigest | undefined;
  /** In one commit. */
  keep(found: ReadonlyMap<string, StampedDigest>): void;
}

export interface WorkspaceFilesOptions {
  /** Absolute path. */
  readonly workspace: string;
  readonly reading: FileReading;
  readonly known: FileDigests;
}

const mostFiles = 20_000;
/** Files whose digests are kept together: a commit each would cost more than to read them. */
const together = 1000;
/** ms: a file that was written so shortly before may be written again without its times telling. */
const settled = 1000;

/** The digests of files in the workspace. One whose size, times and inode are known is not read again. */
export class WorkspaceFiles {
  constructor(private readonly options: WorkspaceFilesOptions) {}

  /**
   * Files, folders and patterns as files with their digests, by path with `/`; one that is not there: `missing`.
   * @throws ModelyardError `config.invalid` when one leads out of the workspace, or there are too many files; `cancelled`
   */
  async digests(named: readonly string[], signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const found = new Map<string, string>();
    const learnt = new Map<string, StampedDigest>();
    try {
      for (const [i, name] of named.entries()) {
        const files = await this.filesOf({ named: name, key: `deps.${i}` }, signal);
        if (files.length === 0 && !isPattern(name)) found.set(name, 'missing');
        for (const file of files) {
          if (found.has(file)) continue;
          found.set(file, (await this.look(file, learnt, signal)) ?? 'missing');
          if (learnt.size >= together) this.keep(learnt);
        }
      }
    } finally {
      this.keep(learnt); // what has been read need not be read again, also when this was cancelled
    }
    return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Undefined when it is not there (any more). */
  async digest(file: string, signal: AbortSignal): Promise<Digest | undefined> {
    const learnt = new Map<string, StampedDigest>();
    const found = await this.look(file, learnt, signal);
    this.keep(learnt);
    return found;
  }

  private async look(
    file: string,
    learnt: Map<string, StampedDigest>,
    signal: AbortSignal,
  ): Promise<Digest | undefined> {
    const { workspace, reading, known } = this.options;
    const absolute = path.resolve(workspace, file);
    const found = await reading.stamp(absolute);
    if (found === undefined) return undefined;
    const before = known.get(file);
    if (before?.stamp === found.stamp) return before.digest;
    const digest = await reading.hash(absolute, signal);
    const after = await reading.stamp(absolute);
    if (after?.stamp === found.stamp && Date.now() - found.modifiedAt > settled)
      learnt.set(file, { stamp: found.stamp, digest });
    return digest;
  }

  private keep(learnt: Map<string, StampedDigest>): void {
    if (learnt.size > 0) this.options.known.keep(learnt);
    learnt.clear();
  }

  /** Relative to the workspace. */
  private async filesOf(
    { named, key }: { named: string; key: string },
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { workspace } = this.options;
    const name = path.posix.normalize(named).replace(/\/$/, '');
    const folder = isPattern(name) ? fixedFolder(name) : name;
    await refuseOutside(workspace, { file: folder === '' ? '.' : folder, shown: named, key });
    const info = await stat(path.resolve(workspace, folder)).catch(() => undefined);
    if (info === undefined) return [];
    if (!info.isDirectory()) return isPattern(name) ? [] : [name];
    const matches = isPattern(name) ? patternMatcher(name) : () => true;
    const files: string[] = [];
    for await (const file of walkFiles(workspace, folder, signal)) {
      if (!matches(file)) continue;
      files.push(file);
      if (files.length > mostFiles)
        throw new ModelyardError('config.invalid', `\`${named}\` names more than ${mostFiles} files.`, {
          place: { file: 'modelyard.yaml', key },
          fix: 'Name the files that the command really reads.',
        });
    }
    return files.sort();
  }
}
