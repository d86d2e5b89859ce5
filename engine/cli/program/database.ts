import type { Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';

/** The file of the engine. */
export interface DatabaseHandlers {
  copy(options: GlobalOptions, to: string): Promise<void>;
  check(options: GlobalOptions): Promise<void>;
  gc(options: GlobalOptions & { remove?: boolean }): Promise<void>;
}

export function addDatabase(add: Add, program: Command, handlers: DatabaseHandlers): void {
  const database = program.command('db').description('look after the database');
  add(database, 'copy <to>', 'write a compacted copy of it to a new file').action(
    (to: string, _: unknown, command: Command) => handlers.copy(command.optsWithGlobals(), to),
  );
  add(program, 'gc', 'say which files of .modelyard/objects nothing refers to any more, or remove them')
    .option('--remove', 'remove them')
    .action((_: unknown, command: Command) => handlers.gc(command.optsWithGlobals()));
  add(database, 'check', 'read all of it and report what is damaged').action((_: unknown, command: Command) =>
    handlers.check(command.optsWithGlobals()),
  );
}
