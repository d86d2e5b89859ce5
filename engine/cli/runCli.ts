import { CommanderError } from 'commander';
import pico from 'picocolors';
import { toWireError } from '../errors';
import type { GlobalOptions } from './commandContext';
import { aliasCommand } from './commands/alias';
import { checkRulesCommand } from './commands/check';
import { ciHandlers } from './ci/ciHandlers';
import { infraHandlers } from './program/infra';
import { compileCommand } from './commands/compile';
import { checkCommand, copyCommand, gcCommand } from './commands/database';
import { datasetDiffCommand, datasetsCommand, datasetVersionsCommand } from './commands/datasets';
import { diffCommand } from './commands/diff';
import { execCommand } from './commands/exec';
import { importModelCommand } from './commands/importModel';
import { serveModelCommand, testServingCommand } from './commands/serving';
import { affectedCommand, lineageCommand } from './commands/lineage';
import { modelsCommand } from './commands/models';
import { planCommand } from './commands/plan';
import { replayCommand } from './commands/replay';
import { backfillCommand, partitionsCommand } from './commands/partitions';
import { runCommand } from './commands/run';
import { reportCommand } from './commands/report';
import { runCardCommand } from './commands/runCard';
import { runsCommand } from './commands/runs';
import { auditParts } from './audit/flags';
import { scanCommand } from './commands/scan';
import { serveCommand } from './commands/serve';
import { stepCommand } from './commands/step';
import { submitCommand } from './commands/submit';
import { stopCommand } from './commands/stop';
import { continueCommand, enqueueCommand, stopStudyCommand, studiesCommand, studyCommand } from './commands/studies';
import { exportFileCommand, exportServerCommand, importCommand } from './commands/transfer';
import { fireCommand, nextCommand, pauseCommand, triggersCommand } from './commands/triggers';
import type { DataHandlers } from './program/data';
import { expectCommand } from './commands/expect';
import { failingCommand } from './commands/failing';
import { validateCommand } from './commands/validate';
import { waiveCommand } from './commands/waive';
import { watchCommand } from './commands/watch';
import { exitCodeOf, exitCodes } from './exitCode';
import type { Invocation } from './invocation';
import type { Io } from './io';
import { jsonText } from './json';
import { featureHandlers } from './features/handlers';
import { signHandlers } from './sign/handlers';
import { modelHandlers } from './models/handlers';
import type { Handlers } from './program/program';
import type { ServedModelHandlers } from './program/servedModels';
import type { ElsewhereHandlers, WorkflowFlags } from './program/elsewhere';
import { createProgram } from './program/program';
import { sayError } from './sayError';

/** Runs one command line; the exit code is the result, errors have been said. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let code: number = exitCodes.ok;
  const colors = { out: pico.createColors(io.color.out), err: pico.createColors(io.color.err) };
  const program = createProgram(
    handlers(async (options, command) => {
      code = await command({ io, options, colors });
    }),
  );
  const json = ownArguments(args).includes('--json');
  forEachCommand(program, command =>
    command.configureOutput({ writeOut: io.out, writeErr: json ? () => undefined : io.err }),
  );
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return usageExit(error, { io, json });
    const wire = toWireError(error);
    sayError(wire, { io, options: { json }, colors });
    return exitCodeOf(wire.code);
  }
}

/** What follows two dashes belongs to a command that is run. */
const ownArguments = (args: readonly string[]): readonly string[] =>
  args.includes('--') ? args.slice(0, args.indexOf('--')) : args;

type Perform = (options: GlobalOptions, command: (invocation: Invocation) => Promise<number>) => Promise<void>;

const running = (perform: Perform): Pick<Handlers, 'run' | 'plan' | 'partitions' | 'backfill'> => ({
  partitions: ({ limit, ...options }, pipeline) =>
    perform(options, invocation => partitionsCommand(invocation, { pipeline, limit })),
  backfill: ({ from, to, all, outdated, fresh, param, parallel, ...options }, pipeline) =>
    perform(options, invocation =>
      backfillCommand(invocation, {
        pipeline,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(all !== undefined && { all }),
        ...(outdated !== undefined && { outdated }),
        ...(fresh !== undefined && { fresh }),
        ...(param !== undefined && { params: paramValues(param) }),
        ...(parallel !== undefined && { parallel }),
      }),
    ),
  run: ({ only, from, resume, fresh, param, parallel, partition, ...options }, pipeline) =>
    perform(options, invocation =>
      runCommand(invocation, {
        ...(pipeline !== undefined && { pipeline }),
        ...(only !== undefined && { only }),
        ...(from !== undefined && { startAt: from }),
        ...(resume !== undefined && { resume }),
        ...(fresh !== undefined && { fresh }),
        ...(param !== undefined && { params: paramValues(param) }),
        ...(parallel !== undefined && { parallel }),
        ...(partition !== undefined && { partition }),
      }),
    ),
  plan: ({ fresh = false, param = [], parallel, partition, ...options }, pipeline) => {
    const asked = {
      pipeline,
      fresh,
      params: paramValues(param),
      ...(parallel !== undefined && { parallel }),
      ...(partition !== undefined && { partition }),
    };
    return perform(options, invocation => planCommand(invocation, asked));
  },
});

