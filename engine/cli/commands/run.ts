import type { EngineClient } from '../../client/engineClient';
import { ModelyardError } from '../../errors';
import type { GateReport } from '../../protocol/gates';
import { findPlace, requireConfig, spokenWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { parseGateReports } from '../text/gateReports';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveSteps } from '../text/liveSteps';
import type { RunOutcome } from '../text/runSummary';
import { runSummary } from '../text/runSummary';

export interface RunOptions {
  /** Default: the first of modelyard.yaml. */
  readonly pipeline?: string;
  readonly only?: string;
  /** The step to begin with. */
  readonly startAt?: string;
  /** Goes on with the last run. */
  readonly resume?: boolean;
  /** Takes nothing from earlier runs. */
  readonly fresh?: boolean;
  /** Steps at a time. */
  readonly parallel?: number;
  readonly partition?: string;
  /** Values of parameters, as YAML. */
  readonly params?: Readonly<Record<string, string>>;
}

/** `modelyard run`: runs a pipeline to its end and says what came of it. */
export async function runCommand(invocation: Invocation, options: RunOptions): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const outcome = await interruptible(signal =>
    withEngine(
      place,
      async client => {
        const pipeline = options.pipeline ?? (await firstPipeline(client));
        const live = new LiveSteps(io, colors.err);
        try {
          const pipelineRun = await client.call(
            'pipelines/run',
            { ...options, pipeline },
            { signal, onProgress: report => report.pipelineRun && live.update(report.pipelineRun) },
          );
          return await gather(client, pipelineRun);
        } finally {
          live.end();
        }
      },
      { signal },
    ),
  );
  answer(invocation, {
    json: outcome,
    text: () => runSummary(outcome, { colors: colors.out, width: io.width, workspace: spokenWorkspace(place, io) }),
  });
  const { status } = outcome.pipelineRun;
  if (status === 'cancelled') return exitCodes.cancelled;
  return status === 'succeeded' ? exitCodes.ok : exitCodes.failed;
}

export async function firstPipeline(client: EngineClient): Promise<string> {
  const [first] = await client.call('pipelines/list', {});
  if (first) return first.name;
  throw new ModelyardError('config.invalid', 'modelyard.yaml has no pipeline.', { fix: 'Add one under `pipelines:`.' });
}

/** What the summary tells besides the steps. */
async function gather(client: EngineClient, pipelineRun: RunOutcome['pipelineRun']): Promise<RunOutcome> {
  const runIds = new Set([pipelineRun.runId, ...pipelineRun.steps.flatMap(step => step.runId ?? [])]);
  const [run, models, ...nested] = await Promise.all([
    client.call('runs/get', { run: pipelineRun.runId }),
    client.call('models/list', {}),
    ...[...runIds].slice(1).map(id => client.call('runs/get', { run: id })),
  ]);
  // A model that was only registered comes from an earlier run.
  const registered = new Set(
    [run, ...nested].map(({ tags }) => named(tags['modelyard.model'], tags['modelyard.modelVersion'])),
  );
  const versions = models
    .flatMap(model => model.versions)
    .filter(
      ({ runId, model, version }) =>
        (runId !== undefined && runIds.has(runId)) || registered.has(named(model, version)),
    );
  const judged = await candidateReports(client, pipelineRun);
  const isKnown = (report: GateReport): boolean =>
    judged.some(({ model, stage }) => model === report.model && stage === report.stage);
  const others = versions.flatMap(({ model, version }) =>
    (models.find(({ name }) => name === model)?.gates ?? []).filter(
      report => report.version === version && !isKnown(report),
    ),
  );
  const gates = [...judged, ...others].filter(({ results }) => results.length > 0);
  return { pipelineRun, run, versions, gates };
}

const named = (model: string | undefined, version: string | number | undefined): string => `${model}@${version}`;

/** What the step `gate` judged, when there was one. */
async function candidateReports(client: EngineClient, run: RunOutcome['pipelineRun']): Promise<readonly GateReport[]> {
  const gate = run.steps.find(step => step.uses === 'gate' && step.endedAt !== undefined && step.runId !== undefined);
  if (gate?.runId === undefined) return [];
  const file = await client.call('runs/artifact', { runId: gate.runId, path: 'gates.json' }).catch(() => undefined);
  return file?.text === undefined ? [] : parseGateReports(file.text);
}
