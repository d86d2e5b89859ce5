import { Command, Option } from 'commander';
import { version } from '../../package.json';
import { triggerKinds } from '../protocol/triggers';
import type { SourceKind } from '../protocol/transfer';
import type { GlobalOptions } from './commandContext';
import type { CiHandlers } from './ci/programCi';
import { addCi } from './ci/programCi';
import type { FeatureHandlers } from './features/programFeatures';
import { addFeatures } from './features/programFeatures';
import type { InfraHandlers } from './infra/programInfra';
import type { ServedFolderHandlers } from './infra/programServedFolder';
import { addExportModel, addServeFolder } from './infra/programServedFolder';
import { addInfra } from './infra/programInfra';
import type { Add, ElsewhereHandlers } from './elsewhere';
import { addCompile, addStep } from './elsewhere';
import type { LineageHandlers } from './programLineage';
import { addLineage } from './programLineage';
import type { ModelHandlers } from './programModels';
import { addModelLife } from './programModels';
import type { RunHandlers } from './programRun';
import type { SignHandlers } from './sign/programSign';
import { addSigning } from './sign/programSign';
import type { ServedModelHandlers } from './programServedModels';
import { addServedModels } from './programServedModels';
import type { CheckHandlers } from './programCheck';
import { addCheck } from './programCheck';
import { addData, type DataHandlers } from './programData';
import { addRun } from './programRun';
import type { ScanHandlers } from './programScan';
import { addScan } from './programScan';
import { wholeNumber } from './wholeNumber';

/** What the command line asks for; `main.ts` hands in functions that do it. */
export interface Handlers
  extends
    RunHandlers,
    ElsewhereHandlers,
    CheckHandlers,
    ScanHandlers,
    LineageHandlers,
    ModelHandlers,
    SignHandlers,
    FeatureHandlers,
    ServedModelHandlers,
    CiHandlers,
    DataHandlers,
    InfraHandlers,
    ServedFolderHandlers {
  validate(options: GlobalOptions, names: readonly string[]): Promise<void>;
  runs(options: GlobalOptions & { filter?: string; order?: string[]; group?: string; limit: number }): Promise<void>;
  runCard(options: GlobalOptions & { step?: string }, run: string): Promise<void>;
  studies(options: GlobalOptions & { limit: number }): Promise<void>;
  study(options: GlobalOptions & { limit: number }, study: string): Promise<void>;
  enqueue(options: GlobalOptions, study: string, params: readonly string[]): Promise<void>;
  stopStudy(options: GlobalOptions, study: string): Promise<void>;
  continueStudy(options: GlobalOptions & { trials?: number; seconds?: number }, study: string): Promise<void>;
  datasets(options: GlobalOptions): Promise<void>;
  datasetVersions(options: GlobalOptions & { limit: number }, name: string): Promise<void>;
  datasetDiff(options: GlobalOptions & { exitCode?: boolean }, versions: ComparedNames): Promise<void>;
  diff(options: GlobalOptions & { stat?: boolean; exitCode?: boolean }, runs: ComparedRuns): Promise<void>;
  replay(options: GlobalOptions, run: string): Promise<void>;
  report(options: GlobalOptions & ReportFlags, runs: readonly string[]): Promise<void>;
  models(options: GlobalOptions, name: string | undefined): Promise<void>;
  importModel(options: GlobalOptions & ImportModelFlags, file: string): Promise<void>;
  alias(options: GlobalOptions & { delete?: boolean; reason?: string }, names: AliasNames): Promise<void>;
  watch(options: GlobalOptions): Promise<void>;
  triggers(options: GlobalOptions): Promise<void>;
  next(options: GlobalOptions & { count: number }, pipeline: string | undefined): Promise<void>;
  fire(options: GlobalOptions & { reason?: string }, pipeline: string): Promise<void>;
  pause(options: GlobalOptions, names: TriggerNames): Promise<void>;
  resume(options: GlobalOptions, names: TriggerNames): Promise<void>;
  serve(options: GlobalOptions & { port: number; token?: string | false }): Promise<void>;
  exec(options: GlobalOptions, command: readonly string[]): Promise<void>;
  import(options: GlobalOptions & ImportFlags, source: string): Promise<void>;
  exportBundle(options: GlobalOptions & ExportFlags, file: string): Promise<void>;
  exportCsv(options: GlobalOptions & ExportFlags, file: string): Promise<void>;
  exportMlflow(options: GlobalOptions & ExportFlags & { tokenEnv?: string; user?: string }, url: string): Promise<void>;
  copy(options: GlobalOptions, to: string): Promise<void>;
  check(options: GlobalOptions): Promise<void>;
  gc(options: GlobalOptions & { remove?: boolean }): Promise<void>;
  stop(options: GlobalOptions & { now?: boolean; timeout: number }): Promise<void>;
}