/** Of `lr=0.1` the name and the value. */
const paramValues = (written: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(written.map(text => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]));

const checking = (perform: Perform): Pick<Handlers, 'checkRules' | 'waive' | 'scan'> => ({
  scan: ({ model, again, format, output, advisories, ...options }, subjects) =>
    perform(options, invocation =>
      scanCommand(invocation, {
        ...{ subjects, parts: auditParts(options) },
        ...(advisories !== undefined && { advisories }),
        ...(options.history === true && { history: true }),
        ...(model !== undefined && { model }),
        ...(again !== undefined && { again }),
        ...(format !== undefined && { format }),
        ...(output !== undefined && { output }),
      }),
    ),
  waive: (options, rule) => perform(options, invocation => waiveCommand(invocation, { ...options, rule })),
  checkRules: ({ only, stage, data, subject, format = [], output, ...options }) =>
    perform(options, invocation =>
      checkRulesCommand(invocation, {
        formats: format,
        ...(only !== undefined && { only }),
        ...(stage !== undefined && { stages: stage }),
        ...(data !== undefined && { data }),
        ...(subject !== undefined && { judge: subject }),
        ...(output !== undefined && { output }),
      }),
    ),
});

const serving = (perform: Perform): ServedModelHandlers => ({
  serveModel: ({ token: isAsked = true, ...options }, target) => {
    const token = isAsked ? process.env['MODELYARD_SERVING_TOKEN'] : null;
    return perform(options, invocation =>
      serveModelCommand(invocation, { target, port: options.port, ...(token !== undefined && { token }) }),
    );
  },
  testServing: ({ seconds, connections, ...options }, names) =>
    perform(options, invocation =>
      testServingCommand(invocation, {
        ...names,
        ...(seconds !== undefined && { seconds }),
        ...(connections !== undefined && { connections }),
      }),
    ),
});

const aboutData = (perform: Perform): DataHandlers => ({
  failing: (options, name) => perform(options, invocation => failingCommand(invocation, { ...options, name })),
  expect: ({ write = false, ...options }, name) =>
    perform(options, invocation => expectCommand(invocation, { name, write })),
});

const generated = (perform: Perform) => ({ ...ciHandlers(perform), ...infraHandlers(perform) });

