import { Option, type Command } from 'commander';
import type { SourceKind } from '../../protocol/transfer';
import type { GlobalOptions } from '../commandContext';
import type { Add } from './add';
import { addExportModel, type ServedFolderHandlers } from './servedFolder';

/** Runs that come from elsewhere, or go there. */
export interface TransferHandlers extends ServedFolderHandlers {
  import(options: GlobalOptions & ImportFlags, source: string): Promise<void>;
  exportBundle(options: GlobalOptions & ExportFlags, file: string): Promise<void>;
  exportCsv(options: GlobalOptions & ExportFlags, file: string): Promise<void>;
  exportMlflow(options: GlobalOptions & ExportFlags & { tokenEnv?: string; user?: string }, url: string): Promise<void>;
}

export interface ImportFlags {
  readonly as?: SourceKind;
  readonly artifacts?: readonly string[];
  readonly experiment?: string;
}

export interface ExportFlags {
  readonly experiment?: readonly string[];
  readonly filter?: string;
  readonly deleted?: boolean;
  readonly deletedOnly?: boolean;
  readonly force?: boolean;
}

const kinds: readonly SourceKind[] = ['mlruns', 'mlflow-db', 'dvc', 'wandb', 'csv', 'bundle'];

export function addTransfer(add: Add, program: Command, handlers: TransferHandlers): void {
  add(
    program,
    'import <source>',
    'bring in runs and registered models of MLflow or a bundle, runs of DVC, W&B or a table',
  )
    .addOption(new Option('--as <kind>', 'what the source is, if it cannot be told').choices(kinds))
    .option('--artifacts <dir...>', 'further folders from which artifacts may be taken')
    .option('--experiment <name>', 'the experiment that all runs go to (default: theirs)')
    .action((source: string, _: unknown, command: Command) => handlers.import(command.optsWithGlobals(), source));
  const out = program.command('export').description('take runs out');
  addExportModel(add, out, handlers);
  const selecting = (command: Command): Command =>
    command
      .option('--experiment <name...>', 'only the runs of these experiments')
      .option('--filter <condition>', "such as: metrics.auc > 0.7 and params.learner = 'logistic'")
      .option('--deleted', 'the deleted runs as well')
      .option('--deleted-only', 'only the deleted runs');
  const replacing = (command: Command): Command => selecting(command).option('--force', 'replace the file');
  replacing(
    add(out, 'bundle <file>', 'all of the runs and their models in one file, for another workspace to import'),
  ).action((file: string, _: unknown, command: Command) => handlers.exportBundle(command.optsWithGlobals(), file));
  replacing(add(out, 'csv <file>', 'a table of runs, as search_runs().to_csv() of MLflow writes it')).action(
    (file: string, _: unknown, command: Command) => handlers.exportCsv(command.optsWithGlobals(), file),
  );
  selecting(add(out, 'mlflow <url>', 'write the runs to an MLflow server; a second time only what is new'))
    .option('--token-env <name>', 'the environment variable with the token (default: MODELYARD_EXPORT_TOKEN)')
    .option('--user <name>', 'the user whose password that is')
    .action((url: string, _: unknown, command: Command) => handlers.exportMlflow(command.optsWithGlobals(), url));
}
