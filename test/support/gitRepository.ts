import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface GitRepository {
  git(...args: readonly string[]): string;
  /** A new repository in the folder, with all of it committed but what is named; returns the commit. */
  begin(...ignored: readonly string[]): string;
  /** Commits all there is; returns the commit. */
  commit(): string;
}

/** A repository of Git's own, with a person who commits. @param folder asked for at each call */
export function gitRepository(folder: () => string): GitRepository {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', folder(), '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const commit = (): string => {
    git('add', '.');
    git('commit', '-q', '-m', 'next');
    return git('rev-parse', 'HEAD').trim();
  };
  return {
    git,
    commit,
    begin: (...ignored) => {
      rmSync(path.join(folder(), '.git'), { recursive: true, force: true });
      git('init', '-q', '-b', 'trunk');
      writeFileSync(path.join(folder(), '.git', 'info', 'exclude'), ignored.map(line => `${line}\n`).join(''));
      return commit();
    },
  };
}
