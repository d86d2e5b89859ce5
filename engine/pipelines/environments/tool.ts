import { spawn } from 'node:child_process';
import { throwIfAborted } from '../../errors';
import type { Marks } from '../processes/markedProcesses';
import { endTree, killTree } from '../processes/processTree';
import { withoutPasswords } from './withoutPasswords';

/** Where a step's tools print to; what they are started with besides, by which those are found that outlive their engine. */
export interface ToolLog {
  write(text: string | Uint8Array): void;
  readonly marks?: Marks;
}

export interface ToolCall {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Gets what it prints. */
  readonly log?: ToolLog;
}

export interface ToolResult {
  /** Null: it could not be started, or was ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  /** The end of both outputs. */
  readonly said: string;
}

const mostKept = 4_000_000;

/** Runs a tool that makes or describes an environment to its end. Rejects only when it is cancelled. */
export async function runTool({ file, args, cwd, log }: ToolCall, signal: AbortSignal): Promise<ToolResult> {
  throwIfAborted(signal);
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...log?.marks },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const printed = { stdout: '', both: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    if (printed.stdout.length < mostKept) printed.stdout += chunk.toString('utf8');
    printed.both = (printed.both + chunk.toString('utf8')).slice(-8000);
    log?.write(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.both = (printed.both + chunk.toString('utf8')).slice(-8000);
    log?.write(chunk);
  });
  const abort = (): void => endTree(child);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const code = await new Promise<number | null>(resolve => {
      child.once('error', () => resolve(null));
      child.once('close', resolve);
    });
    throwIfAborted(signal);
    return { code, stdout: printed.stdout, said: printed.both };
  } finally {
    signal.removeEventListener('abort', abort);
    killTree(child, 'SIGKILL');
  }
}

/** Its last lines, as one. */
export const lastSaid = (said: string): string =>
  withoutPasswords(said)
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .slice(-3)
    .join(' ⏎ ')
    .slice(-600);
