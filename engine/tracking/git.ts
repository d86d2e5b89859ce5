import { spawn } from 'node:child_process';

export interface GitCall {
  readonly folder: string;
  readonly args: readonly string[];
  /** More output is not read. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export interface GitOutput {
  /** Undefined: git is not there, took too long, or failed. */
  readonly text: string | undefined;
  readonly cut: boolean;
  /** Why there is no text: git's own words, or ours. */
  readonly problem: string | undefined;
}

const MISLEADING = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_EXTERNAL_DIFF', 'GIT_PREFIX'];

/** Git must not be led to another repository, ask for a password, or run what a repository's config names. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !MISLEADING.includes(name));
  return { ...Object.fromEntries(inherited), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}
const GUARDS = ['--no-optional-locks', '--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.quotepath=off'];

/** Runs a command of git that only reads; every failure is an answer. Ends with the signal, without an answer. */
export function git(call: GitCall, signal: AbortSignal): Promise<GitOutput> {
  return new Promise(resolve => {
    const child = spawn('git', [...GUARDS, '-C', call.folder, ...call.args], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let complaint = '';
    let problem: string | undefined;
    const stop = (why: string): void => {
      problem ??= why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => stop(`git took longer than ${call.timeoutMs} ms.`), call.timeoutMs);
    const onAbort = (): void => stop('Cancelled.');
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    child.stdout.on('data', (chunk: Buffer) => {
      if (size < call.maxBytes) chunks.push(chunk);
      size += chunk.length;
      if (size > call.maxBytes) child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (complaint.length < 1_000) complaint += chunk.toString('utf8');
    });
    const end = (failure: string | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      const cut = size > call.maxBytes;
      const why = problem ?? (cut ? undefined : failure);
      const text = Buffer.concat(chunks).subarray(0, call.maxBytes).toString('utf8');
      resolve({ text: why === undefined ? text : undefined, cut, problem: why });
    };
    child.on('error', error => end(`git cannot be run: ${error.message}`));
    child.on('close', code => end(code === 0 ? undefined : (complaint.split('\n')[0] ?? '').slice(0, 500)));
  });
}
