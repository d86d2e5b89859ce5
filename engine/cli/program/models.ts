import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';

/** The life of registered models; `main.ts` hands in functions that do it. */
export interface ModelHandlers {
  promote(options: GlobalOptions & PromoteFlags, model: string, version: string): Promise<void>;
  modelDiff(options: GlobalOptions & { to?: string }, names: DiffNames): Promise<void>;
  modelCompare(options: GlobalOptions, model: string, versions: readonly string[]): Promise<void>;
  modelSearch(options: GlobalOptions & SearchFlags, filter: string | undefined): Promise<void>;
  modelDescribe(options: GlobalOptions & { version?: string }, model: string, text: string): Promise<void>;
  modelTag(options: GlobalOptions & { version?: string }, model: string, tags: readonly string[]): Promise<void>;
  modelMove(options: GlobalOptions & MoveFlags, move: MoveNames): Promise<void>;
  modelRollback(
    options: GlobalOptions & { version?: string; reason?: string },
    model: string,
    stage: string,
  ): Promise<void>;
  modelDelete(options: GlobalOptions & ConsentFlags, model: string, version: string | undefined): Promise<void>;
  modelClean(options: GlobalOptions & CleanFlags, model: string | undefined): Promise<void>;
  decide(options: GlobalOptions & { stage: string; comment?: string }, decision: DecisionNames): Promise<void>;
  withdraw(options: GlobalOptions & { stage: string; reason?: string }, model: string, version: string): Promise<void>;
  approvals(options: GlobalOptions, model: string, version: string | undefined): Promise<void>;
}

