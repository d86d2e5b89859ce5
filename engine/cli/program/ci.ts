import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { CiSystem } from '../../protocol/ci';
import { ciSystems } from '../../protocol/ci';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { wholeNumber } from './wholeNumber';
import type { CommentHost } from '../ci/comment/hosts';
import { commentHosts } from '../ci/comment/hosts';

export interface GenerateFlags {
  readonly system?: readonly CiSystem[];
  readonly write?: boolean;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly diff?: boolean;
}

export interface CommentFlags {
  readonly file?: string;
  readonly host?: CommentHost;
  readonly marker: string;
}

export interface HookFlags {
  /** MB */
  readonly maxSize: number;
}

export interface CiHandlers {
  checkConfig(options: GlobalOptions & { readonly strict?: boolean }): Promise<void>;
  generateCi(options: GlobalOptions & GenerateFlags): Promise<void>;
  comment(options: GlobalOptions & CommentFlags): Promise<void>;
  installHook(options: GlobalOptions & HookFlags): Promise<void>;
  removeHook(options: GlobalOptions): Promise<void>;
  runHook(options: GlobalOptions & HookFlags): Promise<void>;
}

const system = (text: string, before: readonly CiSystem[] | undefined): readonly CiSystem[] => {
  const found = ciSystems.find(one => one === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${ciSystems.join(', ')}.`);
  return [...(before ?? []), found];
};

/** The commands that CI is made of. */
export function addCi(add: Add, program: Command, handlers: CiHandlers): void {
  const config = program.command('config').description('look after modelyard.yaml');
  add(config, 'check', 'check modelyard.yaml alone, without reading the data')
    .option('--strict', 'end with 1 when there is a warning')
    .action((_: unknown, command: Command) => handlers.checkConfig(command.optsWithGlobals()));
  const ci = program.command('ci').description('CI workflows, their comments, and the hook of git before a commit');
  add(ci, 'generate', 'the CI workflows that `ci:` of modelyard.yaml asks for')
    .addOption(new Option('--system <name>', `only for ${ciSystems.join(', ')}; may be repeated`).argParser(system))
    .option('--write', 'write the files that are missing or out of date')
    .addOption(new Option('--check', 'write nothing; end with 1 when a file is not as it should be').conflicts('write'))
    .addOption(new Option('--diff', 'show how the files would change').conflicts(['write', 'check']))
    .option('--force', 'with --write: also over what was changed by hand')
    .action((_: unknown, command: Command) => handlers.generateCi(command.optsWithGlobals()));
  add(ci, 'comment', 'write a file as the one comment of a pull request, in place of the one before')
    .option('--file <file>', 'the text, in Markdown (default: modelyard-reports/summary.md)')
    .addOption(new Option('--host <name>', 'where (default: the CI system that this runs on)').choices(commentHosts))
    .option('--marker <word>', 'tells several comments of one pull request apart', 'results')
    .action((_: unknown, command: Command) => handlers.comment(command.optsWithGlobals()));
  addHook(add, ci, handlers);
}

function addHook(add: Add, ci: Command, handlers: CiHandlers): void {
  const hook = ci.command('hook').description('what git asks before a commit');
  const size = (): Option => new Option('--max-size <MB>', 'the largest file that may be committed').default(5).argParser(wholeNumber(1, 100_000)); // prettier-ignore
  add(hook, 'install', 'have git check what is staged before each commit; a hook that is there runs first')
    .addOption(size())
    .action((_: unknown, command: Command) => handlers.installHook(command.optsWithGlobals()));
  add(hook, 'remove', 'take it out again; a hook that was there before stays').action((_: unknown, command: Command) =>
    handlers.removeHook(command.optsWithGlobals()),
  );
  add(hook, 'run', 'check what is staged now')
    .addOption(size())
    .action((_: unknown, command: Command) => handlers.runHook(command.optsWithGlobals()));
}
