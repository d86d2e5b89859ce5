import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError, isAbort, toWireError } from '../../errors';
import { refuseOutside } from '../../paths';
import type {
  ChampionModel,
  EarlierFolds,
  EngineStepContext,
  Job,
  JobResult,
  JobSurroundings,
  ModelTraining,
  StepInput,
  TuneContext,
} from '../../protocol/jobs';
import type { HttpEndpoint } from '../../protocol/methods';
import type { StepResources } from '../../protocol/resources';
import type { ChildUse, CrossValidateOptions, EvaluateOptions, TrainOptions, TunedOptions } from '../../protocol/steps';
import type { BuiltInStep, CommandStep, StepConfig } from '../../protocol/workspaceConfig';
import type { ChildJobOptions } from './childProcess';
import { runChildJob } from './childProcess';
import type { CommandOptions } from './command';
import { runCommand } from './command';
import type { Debugger } from '../debug/debugStep';
import { runDebugged } from '../debug/debugStep';
import type { Environments } from '../environments/environments';
import { checkedSources, datasetSources, withGateNeeds } from './jobInput';
import { rayJobId, reachedEngine, remoteCommand } from './remoteStep';
import { stepMarks } from '../processes/markedProcesses';
import type { MlflowAccess } from './mlflowVariables';
import { mlflowVariables } from './mlflowVariables';
import type { LoadedConfig, PipelinePorts } from '../ports';
import { rivals } from './rivals';
import type { StepLog } from './stepLog';

export interface StepWork {
  readonly name: string;
  readonly step: StepConfig;
  readonly inputs: readonly StepInput[];
  readonly log: StepLog;
  /** Where the step writes; exists already and is empty. */
  readonly workDir: string;
  readonly loaded: LoadedConfig;
  readonly workspace: string;
  readonly jobFile: string;
  readonly environments: Pick<Environments, 'prepare'>;
  readonly context: Omit<EngineStepContext, 'inputs' | 'workDir' | 'signal' | 'log'>;
  readonly ports: Pick<
    PipelinePorts,
    | 'remote'
    | 'trials'
    | 'features'
    | 'gate'
    | 'register'
    | 'tune'
    | 'tuned'
    | 'http'
    | 'tracking'
    | 'champion'
    | 'rival'
    | 'earlierFolds'
    | 'trainingTimes'
    | 'references'
  >;
  /** Its command runs there. */
  readonly debug?: Debugger;
  readonly onProgress: (message: string, fraction?: number) => void;
  /** Called for each process that was measured. */
  readonly onResources: (used: StepResources) => void;
  readonly onMetric: (point: { key: string; value: number; step: number; time: number }) => void;
}

/** The folder that the paths of a step's outputs are relative to. */
export const outputFolder = (work: StepWork): string => (work.step.uses === 'run' ? work.workspace : work.workDir);

/** ms; a longer timer would ring at once. */
const longestTimer = 2 ** 31 - 1;
const overdue = Symbol('overdue');

/**
 * Runs one step: a command in a shell, a built-in one in a child process, or `gate`, `register` and the choices of
 * `tune` in the engine.
 * @throws ModelyardError `step.timeout`, `cancelled`, or what the step failed with
 */
