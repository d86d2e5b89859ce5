import { Option } from 'commander';
import type { Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';

export interface ServedModelHandlers {
  serveModel(options: GlobalOptions & { port: number; token?: boolean }, target: string): Promise<void>;
  testServing(options: GlobalOptions & TestServingFlags, names: { model: string; version: string }): Promise<void>;
}

export interface TestServingFlags {
  readonly seconds?: number;
  readonly connections?: number;
}

export function addServedModels(add: Add, program: Command, handlers: ServedModelHandlers): void {
  add(
    program,
    'serve-model <model@at>',
    'answer for a model over HTTP until Ctrl+C: credit-risk@production (a stage), credit-risk@@champion (an alias), credit-risk@3',
  )
    .addOption(
      new Option('--port <n>', 'the port on 127.0.0.1; 0: any free one').default(0).argParser(wholeNumber(0, 65_535)),
    )
    .option('--no-token', 'let in whoever reaches the port (default: MODELYARD_SERVING_TOKEN, else a new token)')
    .action((target: string, _: unknown, command: Command) => handlers.serveModel(command.optsWithGlobals(), target));
  add(
    program,
    'test-serving <model> <version>',
    'serve a version for itself: ask once, put it under load, roll it back under load; 1: something failed',
  )
    .addOption(new Option('--seconds <n>', 'of load (default: 5)').argParser(wholeNumber(1, 3600)))
    .addOption(new Option('--connections <n>', 'clients at a time (default: 4)').argParser(wholeNumber(1, 1000)))
    .action((...[model, version, , command]: [string, string, unknown, Command]) =>
      handlers.testServing(command.optsWithGlobals(), { model, version }),
    );
}
