import type { Command } from 'commander';
import { Option } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';

export interface LineageHandlers {
  lineage(options: GlobalOptions & LineageFlags, node: string): Promise<void>;
  affected(options: GlobalOptions & { exitCode?: boolean }, node: string): Promise<void>;
}

export interface LineageFlags {
  readonly up?: boolean;
  readonly down?: boolean;
  readonly steps?: boolean;
  readonly depth?: number;
  readonly most?: number;
  readonly dot?: boolean;
  readonly mermaid?: boolean;
}

export function addLineage(add: Add, program: Command, handlers: LineageHandlers): void {
  add(
    program,
    'lineage <node>',
    'what a dataset, file, feature view (loans@v2), feature service, run (r-12), study (s-3), model version (credit-risk@3) or server came from, and what came of it',
  )
    .option('--up', 'only what it came from')
    .option('--down', 'only what came of it')
    .option('--steps', 'the steps of a run, with the files that they read and made')
    .addOption(new Option('--depth <n>', 'so many steps away (default: 8)').argParser(wholeNumber(1, 50)))
    .addOption(new Option('--most <n>', 'of many alike so many one by one (default: 6)').argParser(wholeNumber(1, 50)))
    .addOption(new Option('--dot', 'as Graphviz reads it').conflicts(['mermaid', 'json']))
    .addOption(new Option('--mermaid', 'as Markdown draws it').conflicts(['dot', 'json']))
    .action((node: string, _: unknown, command: Command) => handlers.lineage(command.optsWithGlobals(), node));
  add(
    program,
    'affected <node>',
    'what is wrong if this is: runs, model versions (those in use first), steps; and what to do next',
  )
    .option('--exit-code', 'end with 1 when a model version in use is affected')
    .action((node: string, _: unknown, command: Command) => handlers.affected(command.optsWithGlobals(), node));
}