export async function runStep(work: StepWork, signal: AbortSignal): Promise<JobResult> {
  const { timeout } = work.step;
  // at a breakpoint time stands still
  if (timeout === undefined || work.debug) return runEither(work, signal);
  // Not AbortSignal.timeout within AbortSignal.any: Node 20 may collect such a signal before it fires.
  const limited = new AbortController();
  const abort = (): void => limited.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const timer = setTimeout(() => limited.abort(overdue), Math.min(timeout, longestTimer));
  try {
    return await runEither(work, limited.signal);
  } catch (error) {
    if (!isAbort(error) || limited.signal.reason !== overdue) throw error;
    throw new ModelyardError(
      'step.timeout',
      `Step ${work.name} was ended: it took longer than its timeout of ${timeout / 1000} s.`,
      { fix: 'Give it more time with `timeout:`, or less to do.' },
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

const runEither = (work: StepWork, signal: AbortSignal): Promise<JobResult> =>
  work.step.uses === 'run' ? runCommandStep(work, work.step, signal) : runTold(work, work.step, signal);

/** Its log tells what it did, and last what came of it. */
async function runTold(work: StepWork, step: BuiltInStep, signal: AbortSignal): Promise<JobResult> {
  const result = await runBuiltIn(work, step, signal);
  work.log.write(`${result.summary}\n`);
  if (result.error) work.log.write(`\n${result.error.message}\n`);
  return result;
}

async function runBuiltIn(work: StepWork, step: BuiltInStep, signal: AbortSignal): Promise<JobResult> {
  const { inputs, workDir } = work;
  const context = { ...work.context, inputs, workDir, signal, log: (line: string) => work.log.write(`${line}\n`) };
  switch (step.uses) {
    case 'gate':
      return work.ports.gate(step.with, context);
    case 'register':
      return work.ports.register(step.with, context);
    case 'tune': {
      const progress = (message: string, fraction: number): void => work.onProgress(message, fraction);
      return runTune(work, step, { ...context, step: work.name, progress });
    }
    case 'features':
      return work.ports.features.run(step.with, { ...context, progress: work.onProgress });
    default: {
      const compared = await comparedWith(work, step);
      const checked = step.uses === 'validate' && { datasets: await checkedSources(work, step.with.dataset, signal) };
      const job: Job = { ...(await childUse(work, step)), ...surroundings(work), ...checked, ...compared };
      const { jobFile, log, onResources } = work;
      return runChildJob({ jobFile, job, log, onMessage: narrator(work), onResources }, signal);
    }
  }
}

type TuneStep = Extract<BuiltInStep, { readonly uses: 'tune' }>;

/** Its trials are measured here, or where `executor:` says. */
async function runTune(work: StepWork, step: TuneStep, context: Omit<TuneContext, 'runTrial'>): Promise<JobResult> {
  const { executor = 'local', with: options } = step;
  if (executor === 'local') return work.ports.tune(options, { ...context, runTrial: trialRunner(work) });
  const http = await openDoor(work);
  const pool = work.ports.trials({
    ...executor,
    ...reachedEngine(executor, http && access(work, http)),
    jobId: rayJobId(context.pipelineRunId, work.name),
    slots: options.parallel,
    surroundings: surroundings(work),
    experiment: work.loaded.config.name,
    log: text => work.log.write(text),
  });
  try {
    const runTrial: TuneContext['runTrial'] = (trial, signal) => pool.run(trial, signal);
    return await work.ports.tune(options, { ...context, workers: options.parallel, runTrial });
  } finally {
    await pool.close();
  }
}

interface Compared {
  readonly champion?: ChampionModel;
  readonly rivals?: readonly ChampionModel[];
  readonly earlier?: EarlierFolds;
  readonly training?: ModelTraining;
}

async function comparedWith(work: StepWork, step: BuiltInStep): Promise<Compared> {
  if (step.uses === 'evaluate') return { ...(await champion(work, step.with)), ...(await rivals(work)) };
  if (step.uses === 'test')
    return { ...(await champion(work, { champion: step.with.model })), ...(await training(work)) };
  return step.uses === 'cross-validate' ? earlier(work, step.with) : {};
}

/** What a cross-validation is compared with. */
function earlier(work: StepWork, { against: wanted }: CrossValidateOptions): Compared {
  if (wanted === undefined) return {};
  const { pipeline, runId } = work.context;
  const found = work.ports.earlierFolds({ wanted, pipeline, runId });
  if (!found) work.log.write('No earlier run has folds to compare with yet.\n');
  return found ? { earlier: found } : {};
}

/** How the model came about that a step tests. */
async function training(work: StepWork): Promise<Compared> {
  const { pipeline, runId: own } = work.context;
  const model = work.inputs.find(({ kind }) => kind === 'model');
  if (model === undefined) return {};
  const step = work.loaded.config.pipelines[pipeline]?.steps[model.step];
  const options = step?.uses === 'train' ? await trainOptions(work, step.with) : undefined;
  const times = work.ports.trainingTimes({ pipeline, runId: model.runId ?? own });
  return { training: { ...times, ...(options && { options }) } };
}

/** The registered model that a step compares with, beside what the step writes. */
async function champion(work: StepWork, { champion: model }: Pick<EvaluateOptions, 'champion'>): Promise<Compared> {
  if (model === undefined) return {};
  const found = await work.ports.champion(model, path.join(work.workDir, '.champion'));
  if (!found) work.log.write(`No version of ${model} is there to compare with yet.\n`);
  return found ? { champion: found } : {};
}

const surroundings = (work: StepWork): JobSurroundings => ({
  step: work.name,
  runId: work.context.runId,
  workspace: work.workspace,
  workDir: work.workDir,
  inputs: work.inputs,
  datasets: datasetSources(work),
});

type ChildStep = Exclude<BuiltInStep, { readonly uses: 'gate' | 'register' | 'tune' | 'features' }>;

/** A step's `uses` and `with` as its process needs them; spelt out so that the pair stays typed. */
async function childUse(work: StepWork, step: ChildStep): Promise<ChildUse> {
  switch (step.uses) {
    case 'validate':
      return { uses: step.uses, with: step.with };
    case 'split':
      return { uses: step.uses, with: step.with };
    case 'prepare':
      return { uses: step.uses, with: step.with };
    case 'train':
      return { uses: step.uses, with: await trainOptions(work, step.with) };
    case 'cross-validate':
      return { uses: step.uses, with: step.with };
    case 'learning-curve':
      return { uses: step.uses, with: step.with };
    case 'import':
      return { uses: step.uses, with: step.with };
    case 'test':
      return { uses: step.uses, with: step.with };
    case 'evaluate':
      return { uses: step.uses, with: withGateNeeds(step.with, work.loaded.config) };
  }
}

/** @throws ModelyardError `config.invalid` when no step before has tuned anything */
async function trainOptions(work: StepWork, options: TrainOptions | TunedOptions): Promise<TrainOptions> {
  if (options.learner !== 'tuned') return options;
  const tuning = work.inputs.find(({ kind }) => kind === 'tuning');
  if (tuning) return work.ports.tuned(tuning.path, options);
  throw new ModelyardError(
    'config.invalid',
    `Step ${work.name} needs what a tune step makes, and none comes before it.`,
    {
      fix: `Add a step with \`uses: tune\` and name it under \`needs\` of ${work.name}, or say \`learner:\`.`,
    },
  );
}

/** Runs a trial in a process and a folder of its own; what it prints stands in the step's log behind its name. */
const trialRunner =
  (work: StepWork): TuneContext['runTrial'] =>
  async ({ name, with: options, onFold }, signal) => {
    const isCrowded = work.step.uses === 'tune' && work.step.with.parallel > 1;
    const workDir = path.join(work.workDir, name);
    await mkdir(workDir, { recursive: true });
    const log = {
      write: (text: string | Uint8Array) => {
        const lines = Buffer.from(text).toString().trimEnd().split('\n');
        work.log.write(lines.map(line => `${name}: ${line}\n`).join(''));
      },
    };
    const job: Job = { uses: 'trial', with: options, ...surroundings(work), workDir };
    const onMessage: ChildJobOptions['onMessage'] = message => {
      if (message.type === 'metric') onFold(message);
    };
    try {
      return await runChildJob(
        { jobFile: work.jobFile, job, log, onMessage, onResources: work.onResources, ...(isCrowded && { threads: 1 }) },
        signal,
      );
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  };

/** Passes on what a child says; what it is doing goes to its log as well, once. */
function narrator(work: StepWork): ChildJobOptions['onMessage'] {
  let last = '';
  return message => {
    if (message.type === 'metric') {
      work.onMetric({ key: message.key, value: message.value, step: message.step, time: Date.now() });
      return;
    }
    if (message.message !== last) work.log.write(`${message.message}\n`);
    last = message.message;
    work.onProgress(message.message, message.fraction);
  };
}

async function runCommandStep(work: StepWork, step: CommandStep, signal: AbortSignal): Promise<JobResult> {
  await mkdir(work.workDir, { recursive: true });
  for (const [i, out] of step.outs.entries())
    await refuseOutside(work.workspace, { file: out, shown: out, key: `outs.${i}` });
  const started = Date.now();
  const http = await openDoor(work);
  await (isRemote(step) ? runRemote({ work, step, http }, signal) : runHere({ work, step, http }, signal));
  return {
    outputs: step.outs.map(out => ({
      kind: 'file',
      path: out,
      artifactPath: path.posix.normalize(out.split(path.sep).join('/')),
    })),
    params: {},
    metrics: {},
    tags: {},
    inputs: [],
    summary: `${work.debug ? 'debugged' : 'done'} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  };
}

interface CommandWork {
  readonly work: StepWork;
  readonly step: CommandStep;
  readonly http: HttpEndpoint | undefined;
}

async function runHere({ work, step, http }: CommandWork, signal: AbortSignal): Promise<void> {
  const { debug, name, workDir } = work;
  const marks = stepMarks(work.context.runId, name);
  const log = {
    marks,
    write: (text: string | Uint8Array) => work.log.write(typeof text === 'string' ? text : Buffer.from(text)),
  };
  const environment = step.environment && (await work.environments.prepare(step.environment, log, signal));
  const plain = commandOptions({ work, step, http });
  const options = environment ? { ...plain, env: { ...environment, ...plain.env } } : plain;
  await (debug ? runDebugged(options, { name, debug, folder: workDir }, signal) : runCommand(options, signal));
}

function commandOptions({ work, step, http }: CommandWork): CommandOptions {
  const secrets = secretValues(step);
  return {
    command: step.run,
    cwd: work.workspace,
    env: { ...step.env, ...secrets, ...(http && mlflowVariables(access(work, http), { ...step.env, ...secrets })) },
    secrets: [...Object.values(secrets), ...(http?.token === undefined ? [] : [http.token])],
    marks: stepMarks(work.context.runId, work.name),
    log: work.log,
    onOutput: line => work.onProgress(line),
    onResources: work.onResources,
  };
}

const isRemote = ({ executor = 'local' }: CommandStep): boolean => executor !== 'local';

/** Where `executor:` says. */
async function runRemote({ work, step, http }: CommandWork, signal: AbortSignal): Promise<void> {
  const { executor = 'local' } = step;
  if (executor === 'local') return;
  if (step.environment)
    work.log.write('`environment` is for commands that run here: there it is what the image brings.\n');
  await work.ports.remote(remoteCommand(work, { step, executor, access: http && access(work, http) }), signal);
}

/** @throws ModelyardError `step.failed` when the engine's environment lacks one */
function secretValues({ secrets = {} }: CommandStep): Readonly<Record<string, string>> {
  const found = Object.entries(secrets).map(([name, source]): [string, string] => {
    const value = process.env[source];
    if (value !== undefined && value !== '') return [name, value];
    throw new ModelyardError(
      'step.failed',
      `The environment variable ${source} is not set, from which ${name} is taken.`,
      {
        place: { file: 'modelyard.yaml', key: `env.${name}` },
        fix: 'Set it where the engine is started (`modelyard stop` ends the one that runs), then run the step again.',
      },
    );
  });
  return Object.fromEntries(found);
}

/** Undefined when there is no way in: then the command goes on by itself, and its log says so. */
async function openDoor({ ports, log }: StepWork): Promise<HttpEndpoint | undefined> {
  try {
    return await ports.http();
  } catch (error) {
    const { message } = toWireError(error);
    log.write(`MLflow's variables are not set, so what this command logs is not part of the run: ${message}\n`);
    return undefined;
  }
}

const access = ({ ports, loaded, context }: StepWork, http: HttpEndpoint): MlflowAccess => ({
  ...http,
  runId: context.runId,
  experimentId: ports.tracking.ensureExperiment(loaded.config.name).id,
});
