import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';

export interface RunFlags {
  readonly only?: string;
  readonly from?: string;
  readonly resume?: boolean;
  readonly fresh?: boolean;
  /** Steps at a time. */
  readonly parallel?: number;
  readonly partition?: string;
  /** Each `NAME=VALUE`. */
  readonly param?: readonly string[];
}

export interface BackfillFlags extends Pick<RunFlags, 'fresh' | 'param' | 'parallel'> {
  readonly from?: string;
  readonly to?: string;
  readonly all?: boolean;
  readonly outdated?: boolean;
}

export interface RunHandlers {
  partitions(options: GlobalOptions & { readonly limit: number }, pipeline: string): Promise<void>;
  backfill(options: GlobalOptions & BackfillFlags, pipeline: string): Promise<void>;
  run(options: GlobalOptions & RunFlags, pipeline: string | undefined): Promise<void>;
  plan(
    options: GlobalOptions & Pick<RunFlags, 'fresh' | 'param' | 'parallel' | 'partition'>,
    pipeline: string | undefined,
  ): Promise<void>;
}

const paramOption = (): Option =>
  new Option(
    '--param <name=value>',
    'a parameter of the pipeline, or an option of a step (train.C=0.1); may be repeated',
  ).argParser((text: string, before: readonly string[] | undefined): readonly string[] | undefined => {
    if (/^[^=]+=/.test(text)) return [...(before ?? []), text];
    throw new InvalidArgumentError('It must be NAME=VALUE.');
  });

const parallelOption = (what: 'steps' | 'partitions'): Option =>
  new Option(
    '--parallel <n>',
    what === 'steps'
      ? 'so many steps at a time, instead of what the pipeline says'
      : 'so many partitions at a time (default: 1)',
  ).argParser((text: string): number => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
    throw new InvalidArgumentError('It must be a whole number from 1 to 1,000.');
  });

/** The commands that run a pipeline, or say what would run. */
export function addRun(add: Add, program: Command, handlers: RunHandlers): void {
  add(program, 'run [pipeline]', 'run a pipeline (default: the first of modelyard.yaml)')
    .option('--only <step>', 'one step, on what the others made last')
    .addOption(new Option('--from <step>', 'this step and all that need it').conflicts('only'))
    .addOption(
      new Option('--resume', 'go on with the last run, which did not succeed').conflicts(['only', 'from', 'fresh']),
    )
    .option('--fresh', 'take nothing from earlier runs')
    .addOption(paramOption())
    .addOption(parallelOption('steps'))
    .option('--partition <key>', 'of a pipeline with partitions this one (default: the newest that is over)')
    .action((pipeline: string | undefined, _: unknown, command: Command) =>
      handlers.run(command.optsWithGlobals(), pipeline),
    );
  add(program, 'plan [pipeline]', 'what a run would do now with each step, and why; nothing runs')
    .option('--fresh', 'as `run --fresh`')
    .addOption(paramOption())
    .addOption(parallelOption('steps'))
    .option('--partition <key>', 'of a pipeline with partitions this one (default: the newest that is over)')
    .action((pipeline: string | undefined, _: unknown, command: Command) =>
      handlers.plan(command.optsWithGlobals(), pipeline),
    );
  add(program, 'partitions <pipeline>', 'what has been made of each partition of a pipeline')
    .addOption(new Option('--limit <n>', 'the newest so many').default(50).argParser(wholeNumber(1, 100_000)))
    .action((pipeline: string, _: unknown, command: Command) =>
      handlers.partitions(command.optsWithGlobals(), pipeline),
    );
  add(
    program,
    'backfill <pipeline>',
    'run a pipeline for its partitions that are missing or have failed, in their order',
  )
    .option('--from <key>', 'the first one, such as 2024-01-03')
    .option('--to <key>', 'the last one')
    .option('--outdated', 'those as well that another definition of the pipeline has made')
    .addOption(new Option('--all', 'all, whatever has been made of them').conflicts('outdated'))
    .option('--fresh', 'take nothing from earlier runs')
    .addOption(paramOption())
    .addOption(parallelOption('partitions'))
    .action((pipeline: string, _: unknown, command: Command) => handlers.backfill(command.optsWithGlobals(), pipeline));
}
