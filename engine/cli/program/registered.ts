import type { Command } from 'commander';
import type { GlobalOptions } from '../commandContext';
import { withGlobals, type Add } from './add';
import { addModelLife, type ModelHandlers } from './models';
import { addSigning, type SignHandlers } from './sign';

/** Registered models, how they come in, and their names. */
export interface RegisteredHandlers extends ModelHandlers, SignHandlers {
  models(options: GlobalOptions, name: string | undefined): Promise<void>;
  importModel(options: GlobalOptions & ImportModelFlags, file: string): Promise<void>;
  alias(options: GlobalOptions & { delete?: boolean; reason?: string }, names: AliasNames): Promise<void>;
}

/** `version` is absent when the alias is to be deleted. */
export interface AliasNames {
  readonly model: string;
  readonly alias: string;
  readonly version: string | undefined;
}

export interface ImportModelFlags {
  readonly name: string;
  readonly label?: string;
  readonly classes?: readonly string[];
  readonly columns?: readonly string[];
  readonly description?: string;
}

export function addModels(add: Add, program: Command, handlers: RegisteredHandlers): void {
  const models = program.command('models').description('look at registered models, and after them');
  withGlobals(
    models.command('list [name]', { isDefault: true }).description('list registered models, or the versions of one'),
  ).action((name: string | undefined, _: unknown, command: Command) =>
    handlers.models(command.optsWithGlobals(), name),
  );
  add(models, 'import <file>', 'register a model of LightGBM (text), XGBoost (JSON) or ONNX as a new version')
    .requiredOption('--name <model>', 'the registered model; made when there is none')
    .option('--label <column>', 'the column that is predicted (default: label)')
    .option('--classes <class...>', 'its classes, by their numbers in the model (default: these numbers)')
    .option(
      '--columns <column...>',
      "the columns of the data, by the model's features (default: their names in the file)",
    )
    .option('--description <text>', 'what is special about this version')
    .action((file: string, _: unknown, command: Command) => handlers.importModel(command.optsWithGlobals(), file));
  addModelLife(add, { program, models }, handlers);
  addSigning(add, models, handlers);
}

export function addAlias(add: Add, program: Command, handlers: RegisteredHandlers): void {
  add(program, 'alias <model> <alias> [version]', 'give a version a name, or delete the name')
    .option('--delete', 'delete it')
    .option('--reason <text>', 'why, for the history')
    .action((...[model, alias, version, , command]: [string, string, string | undefined, unknown, Command]) =>
      handlers.alias(command.optsWithGlobals(), { model, alias, version }),
    );
}
