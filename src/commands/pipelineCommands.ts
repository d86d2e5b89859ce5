import * as vscode from 'vscode';
import type { DatasetCheck } from '../../engine/protocol/datasets';
import type { PipelineRun, PipelineSummary, PlannedStep } from '../../engine/protocol/pipelines';
import type { RunId } from '../../engine/protocol/ids';
import type { LastResults } from '../editor/lastResults';
import type { LastStep } from '../editor/recentRuns';
import { isStepOf } from '../editor/recentRuns';
import { withIcon } from '../editor/lensText';
import { signalOf } from '../engineClient/cancellation';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { setContext } from '../manifest/contextKeys';
import type { ViewId } from '../manifest/viewIds';
import { duration } from '../views/text';
import type { CommandGroup } from './commandTable';
import { nothing, pickOne } from './pick';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

export interface PipelineCommandOptions {
  readonly engines: Engines;
  readonly results: LastResults;
  readonly openRun: (folder: vscode.Uri, runId: RunId) => void;
  readonly showStepLog: (engine: WorkspaceEngine, run: PipelineRun, step: string) => Promise<void>;
  /** Whether the Pipelines view, which shows how a run goes, is on the screen. */
  readonly isViewVisible: () => boolean;
}

/** What to run, and whether somebody is looking at where it is shown: a lens or the view. */
interface RunRequest {
  readonly pipeline: string;
  readonly only?: string;
  readonly startAt?: string;
  readonly resume?: boolean;
  /** Nothing is taken from earlier runs. */
  readonly fresh?: boolean;
  readonly params?: Readonly<Record<string, string>>;
  readonly partition?: string;
  readonly isShown: boolean;
}

/** Run, plan, stop, check, see the log. */
export function pipelineCommands(options: PipelineCommandOptions): CommandGroup {
  const { engines } = options;
  const isShown = (argument: unknown): boolean => argument !== undefined || options.isViewVisible();
  return {
    runPipeline: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { name } = await pickPipeline(engine, target);
      const { params, partition } = target;
      const given = { ...(params && { params }), ...(partition !== undefined && { partition }) };
      return runPipeline(engine, { pipeline: name, ...given, isShown: isShown(argument) }, options);
    },
    ...partCommands(options, isShown),
    stopPipeline: async argument => {
      const target = targetOf(engines, argument);
      const { engine, id } =
        target.engine && target.pipelineRun !== undefined
          ? { engine: target.engine, id: target.pipelineRun }
          : await pickRunning(engines, target).then(({ engine: found, run }) => ({ engine: found, id: run.id }));
      await engine.call('pipelines/cancel', { id });
    },
    showRunning: async () => {
      const { engine, run } = await pickRunning(engines, {});
      const stop = vscode.l10n.t('Stop');
      const chosen = await pickOne(
        [
          { label: stop, value: 'stop' },
          { label: vscode.l10n.t('Open Run'), value: 'open' },
        ],
        run.pipeline,
      );
      if (chosen === 'stop') await engine.call('pipelines/cancel', { id: run.id });
      else options.openRun(engine.folder, run.runId);
    },
    validateData: async argument => {
      const checked = await validateData(await pickEngine(engines, targetOf(engines, argument)));
      engines.inBackground('validateData', tellChecked(checked));
    },
    showStepLog: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      if (target.pipelineRun !== undefined && target.step !== undefined) {
        const run = await engine.call('pipelines/get', { id: target.pipelineRun });
        return options.showStepLog(engine, run, target.step);
      }
      const pipeline = await pickPipeline(engine, target);
      const ran = pipeline.steps.flatMap(({ name }) => options.results.step(engine, pipeline.name, name) ?? []);
      if (ran.length === 0) throw nothing(vscode.l10n.t('{0} has not run yet.', pipeline.name));
      const { run, step } = await pickRan(ran, target.step);
      await options.showStepLog(engine, run, step.name);
    },
  };
}

/** Of steps that have run the one that is meant; of a matrix one of its steps. */
async function pickRan(ran: readonly LastStep[], meant = ''): Promise<LastStep> {
  const exact = ran.find(({ step }) => step.name === meant);
  if (exact) return exact;
  const ofMatrix = ran.filter(({ step }) => isStepOf(step.name, meant));
  const items = (ofMatrix.length > 0 ? ofMatrix : ran).map(value => ({
    label: value.step.name,
    description: value.step.message ?? '',
    value,
  }));
  return pickOne(items, vscode.l10n.t('Which step?'));
}

