import path from 'node:path';
import { ModelyardError } from '../../errors';
import type { DebugEnd, DebugLaunch } from '../../protocol/debug';
import type { PipelineRunId } from '../../protocol/ids';
import type { StepConfig } from '../../protocol/workspaceConfig';
import type { DebugCommand } from '../../shell/debugCommand';
import { debugCommand } from '../../shell/debugCommand';
import type { CommandOptions } from '../step/command';
import { endMarked } from '../processes/markedProcesses';
import { SecretMask } from '../step/secretMask';
import type { DebugSessions } from './debugSessions';
import { ExitCode } from './exitCode';
import { findExecutable } from './findExecutable';

/** A client that has a debugger, for one step. */
export interface Debugger {
  readonly id: PipelineRunId;
  readonly sessions: Pick<DebugSessions, 'during'>;
  /** Asks it to start the command; what becomes of it is said through the sessions. */
  readonly launch: (launch: DebugLaunch) => void;
}

const possible =
  'What can be debugged are commands like `python train.py --epochs 3`, `python -m package.train` and `node train.js`.';

/** @throws ModelyardError `params.invalid` for a step that no debugger can start, with what one can */
export function debuggable(name: string, step: StepConfig | undefined, key: string): DebugCommand {
  const refuse = (why: string): never => {
    throw new ModelyardError('params.invalid', `Step ${name} cannot be debugged: ${why}.`, {
      place: { file: 'modelyard.yaml', key },
      fix: possible,
    });
  };
  if (step === undefined) return refuse('there is no such step');
  if (step.uses !== 'run') return refuse(`\`uses: ${step.uses}\` is Modelyard’s own, with no command of yours in it`);
  if (step.executor !== undefined && step.executor !== 'local') return refuse('it runs elsewhere');
  const command = debugCommand(step.run);
  return 'refused' in command ? refuse(command.refused) : command;
}

/**
 * Runs a step's command under a client's debugger, in the folder and with the variables of a real run; its log, its
 * end, and what it leaves running are treated as there.
 * @param options the command as a shell would be given it
 * @param seat where it runs: the client's debugger and an own folder
 * @throws ModelyardError `step.failed` with the exit code, or when the debugger could not start it; `cancelled`
 */
export async function runDebugged(
  options: CommandOptions,
  seat: { readonly name: string; readonly debug: Debugger; readonly folder: string },
  signal: AbortSignal,
): Promise<void> {
  const { name, debug, folder } = seat;
  const command = debugCommand(options.command);
  if ('refused' in command)
    throw new ModelyardError('step.failed', `Step ${name} cannot be debugged: ${command.refused}.`, { fix: possible });
  const exit = new ExitCode(path.join(folder, '.debug'));
  if (command.runtime === 'node') await exit.prepare();
  const launch = await launchOf(command, { options, name, debug, exit });
  const mask = new SecretMask(options.secrets);
  const take = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    options.log.write(bytes);
    options.onOutput(bytes.toString('utf8').trimEnd().split('\n').at(-1) ?? '');
  };
  options.log.write(`Under the debugger: ${options.command}\n`);
  try {
    const ended = debug.sessions.during(
      { id: debug.id, step: name },
      { onOutput: text => take(mask.take(Buffer.from(text))) },
      signal,
    );
    debug.launch(launch);
    const how = await ended;
    take(mask.rest());
    judge(options.command, { ...how, code: (await exit.read()) ?? how.code });
  } finally {
    await endMarked([options.marks]);
  }
}

async function launchOf(
  command: DebugCommand,
  {
    options: { cwd, env, marks },
    name,
    debug,
    exit,
  }: { readonly options: CommandOptions; readonly name: string; readonly debug: Debugger; readonly exit: ExitCode },
): Promise<DebugLaunch> {
  const { runtime, program, target, args } = command;
  const isNode = runtime === 'node';
  const whole = { ...process.env, ...env, ...marks, ...command.env, ...(isNode && exit.env) };
  const executable = await findExecutable(program, { cwd, env: whole });
  if (executable === undefined)
    throw new ModelyardError('step.failed', `There is no ${program} on the PATH.`, {
      fix: 'Install it, or write where it is: `.venv/bin/python train.py`.',
    });
  return {
    id: debug.id,
    step: name,
    runtime,
    executable,
    runtimeArgs: [...(isNode ? exit.runtimeArgs : []), ...command.runtimeArgs],
    target: 'file' in target ? { file: path.resolve(cwd, target.file) } : target,
    args,
    cwd,
    env: Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, value ?? null])),
  };
}

/** @throws ModelyardError unless it ended by itself, and well */
function judge(command: string, { code, problem }: Pick<DebugEnd, 'problem'> & { code: number | undefined }): void {
  if (problem !== undefined)
    throw new ModelyardError('step.failed', `The debugger has not started \`${command}\`: ${problem}`);
  if (code === undefined)
    throw new ModelyardError('step.failed', `\`${command}\` ended under the debugger without an exit code.`, {
      fix: 'Something has killed it: its log may tell what.',
    });
  if (code !== 0)
    throw new ModelyardError('step.failed', `\`${command}\` ended with exit code ${code}, under the debugger.`, {
      fix: 'The whole output is in the step’s log.',
    });
}
