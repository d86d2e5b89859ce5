import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { bundles } from './bundles';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let built: Promise<string> | undefined;
/** The `modelyard` command of the sources as they are; the same for all tests of a file. */
export const cliFile = async (): Promise<string> => path.join(await (built ??= bundles()), 'cli.js');

/** Starts `modelyard`; killed after the test. */
export async function start(
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<ChildProcess> {
  const cli = await cliFile();
  const child = spawn(process.execPath, [cli, ...args], { cwd, env: { ...process.env, FORCE_COLOR: '', ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => void out.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => void err.push(chunk.toString()));
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { code, stdout: out.join(''), stderr: err.join('') };
}

export const modelyard = async (args: readonly string[], cwd: string, env?: Record<string, string>): Promise<Outcome> =>
  outcomeOf(await start(args, cwd, env));
