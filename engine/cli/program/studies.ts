import { Option, type Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import { withGlobals, type Add } from './add';
import { wholeNumber } from './wholeNumber';

/** Searches for the best parameters. */
export interface StudyHandlers {
  studies(options: GlobalOptions & { limit: number }): Promise<void>;
  study(options: GlobalOptions & { limit: number }, study: string): Promise<void>;
  enqueue(options: GlobalOptions, study: string, params: readonly string[]): Promise<void>;
  stopStudy(options: GlobalOptions, study: string): Promise<void>;
  continueStudy(options: GlobalOptions & { trials?: number; seconds?: number }, study: string): Promise<void>;
}

export function addStudies(add: Add, program: Command, handlers: StudyHandlers): void {
  const studies = program.command('studies').description('look at searches for the best parameters, and steer them');
  const limit = (): Option => new Option('--limit <n>', 'at most so many').default(20).argParser(wholeNumber(1, 1000));
  withGlobals(studies.command('list', { isDefault: true }).description('the studies of tune steps, newest first'))
    .addOption(limit())
    .action((_: unknown, command: Command) => handlers.studies(command.optsWithGlobals()));
  add(studies, 'show <study>', 'one study with its trials, the best first')
    .addOption(limit())
    .action((study: string, _: unknown, command: Command) => handlers.study(command.optsWithGlobals(), study));
  add(studies, 'enqueue <study> <params...>', 'have parameters tried next: learner=forest min_rows=3').action(
    (...[study, params, , command]: [string, string[], unknown, Command]) =>
      handlers.enqueue(command.optsWithGlobals(), study, params),
  );
  add(studies, 'stop <study>', 'end a study that is under way; its step goes on with what was found').action(
    (study: string, _: unknown, command: Command) => handlers.stopStudy(command.optsWithGlobals(), study),
  );
  add(studies, 'continue <study>', 'run the step of a study again, which goes on with it')
    .addOption(new Option('--trials <n>', 'so many more trials').argParser(wholeNumber(1, 100_000)))
    .addOption(new Option('--seconds <n>', 'so much longer').argParser(wholeNumber(1, 10_000_000)))
    .action((study: string, _: unknown, command: Command) => handlers.continueStudy(command.optsWithGlobals(), study));
}