export interface ComparedNames {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** `other` is absent when it is HEAD. */
export interface ComparedRuns {
  readonly run: string;
  readonly other: string | undefined;
}

/** `version` is absent when the alias is to be deleted. */
export interface AliasNames {
  readonly model: string;
  readonly alias: string;
  readonly version: string | undefined;
}

/** `kind` is absent when all triggers of the pipeline are meant. */
export interface TriggerNames {
  readonly pipeline: string;
  readonly kind: string | undefined;
}

export interface ReportFlags {
  readonly output: string;
  readonly title?: string;
  readonly force?: boolean;
}

export interface ImportFlags {
  readonly as?: SourceKind;
  readonly artifacts?: readonly string[];
  readonly experiment?: string;
}

export interface ImportModelFlags {
  readonly name: string;
  readonly label?: string;
  readonly classes?: readonly string[];
  readonly columns?: readonly string[];
  readonly description?: string;
}

export interface ExportFlags {
  readonly experiment?: readonly string[];
  readonly filter?: string;
  readonly deleted?: boolean;
  readonly deletedOnly?: boolean;
  readonly force?: boolean;
}

const addReport = (command: Command, handlers: Handlers): Command =>
  command
    .requiredOption('--output, -o <file>', 'the file to write: .html, or .md')
    .option('--title <text>', 'what stands above it')
    .option('--force', 'replace a file that is there')
    .action((runs: readonly string[], _: unknown, own: Command) => handlers.report(own.optsWithGlobals(), runs));

/** The grammar of the command line. Options that all commands have may stand before or after the command. */
export function createProgram(handlers: Handlers): Command {
  const program = withGlobals(new Command('modelyard'))
    .description('MLOps in a folder: run pipelines, judge and promote models, serve the tracking API.')
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError('(see modelyard --help)');
  const add = (parent: Command, usage: string, description: string): Command =>
    withGlobals(parent.command(usage).description(description));

  addRun(add, program, handlers);
  addCompile(add, program, handlers);
  addStep(add, program, handlers);
  addCi(add, program, handlers);
  addInfra(add, program, handlers);
  add(program, 'validate [datasets...]', 'check modelyard.yaml, then the data against what it expects').action(
    (names: string[], _: unknown, command: Command) => handlers.validate(command.optsWithGlobals(), names),
  );
  addDatasets(add, program, handlers);
  addRuns(add, program, handlers);
  addStudies(add, program, handlers);
  addDiff(add, program, handlers);
  add(program, 'replay <run>', 'make a run again, in a folder of its own, and say whether the same comes of it').action(
    (run: string, _: unknown, command: Command) => handlers.replay(command.optsWithGlobals(), run),
  );
  addReport(
    add(
      program,
      'report <runs...>',
      'compare runs in one HTML file that can be sent to others, or tell of each in Markdown',
    ),
    handlers,
  );
  addModels(add, program, handlers);
  addAlias(add, program, handlers);
  addFeatures(add, program, handlers);
  addServedModels(add, program, handlers);
  addServeFolder(add, program, handlers);
  addLineage(add, program, handlers);
  addTriggers(add, program, handlers);
  addServing(add, program, handlers);
  addTransfer(add, program, handlers);
  addDatabase(add, program, handlers);
  add(program, 'stop', 'end the engine of the folder once nothing runs')
    .option('--now', 'cancel what runs')
    .addOption(
      new Option('--timeout <seconds>', 'wait for its end so long').default(30).argParser(wholeNumber(0, 604_800)),
    )
    .action((_: unknown, command: Command) => handlers.stop(command.optsWithGlobals()));
  return program;
}

function addServing(add: Add, program: Command, handlers: Handlers): void {
  add(program, 'serve', 'serve the MLflow tracking API on 127.0.0.1 until told to end')
    .addOption(new Option('--port <n>', '0: any free one').default(0).argParser(wholeNumber(0, 65_535)))
    .option('--token <token>', 'what clients must show (default: $MLFLOW_TRACKING_TOKEN, else a new one)')
    .option('--no-token', 'let every local program in')
    .action((_: unknown, command: Command) => handlers.serve(command.optsWithGlobals()));
  add(
    program,
    'exec <command...>',
    'run a command whose MLflow client logs to this folder: modelyard exec -- python train.py',
  )
    .passThroughOptions()
    .action((words: string[], _: unknown, command: Command) => handlers.exec(command.optsWithGlobals(), words));
}

function addModels(add: Add, program: Command, handlers: Handlers): void {
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

function addTriggers(add: Add, program: Command, handlers: Handlers): void {
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

function addRuns(add: Add, program: Command, handlers: Handlers): void {
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

function addStudies(add: Add, program: Command, handlers: Handlers): void {
  const studies = program.command('studies').description('look at searches for the best parameters, and steer them');
  const limit = (): Option => new Option('--limit <n>', 'at most so many').default(20).argParser(wholeNumber(1, 1000));
  withGlobals(studies.command('list', { isDefault: true }).description('the studies of tune steps, newest first'))
    .addOption(limit())
    .action((_: unknown, command: Command) => handlers.studies(command.optsWithGlobals()));
  add(studies, 'show <study>', 'one study with its trials, the best first')
    .addOption(limit())
    .action((study: string, _: unknown, command: Command) => handlers.study(command.optsWithGlobals(), study));
  add(studies, 'enqueue <study> <params...>', 'have parameters tried next: learner=forest min_rows=3').action(
    (...[study, params, , command]: [string, string[], unknown, Command]) =>
      handlers.enqueue(command.optsWithGlobals(), study, params),
  );
  add(studies, 'stop <study>', 'end a study that is under way; its step goes on with what was found').action(
    (study: string, _: unknown, command: Command) => handlers.stopStudy(command.optsWithGlobals(), study),
  );
  add(studies, 'continue <study>', 'run the step of a study again, which goes on with it')
    .addOption(new Option('--trials <n>', 'so many more trials').argParser(wholeNumber(1, 100_000)))
    .addOption(new Option('--seconds <n>', 'so much longer').argParser(wholeNumber(1, 10_000_000)))
    .action((study: string, _: unknown, command: Command) => handlers.continueStudy(command.optsWithGlobals(), study));
}

function addDatasets(add: Add, program: Command, handlers: Handlers): void {
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

function addDiff(add: Add, program: Command, handlers: Handlers): void {
  add(program, 'diff <run> [other]', 'in what a run differs from another one, or from HEAD with the working tree')
    .option('--stat', 'names only')
    .option('--exit-code', 'end with 1 when something differs, with 3 when not all could be compared')
    .action((...[run, other, , command]: [string, string | undefined, unknown, Command]) =>
      handlers.diff(command.optsWithGlobals(), { run, other }),
    );
}

function addAlias(add: Add, program: Command, handlers: Handlers): void {
  add(program, 'alias <model> <alias> [version]', 'give a version a name, or delete the name')
    .option('--delete', 'delete it')
    .option('--reason <text>', 'why, for the history')
    .action((...[model, alias, version, , command]: [string, string, string | undefined, unknown, Command]) =>
      handlers.alias(command.optsWithGlobals(), { model, alias, version }),
    );
}

const kinds: readonly SourceKind[] = ['mlruns', 'mlflow-db', 'dvc', 'wandb', 'csv', 'bundle'];

function addTransfer(add: Add, program: Command, handlers: Handlers): void {
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

function addDatabase(add: Add, program: Command, handlers: Handlers): void {
  const database = program.command('db').description('look after the database');
  add(database, 'copy <to>', 'write a compacted copy of it to a new file').action(
    (to: string, _: unknown, command: Command) => handlers.copy(command.optsWithGlobals(), to),
  );
  add(program, 'gc', 'say which files of .modelyard/objects nothing refers to any more, or remove them')
    .option('--remove', 'remove them')
    .action((_: unknown, command: Command) => handlers.gc(command.optsWithGlobals()));
  add(database, 'check', 'read all of it and report what is damaged').action((_: unknown, command: Command) =>
    handlers.check(command.optsWithGlobals()),
  );
}

const withGlobals = (command: Command): Command =>
  command
    .option('--workspace <dir>', 'the folder (default: the nearest one with a modelyard.yaml)')
    .option('--config <file>', 'the file to use instead of modelyard.yaml')
    .option('--json', 'one JSON document as the answer')
    .exitOverride();
