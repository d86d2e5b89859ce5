import { execFile } from 'node:child_process';
import { ModelyardError } from '../../../errors';

/**
 * What git answers. Its own variables stay: in a hook they name the index of the commit that is being made.
 * @throws ModelyardError `params.invalid` when git is not there, or the folder is none of git's
 */
export function askGit(folder: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      { cwd: folder, maxBuffer: 64 << 20, windowsHide: true },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
      else reject(new ModelyardError('params.invalid', `git ${args[0] ?? ''} has failed: ${stderr.trim() || error.message}`, { cause: error })); // prettier-ignore
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** Empty when git has no answer. */
export const askGitOr = (folder: string, args: readonly string[]): Promise<string> =>
  askGit(folder, args).then(
    text => text.trim(),
    () => '',
  );