/** What runs a part of a pipeline, or says beforehand what would run. */
function partCommands(options: PipelineCommandOptions, isShown: (argument: unknown) => boolean): CommandGroup {
  const { engines } = options;
  return {
    runStep: async argument => {
      const { engine, pipeline, step } = await pickStep(engines, argument);
      return runPipeline(engine, { pipeline, only: step, isShown: isShown(argument) }, options);
    },
    runFromStep: async argument => {
      const { engine, pipeline, step } = await pickStep(engines, argument);
      return runPipeline(engine, { pipeline, startAt: step, isShown: isShown(argument) }, options);
    },
    resumePipeline: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { name } = await pickPipeline(engine, target);
      return runPipeline(engine, { pipeline: name, resume: true, isShown: isShown(argument) }, options);
    },
    runPipelineFresh: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { name } = await pickPipeline(engine, target);
      return runPipeline(engine, { pipeline: name, fresh: true, isShown: isShown(argument) }, options);
    },
    planPipeline: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { name } = await pickPipeline(engine, target);
      await saveFolder(engine);
      const plan = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Planning {0}', name),
          cancellable: true,
        },
        (_, token) => engine.call('pipelines/plan', { pipeline: name }, { signal: signalOf(token) }),
      );
      const chosen = await pickOne(
        [
          { label: withIcon('play', vscode.l10n.t('Run')), value: { fresh: false } },
          { label: withIcon('run-all', vscode.l10n.t('Run everything')), value: { fresh: true } },
          ...plan.steps.map(planItem),
        ],
        plan.summary,
      );
      if (chosen === undefined) return plan;
      const { fresh } = chosen;
      return runPipeline(engine, { pipeline: name, ...(fresh && { fresh }), isShown: isShown(argument) }, options);
    },
  };
}

async function pickStep(
  engines: Engines,
  argument: unknown,
): Promise<{ engine: WorkspaceEngine; pipeline: string; step: string }> {
  const target = targetOf(engines, argument);
  const engine = await pickEngine(engines, target);
  const pipeline = await pickPipeline(engine, target);
  const items = pipeline.steps.map(({ name, uses }) => ({ label: name, description: uses, value: name }));
  const step = target.step ?? (await pickOne(items, vscode.l10n.t('Which step?')));
  return { engine, pipeline: pipeline.name, step };
}

const planIcons: Readonly<Record<PlannedStep['decision'], string>> = {
  runs: 'play-circle',
  always: 'sync',
  cached: 'history',
  skipped: 'circle-slash',
};

/** What becomes of a step and why; how long it takes when it runs. */
function planItem({ name, decision, reason, usually }: PlannedStep): {
  label: string;
  description: string;
  value: undefined;
} {
  const runs = decision === 'runs' || decision === 'always';
  const words: Readonly<Record<PlannedStep['decision'], string>> = {
    runs: vscode.l10n.t('runs'),
    always: vscode.l10n.t('runs'),
    cached: vscode.l10n.t('as before'),
    skipped: vscode.l10n.t('skipped'),
  };
  const time = runs && usually !== undefined ? [duration(usually)] : [];
  return {
    label: withIcon(planIcons[decision], name),
    description: [words[decision], ...time, reason].join(' · '),
    value: undefined,
  };
}

export async function pickPipeline(engine: WorkspaceEngine, target: Target): Promise<PipelineSummary> {
  const pipelines = await engine.call('pipelines/list', {});
  const named = pipelines.find(({ name }) => name === target.pipeline);
  if (named) return named;
  const items = pipelines.map(value => ({
    label: value.name,
    description: value.steps.map(({ name }) => name).join(' → '),
    value,
  }));
  return pickOne(items, vscode.l10n.t('Which pipeline?'));
}

/**
 * Whoever started it where it is shown sees it there, with its stop button, and in the status bar; whoever started it
 * from the palette gets a message with a cancel button, and one at the end.
 */
