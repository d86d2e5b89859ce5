import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/** What would lead git to another repository, or have it run something. */
const misleading = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_EXTERNAL_DIFF',
  'GIT_PREFIX',
  'GIT_CONFIG_PARAMETERS',
];
const quiet = {
  ...{ GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1' },
  LC_ALL: 'C',
};
const guards = ['--no-optional-locks', '--no-pager', '--literal-pathspecs', '-c', 'core.fsmonitor=false', '-c', 'protocol.allow=never']; // prettier-ignore

/** A command of git that only reads what is in the folder's repository; it ends with this process, whose pipes it writes to. */
export function gitProcess(folder: string, args: readonly string[]): ChildProcessWithoutNullStreams {
  const inherited = Object.entries(process.env).filter(([name]) => !misleading.includes(name));
  return spawn('git', [...guards, '-C', folder, ...args], {
    env: { ...Object.fromEntries(inherited), ...quiet },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
}

/** How a command ended: undefined when well, else its words. */
export function endOf(child: ChildProcessWithoutNullStreams): Promise<string | undefined> {
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 1000) complaint += chunk.toString('utf8');
  });
  child.stdin.on('error', () => undefined); // it has ended: its exit tells why
  return new Promise(resolve => {
    child.once('error', error => resolve(`git cannot be started (${error.message})`));
    child.once('close', code => {
      const [first = ''] = complaint
        .replace(/^fatal: /, '')
        .trim()
        .split('\n');
      resolve(code === 0 ? undefined : first === '' ? `git ended with ${code ?? 'a signal'}` : first);
    });
  });
}
