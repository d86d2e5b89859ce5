import { Option } from 'commander';
import type { Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';

export interface CheckFlags {
  readonly only?: readonly string[];
  readonly stage?: readonly string[];
  readonly data?: boolean;
  readonly subject?: 'candidate' | 'holder';
  readonly format?: readonly string[];
  readonly output?: string;
}

export interface CheckHandlers {
  checkRules(options: GlobalOptions & CheckFlags): Promise<void>;
  waive(options: GlobalOptions & WaiveFlags, rule: string): Promise<void>;
}

export interface WaiveFlags {
  readonly until: string;
  readonly reason: string;
  readonly owner?: string;
}

export function addCheck(add: Add, program: Command, handlers: CheckHandlers): void {
  add(
    program,
    'check',
    'judge all rules: modelyard.yaml, data, the gates of models; 1: one failed, 3: one could not be judged',
  )
    .option('--only <name...>', 'kinds (config, data, model), datasets, models, or the ids of a report')
    .option('--stage <stage...>', 'of models only the gates of these stages')
    .option('--data', 'read the data again (default: its last verdicts, if its file is still the same)')
    .addOption(
      new Option(
        '--subject <who>',
        'whom to judge for a stage: candidate (would enter it next, the default) or holder',
      ).choices(['candidate', 'holder']),
    )
    .option('--format <format...>', 'text, json, junit, sarif, markdown; to a file: junit=junit.xml')
    .option('--output <file>', 'where the format without a file goes')
    .action((_: unknown, command: Command) => handlers.checkRules(command.optsWithGlobals()));
  add(program, 'waive <rule>', 'let a rule fail until a day: writes `waive` beside it in modelyard.yaml')
    .requiredOption('--until <day>', 'the last day for which it holds, such as 2026-12-31')
    .requiredOption('--reason <text>', 'why')
    .option('--owner <name>', 'who answers for it (default: user.name of git)')
    .action((rule: string, _: unknown, command: Command) => handlers.waive(command.optsWithGlobals(), rule));
}
