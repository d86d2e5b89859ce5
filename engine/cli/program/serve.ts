import { Option, type Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';

/** The engine for other programs, and its end. */
export interface ServeHandlers {
  serve(options: GlobalOptions & { port: number; token?: string | false }): Promise<void>;
  exec(options: GlobalOptions, command: readonly string[]): Promise<void>;
  stop(options: GlobalOptions & { now?: boolean; timeout: number }): Promise<void>;
}

export function addServe(add: Add, program: Command, handlers: ServeHandlers): void {
  add(program, 'serve', 'serve the MLflow tracking API on 127.0.0.1 until told to end')
    .addOption(new Option('--port <n>', '0: any free one').default(0).argParser(wholeNumber(0, 65_535)))
    .option('--token <token>', 'what clients must show (default: $MLFLOW_TRACKING_TOKEN, else a new one)')
    .option('--no-token', 'let every local program in')
    .action((_: unknown, command: Command) => handlers.serve(command.optsWithGlobals()));
  add(
    program,
    'exec <command...>',
    'run a command whose MLflow client logs to this folder: modelyard exec -- python train.py',
  )
    .passThroughOptions()
    .action((words: string[], _: unknown, command: Command) => handlers.exec(command.optsWithGlobals(), words));
}

export function addStop(add: Add, program: Command, handlers: ServeHandlers): void {
  add(program, 'stop', 'end the engine of the folder once nothing runs')
    .option('--now', 'cancel what runs')
    .addOption(
      new Option('--timeout <seconds>', 'wait for its end so long').default(30).argParser(wholeNumber(0, 604_800)),
    )
    .action((_: unknown, command: Command) => handlers.stop(command.optsWithGlobals()));
}
