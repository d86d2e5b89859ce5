import { spawn } from 'node:child_process';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { Marks } from '../processes/markedProcesses';
import { endMarked } from '../processes/markedProcesses';
import { endTree, killTree } from '../processes/processTree';
import type { StepResources } from '../../protocol/resources';
import { watchProcesses } from '../resources/watchProcesses';
import { SecretMask } from './secretMask';
import type { StepLog } from './stepLog';

export interface CommandOptions {
  readonly command: string;
  readonly cwd: string;
  /** Added to the engine's own environment; undefined: taken out of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Added as well. What carries them is ended with the command, wherever it has hidden. */
  readonly marks: Marks;
  /** Shown nowhere, though the command may print them. */
  readonly secrets: readonly string[];
  readonly log: StepLog;
  /** Called for each chunk of output, with its last line. */
  readonly onOutput: (lastLine: string) => void;
  /** What it and all that it started took, as far as the operating system tells. */
  readonly onResources?: (used: StepResources) => void;
}

/**
 * Runs a `run:` command in a shell until it and all that it started has ended.
 * @throws ModelyardError `step.failed` with exit code and the last lines, `cancelled`
 */
export async function runCommand(options: CommandOptions, signal: AbortSignal): Promise<void> {
  const child = spawn(options.command, {
    shell: true,
    cwd: options.cwd,
    env: { ...process.env, ...options.env, ...options.marks },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const watch = child.pid === undefined ? undefined : watchProcesses(child.pid);
  const last = new LastLines();
  const take = (chunk: Buffer): void => {
    if (chunk.length === 0) return;
    options.log.write(chunk);
    last.add(chunk);
    options.onOutput(last.lines.at(-1) ?? '');
  };
  const masks = [child.stdout, child.stderr].map(stream => {
    const mask = new SecretMask(options.secrets);
    stream.on('data', (chunk: Buffer) => take(mask.take(chunk)));
    return mask;
  });
  const abort = (): void => endTree(child);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    const { code, killedBy } = await new Promise<{ code: number | null; killedBy: string | null }>(
      (resolve, reject) => {
        child.once('error', reject);
        // `exit`, not `close`: a child left behind may hold the pipes open for ever.
        child.once('exit', (exitCode, exitSignal) => resolve({ code: exitCode, killedBy: exitSignal }));
      },
    );
    await drained(child.stdout, child.stderr);
    for (const mask of masks) take(mask.rest());
    throwIfAborted(signal);
    if (code !== 0)
      throw failed(
        options.command,
        code === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with exit code ${code}`,
        last,
      );
  } finally {
    signal.removeEventListener('abort', abort);
    const used = watch?.end();
    if (used) options.onResources?.(used);
    killTree(child, 'SIGKILL'); // whatever it left running
    await endMarked([options.marks]); // and what has left its group (`setsid`, a daemon)
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Gives output that is still in the pipes a moment to arrive. */
async function drained(...streams: readonly NodeJS.ReadableStream[]): Promise<void> {
  const ended = streams
    .filter(stream => stream.readable)
    .map(stream => new Promise<void>(resolve => void stream.once('end', resolve)));
  await Promise.race([Promise.all(ended), new Promise(resolve => setTimeout(resolve, 200))]);
}

function failed(command: string, how: string, last: LastLines): ModelyardError {
  const said = last.lines.slice(-5);
  return new ModelyardError(
    'step.failed',
    `\`${shorten(command)}\` ${how}.${said.length > 0 ? ` It said: ${said.join(' ⏎ ')}` : ''}`,
    {
      fix: isFull.test(`${how} ${said.join(' ')}`)
        ? 'There is no room for it on the disk: free some, or raise the limit on the size of files; then `modelyard run --resume` goes on from here.'
        : 'The whole output is in the step’s log.',
    },
  );
}

/** How the tools of this world say that there is no room. */
const isFull =
  /No space left on device|Disk quota exceeded|ENOSPC|SIGXFSZ|exit code 153|File too large|not enough space on the disk/i;

const shorten = (command: string): string => (command.length > 120 ? `${command.slice(0, 117)}…` : command);

/** Of a very long line its beginning and its end. */
const readable = (line: string): string => (line.length > 300 ? `${line.slice(0, 150)} … ${line.slice(-150)}` : line);

/** The last lines of an output, each cut to a readable length; the last may be unfinished. */
class LastLines {
  lines: readonly string[] = [];
  private partial = '';

  add(chunk: Buffer): void {
    const parts = (this.partial + chunk.subarray(-8192).toString('utf8')).split(/\r?\n|\r/);
    this.partial = (parts.pop() ?? '').slice(-300);
    const finished = [...this.finished, ...parts.map(readable)].filter(line => line.trim() !== '');
    this.finished = finished.slice(-5);
    this.lines = this.partial.trim() === '' ? this.finished : [...this.finished, this.partial];
  }

  private finished: readonly string[] = [];
}
