import { execFile } from 'node:child_process';
import { ModelyardError } from '../../../errors';

/**
 * What git answers. Its own variables stay: in a hook they name the index of the commit that is being made.
 * @throws ModelyardError `params.invalid` when git is not there, or the folder is none of git's
 */
export const askGit = async (folder: string, args: readonly string[], input = ''): Promise<string> =>
  (await askGitBytes(folder, args, input)).toString('utf8');

/** The same as bytes. @throws ModelyardError as `askGit` */
export function askGitBytes(folder: string, args: readonly string[], input: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      { cwd: folder, maxBuffer: 64 << 20, windowsHide: true, encoding: 'buffer' },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
      else reject(new ModelyardError('params.invalid', `git ${args[0] ?? ''} has failed: ${stderr.toString('utf8').trim() || error.message}`, { cause: error })); // prettier-ignore
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
