import { CommanderError } from 'commander';
import pico from 'picocolors';
import { toWireError } from '../errors';
import type { WireError } from '../protocol/errors';
import type { GlobalOptions } from './commandContext';
import { checkCommand, copyCommand } from './commands/database';
import { modelsCommand, promoteCommand } from './commands/models';
import { runCommand } from './commands/run';
import { runsCommand } from './commands/runs';
import { serveCommand } from './commands/serve';
import { stopCommand } from './commands/stop';
import { exportFileCommand, exportServerCommand, importCommand } from './commands/transfer';
import { validateCommand } from './commands/validate';
import { errorText } from './errorText';
import { exitCodeOf, exitCodes } from './exitCode';
import type { Invocation } from './invocation';
import type { Io } from './io';
import { jsonText } from './json';
import type { Handlers } from './program';
import { createProgram } from './program';

/** Runs one command line; the exit code is the result, errors have been said. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let code: number = exitCodes.ok;
  const colors = { out: pico.createColors(io.color.out), err: pico.createColors(io.color.err) };
  const program = createProgram(
    handlers(async (options, command) => {
      code = await command({ io, options, colors });
    }),
  );
  const json = args.includes('--json');
  forEachCommand(program, command =>
    command.configureOutput({ writeOut: io.out, writeErr: json ? () => undefined : io.err }),
  );
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return usageExit(error, { io, json });
    const wire = toWireError(error);
    say(wire, { io, options: { json }, colors });
    return exitCodeOf(wire.code);
  }
}

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

const handlers = (perform: Perform): Handlers => ({
  run: ({ only, ...options }, pipeline) =>
    perform(options, invocation =>
      runCommand(invocation, { ...(pipeline !== undefined && { pipeline }), ...(only !== undefined && { only }) }),
    ),
  validate: (options, names) => perform(options, invocation => validateCommand(invocation, names)),
  runs: options => perform(options, invocation => runsCommand(invocation, options)),
  models: (options, name) => perform(options, invocation => modelsCommand(invocation, name)),
  promote: (options, name, version) =>
    perform(options, invocation => promoteCommand(invocation, { ...options, name, version })),
  serve: ({ token: asked, ...options }) => {
    const token = asked === false ? null : (asked ?? process.env['MLFLOW_TRACKING_TOKEN']);
    return perform(options, invocation =>
      serveCommand(invocation, { port: options.port, ...(token !== undefined && { token }) }),
    );
  },
  import: (options, source) => perform(options, invocation => importCommand(invocation, { ...options, source })),
  exportBundle: (options, file) =>
    perform(options, invocation => exportFileCommand(invocation, { ...options, kind: 'bundle', file })),
  exportCsv: (options, file) =>
    perform(options, invocation => exportFileCommand(invocation, { ...options, kind: 'csv', file })),
  exportMlflow: (options, url) => perform(options, invocation => exportServerCommand(invocation, { ...options, url })),
  copy: (options, to) => perform(options, invocation => copyCommand(invocation, to)),
  check: options => perform(options, checkCommand),
  stop: options => perform(options, invocation => stopCommand(invocation, options.now === true)),
});

/** Help and version end well; anything else that commander stops at was a mistake in the command line. */
function usageExit(error: CommanderError, { io, json }: { io: Io; json: boolean }): number {
  if (error.exitCode === 0) return exitCodes.ok;
  if (json) io.out(jsonText({ error: { code: 'params.invalid', message: error.message.replace(/^error: /, '') } }));
  return exitCodes.usage;
}

function say(error: WireError, { io, options, colors }: Invocation): void {
  if (options.json === true) io.out(jsonText({ error }));
  else io.err(errorText(error, colors.err));
}

function forEachCommand(command: ReturnType<typeof createProgram>, visit: (one: typeof command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}
