import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';

/** Who works in a folder: the name that git signs commits with there, else that of the account. */
export const gitUser = (folder: string): Promise<string> =>
  new Promise(resolve => {
    execFile('git', ['config', 'user.name'], { cwd: folder, timeout: 5000 }, (error, stdout) => {
      const name = error ? '' : stdout.trim();
      resolve(name === '' ? accountName() : name);
    });
  });

/** An id without an account, as in containers, has no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? '';
  }
}
