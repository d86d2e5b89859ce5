import { Option, type Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';

export interface FailingFlags {
  /** As it is counted in messages: from 1. */
  readonly rule?: number;
  readonly limit: number;
  readonly csv?: boolean;
}

export interface DataHandlers {
  failing(options: GlobalOptions & FailingFlags, name: string): Promise<void>;
  expect(options: GlobalOptions & { readonly write?: boolean }, name: string): Promise<void>;
}

/** What is done with the data of one dataset. */
export function addData(
  add: Add,
  { program, datasets }: Record<'program' | 'datasets', Command>,
  handlers: DataHandlers,
): void {
  add(datasets, 'failing <name>', 'all rows that break the rules of `expect:`, with their lines; 1: there are some')
    .addOption(
      new Option('--rule <n>', 'only those of the rule at this place of `expect:`, from 1').argParser(
        wholeNumber(1, 100_000),
      ),
    )
    .addOption(
      new Option('--limit <n>', 'of each check at most so many').default(100_000).argParser(wholeNumber(1, 1_000_000)),
    )
    .addOption(new Option('--csv', 'as CSV: file, line, value, rule').conflicts('json'))
    .action((name: string, _: unknown, command: Command) => handlers.failing(command.optsWithGlobals(), name));
  add(program, 'expect <dataset>', 'what the data suggests to expect of it, as a difference of modelyard.yaml')
    .option('--write', 'write it into modelyard.yaml')
    .action((name: string, _: unknown, command: Command) => handlers.expect(command.optsWithGlobals(), name));
}
