import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EngineClient } from '../../client/engineClient';
import type { PipelineRun } from '../../protocol/pipelines';
import { findPlace, requireConfig, spokenWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveSteps } from '../text/liveSteps';
import { runSummary } from '../text/runSummary';
import { exportText } from '../text/transferText';

export interface StepOptions {
  readonly pipeline: string;
  readonly step: string;
  /** Folders that steps before have left. */
  readonly from: readonly string[];
  /** The same of steps that may have failed: those that are there. */
  readonly fromAny: readonly string[];
  readonly to?: string;
  /** Absent: the newest that is over. */
  readonly partition?: string;
  /** Writes the run to the MLflow server that the environment names. */
  readonly report: boolean;
}

/**
 * `modelyard step`: one step in a workspace that has not seen the others, as a task of a workflow elsewhere. What the
 * steps before made comes from folders; what it makes goes into one.
 */
export async function stepCommand(invocation: Invocation, options: StepOptions): Promise<number> {
  const { io, colors } = invocation;
  const place = findPlace(invocation.options, io.cwd);
  requireConfig(place);
  const { pipeline, step: only, from, fromAny, to, partition, report } = options;
  const there = fromAny.filter(folder => existsSync(path.resolve(io.cwd, folder)));
  const request = {
    pipeline,
    only,
    from: [...from, ...there].map(folder => path.resolve(io.cwd, folder)),
    ...(to !== undefined && { to: path.resolve(io.cwd, to) }),
    ...(partition !== undefined && { partition }),
  };
  const outcome = await interruptible(signal =>
    withEngine(
      place,
      async client => {
        const live = new LiveSteps(io, colors.err);
        const pipelineRun = await client
          .call('pipelines/run', request, {
            signal,
            onProgress: progress => progress.pipelineRun && live.update(progress.pipelineRun),
          })
          .finally(() => live.end());
        const run = await client.call('runs/get', { run: pipelineRun.runId });
        const reported = report ? await reportRun(client, { pipelineRun, say: io.err }, signal) : undefined;
        return { pipelineRun, run, versions: [], gates: [], ...(reported && { reported }) };
      },
      { signal },
    ),
  );
  answer(invocation, {
    json: outcome,
    text: () =>
      runSummary(outcome, { colors: colors.out, width: io.width, workspace: spokenWorkspace(place, io) }) +
      (outcome.reported ? exportText(outcome.reported, colors.out) : ''),
  });
  const { status } = outcome.pipelineRun;
  if (status === 'cancelled') return exitCodes.cancelled;
  return status === 'succeeded' && (outcome.reported?.runs.broken ?? 0) === 0 ? exitCodes.ok : exitCodes.failed;
}

/** Also of a step that failed. The variables are those of MLflow's own clients. */
async function reportRun(
  client: EngineClient,
  { pipelineRun, say }: { readonly pipelineRun: PipelineRun; readonly say: (text: string) => void },
  signal: AbortSignal,
) {
  const url = process.env['MLFLOW_TRACKING_URI'] ?? '';
  if (!/^https?:\/\/[^\s@]+$/.test(url)) {
    const why = url === '' ? 'is not set' : 'is no address such as https://host';
    say(`MLFLOW_TRACKING_URI ${why}: the run is reported nowhere.\n`);
    return undefined;
  }
  const user = process.env['MLFLOW_TRACKING_USERNAME'] ?? '';
  const token = process.env[user === '' ? 'MLFLOW_TRACKING_TOKEN' : 'MLFLOW_TRACKING_PASSWORD'] ?? '';
  const credentials = { ...(token !== '' && { token }), ...(user !== '' && { user }) };
  const filter = `attributes.run_id = '${pipelineRun.runId}'`;
  return client.call('transfer/export', { to: { kind: 'mlflow', url, ...credentials }, filter }, { signal });
}
