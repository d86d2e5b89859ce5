import { Command } from 'commander';
import { version } from '../../../package.json';
import type { GlobalOptions } from '../commandContext';
import { add, withGlobals } from './add';
import { addCi, type CiHandlers } from './ci';
import { addDatabase, type DatabaseHandlers } from './database';
import { addDatasets, type DatasetHandlers } from './datasets';
import { addCompile, addStep, type ElsewhereHandlers } from './elsewhere';
import { addFeatures, type FeatureHandlers } from './features';
import { addInfra, type InfraHandlers } from './infra';
import { addLineage, type LineageHandlers } from './lineage';
import { addAlias, addModels, type RegisteredHandlers } from './registered';
import { addRun, type RunHandlers } from './run';
import { addDiff, addReplay, addReport, addRuns, type RunsHandlers } from './runs';
import { addServe, addStop, type ServeHandlers } from './serve';
import { addServeFolder } from './servedFolder';
import { addServedModels, type ServedModelHandlers } from './servedModels';
import { addStudies, type StudyHandlers } from './studies';
import { addTransfer, type TransferHandlers } from './transfer';
import { addTriggers, type TriggerHandlers } from './triggers';

/** What the command line asks for; `main.ts` hands in functions that do it. */
export interface Handlers
  extends
    RunHandlers,
    ElsewhereHandlers,
    CiHandlers,
    InfraHandlers,
    DatasetHandlers,
    RunsHandlers,
    StudyHandlers,
    RegisteredHandlers,
    FeatureHandlers,
    ServedModelHandlers,
    LineageHandlers,
    TriggerHandlers,
    ServeHandlers,
    TransferHandlers,
    DatabaseHandlers {
  validate(options: GlobalOptions, names: readonly string[]): Promise<void>;
}

/** The grammar of the command line. Options that all commands have may stand before or after the command. */
export function createProgram(handlers: Handlers): Command {
  const program = withGlobals(new Command('modelyard'))
    .description('MLOps in a folder: run pipelines, judge and promote models, serve the tracking API.')
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError('(see modelyard --help)');

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
  addReplay(add, program, handlers);
  addReport(add, program, handlers);
  addModels(add, program, handlers);
  addAlias(add, program, handlers);
  addFeatures(add, program, handlers);
  addServedModels(add, program, handlers);
  addServeFolder(add, program, handlers);
  addLineage(add, program, handlers);
  addTriggers(add, program, handlers);
  addServe(add, program, handlers);
  addTransfer(add, program, handlers);
  addDatabase(add, program, handlers);
  addStop(add, program, handlers);
  return program;
}
