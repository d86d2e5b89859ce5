import { Option, type Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import { withGlobals, type Add } from './add';
import { wholeNumber } from './wholeNumber';

/** Tracked runs: looked at, compared, made again. */
export interface RunsHandlers {
  runs(options: GlobalOptions & { filter?: string; order?: string[]; group?: string; limit: number }): Promise<void>;
  runCard(options: GlobalOptions & { step?: string }, run: string): Promise<void>;
  diff(options: GlobalOptions & { stat?: boolean; exitCode?: boolean }, runs: ComparedRuns): Promise<void>;
  replay(options: GlobalOptions, run: string): Promise<void>;
  report(options: GlobalOptions & ReportFlags, runs: readonly string[]): Promise<void>;
}

/** `other` is absent when it is HEAD. */
export interface ComparedRuns {
  readonly run: string;
  readonly other: string | undefined;
}

export interface ReportFlags {
  readonly output: string;
  readonly title?: string;
  readonly force?: boolean;
}

export function addRuns(add: Add, program: Command, handlers: RunsHandlers): void {
  const runs = program.command('runs').description('list tracked runs, and show one');
  withGlobals(runs.command('list', { isDefault: true }).description('tracked runs, newest first'))
    .option('--filter <condition>', "such as: metrics.auc > 0.7 and params.learner = 'logistic'")
    .option('--order <column...>', 'such as: "metrics.auc DESC"')
    .option('--group <name>', 'count and mean metrics of the runs that share params.NAME, tags.NAME, datasets …')
    .addOption(new Option('--limit <n>', 'at most so many').default(20).argParser(wholeNumber(1, 50_000)))
    .action((_: unknown, command: Command) => handlers.runs(command.optsWithGlobals()));
  add(runs, 'show <run>', 'what ran and why, what it took, found and made, as Markdown')
    .option('--step <name>', 'of one step alone')
    .action((run: string, _: unknown, command: Command) => handlers.runCard(command.optsWithGlobals(), run));
}

export function addDiff(add: Add, program: Command, handlers: RunsHandlers): void {
  add(program, 'diff <run> [other]', 'in what a run differs from another one, or from HEAD with the working tree')
    .option('--stat', 'names only')
    .option('--exit-code', 'end with 1 when something differs, with 3 when not all could be compared')
    .action((...[run, other, , command]: [string, string | undefined, unknown, Command]) =>
      handlers.diff(command.optsWithGlobals(), { run, other }),
    );
}

export function addReplay(add: Add, program: Command, handlers: RunsHandlers): void {
  add(program, 'replay <run>', 'make a run again, in a folder of its own, and say whether the same comes of it').action(
    (run: string, _: unknown, command: Command) => handlers.replay(command.optsWithGlobals(), run),
  );
}

export function addReport(add: Add, program: Command, handlers: RunsHandlers): void {
  add(
    program,
    'report <runs...>',
    'compare runs in one HTML file that can be sent to others, or tell of each in Markdown',
  )
    .requiredOption('--output, -o <file>', 'the file to write: .html, or .md')
    .option('--title <text>', 'what stands above it')
    .option('--force', 'replace a file that is there')
    .action((runs: readonly string[], _: unknown, own: Command) => handlers.report(own.optsWithGlobals(), runs));
}