async function runPipeline(
  engine: WorkspaceEngine,
  { isShown, ...request }: RunRequest,
  options: PipelineCommandOptions,
): Promise<PipelineRun> {
  await saveFolder(engine);
  if (isShown) {
    const run = await vscode.window.withProgress({ location: { viewId: 'modelyard.pipelines' satisfies ViewId } }, () =>
      engine.call('pipelines/run', request),
    );
    setContext('modelyard.hasRuns', true);
    return run;
  }
  const title = vscode.l10n.t('Running {0}', request.only ?? request.startAt ?? request.pipeline);
  const run = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      let done = 0;
      return engine.call('pipelines/run', request, {
        signal: signalOf(token),
        onProgress: ({ message, fraction = 0 }) => {
          progress.report({ message, increment: Math.max(0, fraction - done) * 100 });
          done = Math.max(done, fraction);
        },
      });
    },
  );
  setContext('modelyard.hasRuns', true);
  options.engines.inBackground('runPipeline', tellEnd(engine, run, options));
  return run;
}

/** What is on the screen is what runs. */
export async function saveFolder(engine: WorkspaceEngine): Promise<void> {
  const key = engine.folder.toString();
  const dirty = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === key,
  );
  for (const document of dirty) await document.save();
}

async function tellEnd(engine: WorkspaceEngine, run: PipelineRun, options: PipelineCommandOptions): Promise<void> {
  const open = vscode.l10n.t('Open Run');
  const failed = run.steps.find(({ status }) => status === 'failed');
  if (run.status === 'cancelled') return;
  if (failed) {
    const log = vscode.l10n.t('Show Log');
    const message = vscode.l10n.t('{0} failed at {1}: {2}', run.pipeline, failed.name, failed.error?.message ?? '');
    const chosen = await vscode.window.showErrorMessage(message, open, log);
    if (chosen === log) await options.showStepLog(engine, run, failed.name);
    if (chosen === open) options.openRun(engine.folder, run.runId);
    return;
  }
  const took = duration((run.endedAt ?? run.startedAt) - run.startedAt);
  const last = run.steps.findLast(({ message }) => message !== undefined)?.message ?? '';
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0} finished in {1}: {2}', run.pipeline, took, last),
    open,
  );
  if (chosen === open) options.openRun(engine.folder, run.runId);
}

async function pickRunning(engines: Engines, target: Target): Promise<{ engine: WorkspaceEngine; run: PipelineRun }> {
  const asked = target.engine ? [target.engine] : engines.all();
  const all = await Promise.all(
    asked.map(async engine => (await engine.call('engine/status', {})).running.map(run => ({ engine, run }))),
  );
  const wanted = all.flat().filter(({ run }) => (target.pipeline ?? run.pipeline) === run.pipeline);
  if (wanted.length === 0) throw nothing(vscode.l10n.t('Nothing is running.'));
  return pickOne(
    wanted.map(value => ({
      label: value.run.pipeline,
      description: value.run.steps.find(({ status }) => status === 'running')?.name ?? '',
      value,
    })),
    vscode.l10n.t('Which run?'),
  );
}

const validateData = (engine: WorkspaceEngine): Thenable<readonly DatasetCheck[]> =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Checking data'), cancellable: true },
    (progress, token) =>
      engine.call(
        'datasets/validate',
        {},
        { signal: signalOf(token), onProgress: ({ message }) => progress.report({ message }) },
      ),
  );

function tellChecked(checked: readonly DatasetCheck[]): Thenable<unknown> {
  const found = checked.flatMap(({ report }) => report?.results ?? []);
  const failed = [
    ...checked.flatMap(({ checks }) => checks).filter(({ passed }) => !passed),
    ...found.filter(({ verdict }) => verdict !== 'passed' && verdict !== 'skipped'),
  ];
  const rows = checked.reduce((sum, { version }) => sum + version.rows, 0);
  const first = failed[0];
  return first
    ? vscode.window.showWarningMessage(
        vscode.l10n.t('{0} of the checks on the data failed: {1}', failed.length, first.message),
      )
    : vscode.window.showInformationMessage(
        vscode.l10n.t('All checks on {0} rows passed.', rows.toLocaleString(vscode.env.language)),
      );
}
