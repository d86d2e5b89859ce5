import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ModelyardError } from '../../errors';
import type { HttpEndpoint } from '../../protocol/engine';
import { findPlace, requireWorkspace } from '../commandContext';
import type { Invocation } from '../invocation';
import { withEngine } from '../invocation';

/**
 * `modelyard exec -- CMD`: runs a command with the surroundings in which a stock MLflow client logs to this folder. The
 * exit code is the command's; 128 and the signal's number when a signal has ended it, as shells have it.
 */
export function execCommand({ options, io }: Invocation, words: readonly string[]): Promise<number> {
  const place = findPlace(options, io.cwd);
  requireWorkspace(place);
  return withEngine(place, async client =>
    run(words, { cwd: io.cwd, endpoint: await client.call('engine/listen', {}) }),
  );
}

function run(
  [command = '', ...args]: readonly string[],
  { cwd, endpoint }: { cwd: string; endpoint: HttpEndpoint },
): Promise<number> {
  const child = spawn(command, args, {
    cwd,
    stdio: 'inherit',
    env: {
      ...process.env,
      MLFLOW_TRACKING_URI: endpoint.url,
      ...(endpoint.token !== undefined && { MLFLOW_TRACKING_TOKEN: endpoint.token }),
    },
  });
  // A terminal's Ctrl+C reaches the command by itself, and it decides; anything else is handed on.
  const wait = (): void => undefined;
  const end = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', end).on('SIGHUP', end);
  return new Promise<number>((resolve, reject) => {
    child.once('error', cause => reject(cannotStart(command, cause)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  }).finally(() => process.off('SIGINT', wait).off('SIGTERM', end).off('SIGHUP', end));
}

const cannotStart = (command: string, cause: Error): ModelyardError =>
  new ModelyardError('not-found', `${command} cannot be started: ${cause.message}.`, {
    cause,
    fix: 'Write the command after two dashes, such as `modelyard exec -- python train.py`.',
  });
