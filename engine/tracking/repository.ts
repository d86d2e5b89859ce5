import { throwIfAborted } from '../errors';
import { git } from './git';
import type { GitOutput } from './git';
import { redact, SECRET_FILES } from './secrets';

/** The state of the repository around a folder. Absent members could not be found out. */
export interface RepositoryState {
  readonly commit?: string;
  readonly branch?: string;
  /** Without a password. */
  readonly remote?: string;
  readonly dirty?: boolean;
  /** Paths from the top of the repository; at most 1,000. */
  readonly changed: readonly string[];
  readonly untracked: readonly string[];
  /** The changes of tracked files since the commit, without files that hold secrets and with secrets taken out. */
  readonly diff?: string;
  readonly diffCut: boolean;
  /** Something in the diff looked like a secret: it is not what was there. */
  readonly diffRedacted?: boolean;
  /** Why something is absent. */
  readonly problem?: string;
}

export interface RepositoryOptions {
  readonly folder: string;
  readonly diffBytes: number;
  readonly timeoutMs: number;
  /** Files and folders that are no code, relative to the folder: data, what steps make. Not in the diff. */
  readonly leaveOut?: readonly string[];
}

const LISTED = 1_000;
/** Read beyond the bound, so that a secret at the cut is seen whole. */
const MARGIN = 65_536;

/** Reads the state of the repository; outside of one, or without git, `problem` says so. */
export async function readRepository(options: RepositoryOptions, signal: AbortSignal): Promise<RepositoryState> {
  const run = async (args: readonly string[], maxBytes = MARGIN): Promise<GitOutput> => {
    const output = await git({ folder: options.folder, args, maxBytes, timeoutMs: options.timeoutMs }, signal);
    throwIfAborted(signal);
    return output;
  };
  const inside = await run(['rev-parse', '--is-inside-work-tree']);
  if (inside.text?.trim() !== 'true')
    return { changed: [], untracked: [], diffCut: false, problem: inside.problem ?? 'Not in a work tree.' };
  const [commit, branch, remote, status] = await Promise.all([
    run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
    run(['symbolic-ref', '--quiet', '--short', 'HEAD']),
    run(['config', '--get', 'remote.origin.url']),
    run(['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=normal'], 4 << 20),
  ]);
  const { changed, untracked } = readStatus(status);
  const hasCommit = commit.text !== undefined && commit.text.trim() !== '';
  const against = hasCommit ? 'HEAD' : '--cached';
  const difference =
    changed.length === 0 ? undefined : await run(diffArguments(against, options.leaveOut), options.diffBytes + MARGIN);
  return {
    ...present('commit', commit.text),
    ...present('branch', branch.text),
    ...present('remote', remote.text === undefined ? undefined : redact(remote.text)),
    ...(status.text !== undefined && { dirty: changed.length + untracked.length > 0 }),
    changed: changed.slice(0, LISTED),
    untracked: untracked.slice(0, LISTED),
    ...cleanDiff(difference, options.diffBytes),
    ...present('problem', status.problem ?? difference?.problem),
  };
}

const present = <Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> => {
  const text = value?.trim() ?? '';
  const result: Partial<Record<string, string>> = text === '' ? {} : { [key]: text };
  return result;
};

const diffArguments = (against: string, leaveOut: readonly string[] = []): readonly string[] => [
  'diff',
  against,
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-renames', // a renamed file would show lines of the one that is left out
  '--submodule=short',
  '--src-prefix=a/', // whatever a person's config says
  '--dst-prefix=b/',
  '--',
  ':/',
  ':(exclude,top,glob)**/.modelyard/**',
  ...SECRET_FILES.map(name => `:(exclude,top,glob,icase)**/${name}`),
  ...leaveOut.map(name => `:(exclude,literal)${name}`),
];

function readStatus(output: GitOutput): { readonly changed: readonly string[]; readonly untracked: readonly string[] } {
  const entries = (output.text ?? '').split('\0').slice(0, -1);
  const isOurs = (path: string): boolean => /(?:^|\/)\.modelyard\//.test(path);
  const paths = (untracked: boolean): readonly string[] =>
    entries
      .filter(entry => entry.startsWith('??') === untracked)
      .map(entry => entry.slice(3))
      .filter(path => !isOurs(path));
  return { changed: paths(false), untracked: paths(true) };
}

/** Cut at a line, after the secrets have been taken out. */
function cleanDiff(
  output: GitOutput | undefined,
  bytes: number,
): Pick<RepositoryState, 'diff' | 'diffCut' | 'diffRedacted'> {
  if (output?.text === undefined || output.text === '') return { diffCut: false };
  // an unfinished last line may be an unfinished secret
  const whole = output.cut ? output.text.slice(0, output.text.lastIndexOf('\n') + 1) : output.text;
  const redacted = redact(whole);
  const clean = Buffer.from(redacted);
  const changed = redacted === whole ? {} : { diffRedacted: true };
  if (clean.length <= bytes) return { diff: clean.toString('utf8'), diffCut: output.cut, ...changed };
  const end = clean.subarray(0, bytes).lastIndexOf(0x0a) + 1;
  return { diff: clean.subarray(0, end).toString('utf8'), diffCut: true, ...changed };
}
