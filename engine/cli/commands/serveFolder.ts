import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { findPlace, requireWorkspace } from '../commandContext';
import { sayError } from '../sayError';

export interface ServeFolderFlags {
  readonly host: string;
  readonly port: number;
  readonly allowedHost?: readonly string[];
  /** False: none is asked for. */
  readonly token?: boolean;
  /** Files. */
  readonly key?: readonly string[];
}

/** What the server's process says when it cannot serve. */
const failed = v.pipe(v.string(), v.parseJson(), v.object({ error: v.object({ code: v.string(), message: v.string(), fix: v.optional(v.string()) }) })); // prettier-ignore

/** `modelyard serve-folder`: an exported model over HTTP in the foreground, without a workspace. It is what containers run. */
export async function serveFolderCommand(
  { io, options, colors }: Invocation,
  { folder, host, port, allowedHost, token = true, key }: ServeFolderFlags & { readonly folder: string },
): Promise<number> {
  const at = path.resolve(io.cwd, folder);
  if (!existsSync(at)) throw new ModelyardError('not-found', `There is no folder ${folder}.`, { fix: 'Export a model first: modelyard export model MODEL@STAGE FOLDER.' }); // prettier-ignore
  const named = (process.env['MODELYARD_ALLOWED_HOSTS'] ?? '').split(',').map(one => one.trim()).filter(one => one !== ''); // prettier-ignore
  const allowedHosts = allowedHost ?? named;
  const keys = key?.map(file => path.resolve(io.cwd, file));
  const request = JSON.stringify({ folder: at, host, port, allowedHosts, token, keys, json: options.json === true });
  const { MODELYARD_ENGINE_PID: _, ...env } = process.env;
  const child = spawn(process.execPath, [path.join(__dirname, 'model.js'), 'folder', request], {
    stdio: ['ignore', 'inherit', 'pipe'],
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const end = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  let problem: v.InferOutput<typeof failed>['error'] | undefined;
  createInterface({ input: child.stderr }).on('line', line => {
    const parsed = line.startsWith('{"error"') ? v.safeParse(failed, line) : undefined;
    if (parsed?.success === true) problem = parsed.output.error;
    else io.err(`${line}\n`);
  });
  const { code, signal } = await ended(child);
  for (const one of ['SIGTERM', 'SIGINT'] as const) process.off(one, end);
  if (problem === undefined && code === 0) return exitCodes.ok;
  const { message, fix } = problem ?? {
    message: `The server has ended (${signal ?? `exit code ${code ?? 0}`}).`,
    fix: undefined,
  };
  const isUsage = problem?.code === 'params.invalid';
  const error = new ModelyardError(
    isUsage ? 'params.invalid' : 'step.failed',
    message,
    fix === undefined ? {} : { fix },
  );
  sayError(error.toWire(), { io, options, colors });
  return isUsage ? exitCodes.usage : exitCodes.failed;
}

const ended = (child: ChildProcess): Promise<{ code: number | null; signal: string | null }> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });

export interface ExportModelRequest {
  /** `credit-risk@production` */
  readonly target: string;
  readonly folder: string;
  readonly force: boolean;
}

/** `modelyard export model`: the files of a version, to be served by themselves. */
export async function exportModelCommand(
  invocation: Invocation,
  { target, folder, force }: ExportModelRequest,
): Promise<number> {
  const { io, options } = invocation;
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  const request = { ...servedTarget(target), folder: path.resolve(io.cwd, folder), force };
  const made = await withEngine(place, client => client.call('serving/export', request));
  answer(invocation, {
    json: made,
    text: () => `Version ${made.version} of ${made.model} is in ${folder}: modelyard serve-folder ${folder}\n`,
  });
  return exitCodes.ok;
}

/** `credit-risk@production`, `credit-risk@@champion`, `credit-risk@3`. @throws ModelyardError `params.invalid` */
export function servedTarget(target: string): { readonly model: string; readonly at: string } {
  const [model = '', ...rest] = target.split('@');
  const at = rest.join('@');
  if (model !== '' && at !== '') return { model, at };
  throw new ModelyardError('params.invalid', `${JSON.stringify(target)} does not say which version is to answer.`, {
    fix: 'Write model@stage, model@@alias or model@3.',
    data: { key: 'model@at' },
  });
}
