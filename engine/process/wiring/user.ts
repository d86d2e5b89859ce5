import { userInfo } from 'node:os';
import type { Person } from '../../protocol/approvals';
import { git } from '../../tracking/git';

/** Who this engine works for, as the system knows them. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? 'unknown'; // an id without an account, as in containers
  }
}

/**
 * The same with the address that git is configured with here, asked anew each time, and where it has that from: an address
 * that only this folder's configuration names is as easily borrowed as it is written. `GIT_AUTHOR_EMAIL` is not asked: it
 * would be that of whoever has started the engine, not of who calls it.
 */
export async function personHere(folder: string, account: string): Promise<Person> {
  const args = ['config', '--show-scope', '--get', 'user.email'];
  const { text = '' } = await git({ folder, args, maxBytes: 2_000, timeoutMs: 5_000 }, new AbortController().signal);
  const [, scope, email] = /^(\S+)\t(\S+)/.exec(text) ?? [];
  if (scope === undefined || email === undefined) return { account };
  return { account, email, emailFrom: scopes.get(scope) ?? 'account' };
}

/** Of git's scopes those that are not the account's or the machine's. */
const scopes: ReadonlyMap<string, NonNullable<Person['emailFrom']>> = new Map([
  ['local', 'repository'],
  ['worktree', 'repository'],
  ['command', 'environment'],
]);
