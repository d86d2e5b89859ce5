import { Option, type Command } from 'commander';
import { triggerKinds } from '../../protocol/triggers';
import type { GlobalOptions } from '../commandContext';
import { withGlobals, type Add } from './add';
import { wholeNumber } from './wholeNumber';

/** What starts pipelines by itself. */
export interface TriggerHandlers {
  watch(options: GlobalOptions): Promise<void>;
  triggers(options: GlobalOptions): Promise<void>;
  next(options: GlobalOptions & { count: number }, pipeline: string | undefined): Promise<void>;
  fire(options: GlobalOptions & { reason?: string }, pipeline: string): Promise<void>;
  pause(options: GlobalOptions, names: TriggerNames): Promise<void>;
  resume(options: GlobalOptions, names: TriggerNames): Promise<void>;
}

/** `kind` is absent when all triggers of the pipeline are meant. */
export interface TriggerNames {
  readonly pipeline: string;
  readonly kind: string | undefined;
}

export function addTriggers(add: Add, program: Command, handlers: TriggerHandlers): void {
  add(program, 'watch', 'start pipelines by their triggers until told to end; with --json an object a line').action(
    (_: unknown, command: Command) => handlers.watch(command.optsWithGlobals()),
  );
  const triggers = program.command('triggers').description('look at what starts pipelines by itself, and steer it');
  withGlobals(
    triggers
      .command('list', { isDefault: true })
      .description('how each trigger stands: next, last fired, last skipped'),
  ).action((_: unknown, command: Command) => handlers.triggers(command.optsWithGlobals()));
  add(triggers, 'next [pipeline]', 'the next times of schedules, in their zone and in that of this computer')
    .addOption(new Option('--count <n>', 'so many').default(10).argParser(wholeNumber(1, 1000)))
    .action((pipeline: string | undefined, _: unknown, command: Command) =>
      handlers.next(command.optsWithGlobals(), pipeline),
    );
  add(triggers, 'fire <pipeline>', 'start a pipeline now, or once more after the run that is under way')
    .option('--reason <text>', 'why, for the run')
    .action((pipeline: string, _: unknown, command: Command) => handlers.fire(command.optsWithGlobals(), pipeline));
  const kinds = `all, or ${triggerKinds.slice(0, -1).join(', ')} or ${triggerKinds.at(-1)}`;
  for (const [word, alias, description] of [
    ['pause', 'disable', 'have triggers of a pipeline start nothing'],
    ['resume', 'enable', 'have them start it again'],
  ] as const)
    add(triggers, `${word} <pipeline> [kind]`, `${description}: ${kinds}`)
      .alias(alias)
      .action((...[pipeline, kind, , command]: [string, string | undefined, unknown, Command]) =>
        handlers[word](command.optsWithGlobals(), { pipeline, kind }),
      );
}