export interface PromoteFlags {
  readonly to: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `other` is absent when the holder of a stage is meant. */
export interface DiffNames {
  readonly model: string;
  readonly version: string;
  readonly other: string | undefined;
}

export interface SearchFlags {
  readonly versions?: boolean;
  readonly order?: readonly string[];
  readonly limit: number;
}

export interface MoveNames {
  readonly kind: 'demote' | 'archive' | 'restore';
  readonly model: string;
  readonly version: string;
}

export interface MoveFlags {
  readonly reason?: string;
  readonly to?: string;
  readonly putBack?: boolean;
}

export interface ConsentFlags {
  readonly reason?: string;
  readonly yes?: boolean;
}

export interface CleanFlags {
  readonly keepLast: number;
  /** Days. */
  readonly olderThan?: number;
  readonly delete?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export interface DecisionNames {
  readonly decision: 'approved' | 'rejected';
  readonly model: string;
  readonly version: string;
}

const why = ['--reason <text>', 'why, for the history'] as const;
const agreed = ['--yes', 'without asking'] as const;

/** Commands beside `models list` and `models import`. */
export function addModelLife(add: Add, programs: { program: Command; models: Command }, handlers: ModelHandlers): void {
  addPromote(add, programs.program, handlers);
  addLooking(add, programs.models, handlers);
  addMoving(add, programs.models, handlers);
  addCleaning(add, programs.models, handlers);
  addDeciding(add, programs.program, handlers);
}

function addPromote(add: Add, program: Command, handlers: ModelHandlers): void {
  add(program, 'promote <model> <version>', 'move a version to a stage if its gates let it')
    .requiredOption('--to <stage>', 'the stage')
    .option(...why)
    .option('--dry-run', 'only show what would change, and how the gates judge')
    .action((...[model, version, , command]: [string, string, unknown, Command]) =>
      handlers.promote(command.optsWithGlobals(), model, version),
    );
}

function addLooking(add: Add, models: Command, handlers: ModelHandlers): void {
  add(models, 'diff <model> <version> [other]', 'in what a version differs from another one, or from who holds a stage')
    .option('--to <stage>', 'the stage whose holder is meant')
    .action((...[model, version, other, , command]: [string, string, string | undefined, unknown, Command]) =>
      handlers.modelDiff(command.optsWithGlobals(), { model, version, other }),
    );
  add(models, 'compare <model> <versions...>', 'metrics, parameters, data and gates of versions side by side').action(
    (...[model, versions, , command]: [string, string[], unknown, Command]) =>
      handlers.modelCompare(command.optsWithGlobals(), model, versions),
  );
  add(models, 'search [filter]', "models by MLflow's filter, such as: name LIKE 'credit%' AND tags.team = 'risk'")
    .option('--versions', 'versions of models instead')
    .option('--order <column...>', 'such as: "last_updated_timestamp DESC"')
    .addOption(new Option('--limit <n>', 'at most so many').default(20).argParser(wholeNumber(1, 10_000)))
    .action((filter: string | undefined, _: unknown, command: Command) =>
      handlers.modelSearch(command.optsWithGlobals(), filter),
    );
  add(
    models,
    'describe <model> <text>',
    'describe a model, or one of its versions, in Markdown; - reads standard input',
  )
    .option('--version <version>', 'the version that is meant')
    .action((...[model, text, , command]: [string, string, unknown, Command]) =>
      handlers.modelDescribe(command.optsWithGlobals(), model, text),
    );
  add(models, 'tag <model> <tags...>', 'set tags of a model or version, NAME=VALUE; NAME= takes one away')
    .option('--version <version>', 'the version that is meant')
    .action((...[model, tags, , command]: [string, string[], unknown, Command]) =>
      handlers.modelTag(command.optsWithGlobals(), model, tags),
    );
}

function addMoving(add: Add, models: Command, handlers: ModelHandlers): void {
  const move = (kind: MoveNames['kind'], description: string): Command =>
    add(models, `${kind} <model> <version>`, description)
      .option(...why)
      .action((...[model, version, , command]: [string, string, unknown, Command]) =>
        handlers.modelMove(command.optsWithGlobals(), { kind, model, version }),
      );
  move('demote', 'move a version back to an earlier stage')
    .option('--to <stage>', 'the stage (default: the one before)')
    .option('--put-back', 'who held the stage before holds it again');
  add(models, 'rollback <model> <stage>', 'have who held a stage before hold it again')
    .option('--version <version>', 'that version, which has held it, instead of the last one')
    .option(...why)
    .action((...[model, stage, , command]: [string, string, unknown, Command]) =>
      handlers.modelRollback(command.optsWithGlobals(), model, stage),
    );
  move('archive', 'take a version out of all stages');
  move('restore', 'take an archived version to the first stage, or a deleted one to the archive');
}

function addCleaning(add: Add, models: Command, handlers: ModelHandlers): void {
  add(models, 'delete <model> [version]', 'hide a version, or a model with all its versions, unless something needs it')
    .option(...why)
    .option(...agreed)
    .action((...[model, version, , command]: [string, string | undefined, unknown, Command]) =>
      handlers.modelDelete(command.optsWithGlobals(), model, version),
    );
  add(models, 'clean [model]', 'archive old versions that nothing needs')
    .addOption(
      new Option('--keep-last <n>', 'the newest so many stay').default(10).argParser(wholeNumber(0, 1_000_000)),
    )
    .addOption(new Option('--older-than <days>', 'only what is older: 90d').argParser(days))
    .option('--delete', 'delete them, and those that are archived')
    .option('--dry-run', 'only say which')
    .option(...agreed)
    .action((model: string | undefined, _: unknown, command: Command) =>
      handlers.modelClean(command.optsWithGlobals(), model),
    );
}

function addDeciding(add: Add, program: Command, handlers: ModelHandlers): void {
  for (const [word, decision, description] of [
    ['approve', 'approved', 'say yes to a version for a stage, as a reviewer'],
    ['reject', 'rejected', 'say no to a version for a stage, which blocks it'],
  ] as const)
    add(program, `${word} <model> <version>`, description)
      .requiredOption('--stage <stage>', 'the stage')
      .option('--comment <text>', 'what was looked at')
      .action((...[model, version, , command]: [string, string, unknown, Command]) =>
        handlers.decide(command.optsWithGlobals(), { decision, model, version }),
      );
  add(program, 'withdraw <model> <version>', 'take back what you have said of a version for a stage')
    .requiredOption('--stage <stage>', 'the stage')
    .option(...why)
    .action((...[model, version, , command]: [string, string, unknown, Command]) =>
      handlers.withdraw(command.optsWithGlobals(), model, version),
    );
  add(program, 'approvals <model> [version]', 'what reviewers have said, and whether it counts').action(
    (...[model, version, , command]: [string, string | undefined, unknown, Command]) =>
      handlers.approvals(command.optsWithGlobals(), model, version),
  );
}

function days(text: string): number {
  const [, number, unit] = /^(\d{1,6}(?:\.\d+)?)(d|w|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('It must be a time such as 90d, 12w or 36h.');
  return Number(number) * (unit === 'w' ? 7 : unit === 'h' ? 1 / 24 : 1);
}
