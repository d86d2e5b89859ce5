import path from 'node:path';
import { throwIfAborted } from '../../../errors';
import type { Confines } from '../confines';
import { filesBelow } from '../fileTree';

/** The files of a project at one moment: those of the folder, or those of a commit. Names have `/`. */
export interface ProjectTree {
  /** All names below a folder ('' for the top), as names within the project. */
  below(folder: string): Promise<readonly string[]>;
  has(name: string): Promise<boolean>;
  /** Undefined: it is not there. @throws ModelyardError `data.unreadable` */
  text(name: string): Promise<string | undefined>;
}

/** Files of parameters and metrics are small. */
const MOST = 16 << 20;

/** Folders of tools, which hold many files and nothing of the project. */
const isElsewhere = (name: string): boolean =>
  name.startsWith('.') || ['node_modules', 'venv', '__pycache__', 'mlruns', 'wandb'].includes(name);

/** The folder as it is now. */
export class FolderTree implements ProjectTree {
  constructor(
    private readonly root: string,
    private readonly confines: Confines,
  ) {}

  below(folder: string): Promise<readonly string[]> {
    const at = path.join(this.root, folder);
    const { files } = filesBelow(at, this.confines, isElsewhere);
    return Promise.resolve(files.map(({ name }) => (folder === '' ? name : `${folder}/${name}`)));
  }

  has(name: string): Promise<boolean> {
    return Promise.resolve(this.confines.inside(path.join(this.root, name)) !== undefined);
  }

  async text(name: string): Promise<string | undefined> {
    return (await this.has(name)) ? this.confines.text(path.join(this.root, name), MOST) : undefined;
  }
}

/** Runs a command of git in the project that only reads; undefined when it fails. */
export type Git = (args: readonly string[], signal: AbortSignal) => Promise<string | undefined>;

/** A commit, and what DVC keeps of it in its cache. */
export class CommitTree implements ProjectTree {
  private names: Promise<readonly string[]> | undefined;

  constructor(
    private readonly options: {
      readonly git: Git;
      readonly commit: string;
      readonly signal: AbortSignal;
      /** Text of a file that git does not keep, by its name. */
      readonly cached: (name: string) => Promise<string | undefined>;
    },
  ) {}

  async below(folder: string): Promise<readonly string[]> {
    const names = await this.list();
    return folder === '' ? names : names.filter(name => name.startsWith(`${folder}/`));
  }

  async has(name: string): Promise<boolean> {
    return (await this.list()).includes(name);
  }

  async text(name: string): Promise<string | undefined> {
    const { git, commit, signal, cached } = this.options;
    throwIfAborted(signal);
    if (!(await this.has(name))) return cached(name);
    return git(['cat-file', 'blob', `${commit}:./${name}`], signal);
  }

  private list(): Promise<readonly string[]> {
    const { git, commit, signal } = this.options;
    this.names ??= git(['ls-tree', '-r', '-z', '--name-only', commit], signal).then(text =>
      (text ?? '').split('\0').filter(name => name !== ''),
    );
    return this.names;
  }
}