const handlers = (perform: Perform): Handlers => ({
  ...running(perform),
  ...aboutData(perform),
  ...elsewhere(perform),
  ...checking(perform),
  ...{ ...modelHandlers(perform), ...signHandlers(perform), ...featureHandlers(perform) },
  ...serving(perform),
  ...generated(perform),
  validate: (options, names) => perform(options, invocation => validateCommand(invocation, names)),
  lineage: (options, node) => perform(options, invocation => lineageCommand(invocation, { ...options, node })),
  affected: ({ exitCode = false, ...options }, node) =>
    perform(options, invocation => affectedCommand(invocation, { node, exitCode })),
  datasets: options => perform(options, datasetsCommand),
  datasetVersions: (options, name) =>
    perform(options, invocation => datasetVersionsCommand(invocation, { ...options, name })),
  datasetDiff: ({ exitCode = false, ...options }, versions) =>
    perform(options, invocation => datasetDiffCommand(invocation, { ...versions, exitCode })),
  runs: options => perform(options, invocation => runsCommand(invocation, options)),
  runCard: ({ step, ...options }, run) =>
    perform(options, invocation => runCardCommand(invocation, { run, ...(step !== undefined && { step }) })),
  studies: options => perform(options, invocation => studiesCommand(invocation, options)),
  study: (options, study) => perform(options, invocation => studyCommand(invocation, { ...options, study })),
  enqueue: (options, study, pairs) => perform(options, invocation => enqueueCommand(invocation, { study, pairs })),
  stopStudy: (options, study) => perform(options, invocation => stopStudyCommand(invocation, study)),
  continueStudy: ({ trials, seconds, ...options }, study) =>
    perform(options, invocation =>
      continueCommand(invocation, {
        study,
        ...(trials !== undefined && { trials }),
        ...(seconds !== undefined && { seconds }),
      }),
    ),
  diff: ({ stat = false, exitCode = false, ...options }, runs) =>
    perform(options, invocation => diffCommand(invocation, { ...runs, stat, exitCode })),
  replay: (options, run) => perform(options, invocation => replayCommand(invocation, run)),
  report: (options, runs) => perform(options, invocation => reportCommand(invocation, { ...options, runs })),
  models: (options, name) => perform(options, invocation => modelsCommand(invocation, name)),
  importModel: (options, file) => perform(options, invocation => importModelCommand(invocation, { ...options, file })),
  alias: ({ delete: isDeleted = false, reason = '', ...options }, names) =>
    perform(options, invocation => aliasCommand(invocation, { ...names, isDeleted, reason })),
  serve: ({ token: asked, ...options }) => {
    const token = asked === false ? null : (asked ?? process.env['MLFLOW_TRACKING_TOKEN']);
    return perform(options, invocation =>
      serveCommand(invocation, { port: options.port, ...(token !== undefined && { token }) }),
    );
  },
  ...triggerHandlers(perform),
  exec: (options, command) => perform(options, invocation => execCommand(invocation, command)),
  import: (options, source) => perform(options, invocation => importCommand(invocation, { ...options, source })),
  exportBundle: (options, file) =>
    perform(options, invocation => exportFileCommand(invocation, { ...options, kind: 'bundle', file })),
  exportCsv: (options, file) =>
    perform(options, invocation => exportFileCommand(invocation, { ...options, kind: 'csv', file })),
  exportMlflow: (options, url) => perform(options, invocation => exportServerCommand(invocation, { ...options, url })),
  copy: (options, to) => perform(options, invocation => copyCommand(invocation, to)),
  check: options => perform(options, checkCommand),
  gc: ({ remove = false, ...options }) => perform(options, invocation => gcCommand(invocation, remove)),
  stop: ({ now = false, timeout, ...options }) =>
    perform(options, invocation => stopCommand(invocation, { now, timeout })),
});

/** What every command has, and what a workflow is written with. */
function apart({ workspace, config, json, ...flags }: GlobalOptions & WorkflowFlags): [GlobalOptions, WorkflowFlags] {
  const globals = {
    ...(workspace !== undefined && { workspace }),
    ...(config !== undefined && { config }),
    ...(json !== undefined && { json }),
  };
  return [globals, flags];
}

/** What has pipelines run in other places. */
const elsewhere = (perform: Perform): ElsewhereHandlers => ({
  compile: ({ out, force = false, to, ...options }, pipeline) => {
    const [globals, flags] = apart(options);
    return perform(globals, invocation =>
      compileCommand(invocation, { request: { ...flags, to, pipeline }, force, ...(out !== undefined && { out }) }),
    );
  },
  submit: ({ kubeconfig, context, namespace, ...options }, pipeline) => {
    const [globals, flags] = apart(options);
    const cluster = {
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
      ...(namespace !== undefined && { namespace }),
    };
    return perform(globals, invocation => submitCommand(invocation, { ...flags, ...cluster, pipeline }));
  },
  step: ({ from = [], fromAny = [], to, report = false, partition = '', ...options }, names) =>
    perform(options, invocation =>
      stepCommand(invocation, {
        ...{ ...names, from, fromAny, report },
        ...(to !== undefined && { to }),
        ...(partition !== '' && { partition }),
      }),
    ),
});

const triggerHandlers = (
  perform: Perform,
): Pick<Handlers, 'watch' | 'triggers' | 'next' | 'fire' | 'pause' | 'resume'> => ({
  watch: options => perform(options, watchCommand),
  triggers: options => perform(options, triggersCommand),
  next: ({ count, ...options }, pipeline) =>
    perform(options, invocation => nextCommand(invocation, { count, ...(pipeline !== undefined && { pipeline }) })),
  fire: (options, pipeline) => perform(options, invocation => fireCommand(invocation, { ...options, pipeline })),
  pause: (options, names) =>
    perform(options, invocation => pauseCommand(invocation, { method: 'triggers/pause', ...names })),
  resume: (options, names) =>
    perform(options, invocation => pauseCommand(invocation, { method: 'triggers/resume', ...names })),
});

/** Help and version end well; anything else that commander stops at was a mistake in the command line. */
function usageExit(error: CommanderError, { io, json }: { io: Io; json: boolean }): number {
  if (error.exitCode === 0) return exitCodes.ok;
  if (json) io.out(jsonText({ error: { code: 'params.invalid', message: error.message.replace(/^error: /, '') } }));
  return exitCodes.usage;
}

function forEachCommand(command: ReturnType<typeof createProgram>, visit: (one: typeof command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}
