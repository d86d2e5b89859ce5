import { Option, type Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import { withGlobals, type Add } from './add';
import { addCheck, type CheckHandlers } from './check';
import { addData, type DataHandlers } from './data';
import { addScan, type ScanHandlers } from './scan';
import { wholeNumber } from './wholeNumber';

/** Datasets and their versions. */
export interface DatasetHandlers extends CheckHandlers, ScanHandlers, DataHandlers {
  datasets(options: GlobalOptions): Promise<void>;
  datasetVersions(options: GlobalOptions & { limit: number }, name: string): Promise<void>;
  datasetDiff(options: GlobalOptions & { exitCode?: boolean }, versions: ComparedNames): Promise<void>;
}

export interface ComparedNames {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export function addDatasets(add: Add, program: Command, handlers: DatasetHandlers): void {
  addCheck(add, program, handlers);
  addScan(add, program, handlers);
  const datasets = program.command('datasets').description('look at datasets and their versions');
  withGlobals(
    datasets
      .command('status', { isDefault: true })
      .description('how the file of each dataset stands to what runs have used, and to modelyard.lock'),
  ).action((_: unknown, command: Command) => handlers.datasets(command.optsWithGlobals()));
  add(datasets, 'versions <name>', 'the versions of a dataset that are known, and the runs that used them')
    .addOption(new Option('--limit <n>', 'at most so many').default(20).argParser(wholeNumber(1, 1000)))
    .action((name: string, _: unknown, command: Command) => handlers.datasetVersions(command.optsWithGlobals(), name));
  add(datasets, 'diff <name> [before] [after]', 'what has changed between two versions of a dataset')
    .option('--exit-code', 'end with 1 when something has changed')
    .action((...[name, before, after, , command]: [string, string | undefined, string | undefined, unknown, Command]) =>
      handlers.datasetDiff(command.optsWithGlobals(), { name, before, after }),
    );
  addData(add, { program, datasets }, handlers);
}
