import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { DebugRuntime } from '../../protocol/debug';
import type { PipelineRunId, RunId } from '../../protocol/ids';
import type { PipelineRequest, PipelineRun, StepRun } from '../../protocol/pipelines';
import type { PipelineConfig } from '../../protocol/workspaceConfig';
import { debuggable } from '../debug/debugStep';
import type { LoadedConfig } from '../ports';

/** @throws ModelyardError `not-found` */
export function pipelineOf(loaded: LoadedConfig, name: string): PipelineConfig {
  const { pipelines } = loaded.config;
  const pipeline = Object.hasOwn(pipelines, name) ? pipelines[name] : undefined;
  if (pipeline) return pipeline;
  const names = Object.keys(pipelines);
  throw new ModelyardError('not-found', `${loaded.file} has no pipeline ${name}.`, {
    fix: names.length > 0 ? `It has ${names.join(', ')}.` : 'Add one under `pipelines:`.',
  });
}

/** What the step that is to be debugged runs on; undefined for a run like any other. @throws ModelyardError `params.invalid` */
export function debugRuntime(
  { pipeline, only, debug }: PipelineRequest,
  { steps }: PipelineConfig,
): DebugRuntime | undefined {
  if (debug !== true || only === undefined) return undefined;
  return debuggable(only, steps[only], `pipelines.${pipeline}.steps.${only}`).runtime;
}

export const tagsOf = (
  id: PipelineRunId,
  run: {
    name: string;
    loaded: LoadedConfig;
    params: Readonly<Record<string, string>>;
    runtime?: string;
    partition?: string;
  },
): Readonly<Record<string, string>> => ({
  'modelyard.pipeline': run.name,
  'modelyard.pipelineRun': id,
  'modelyard.config.digest': run.loaded.digest,
  ...(run.partition !== undefined && { 'modelyard.partition': run.partition }),
  ...(run.runtime !== undefined && { 'modelyard.debug': run.runtime }),
  ...(Object.keys(run.params).length > 0 && { 'modelyard.params': JSON.stringify(run.params) }),
});

const paramsSchema = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

/** The parameters that a run was given, by its tags; undefined when it was given none. */
export function paramsOf(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const parsed = v.safeParse(paramsSchema, tags['modelyard.params']);
  return parsed.success ? parsed.output : undefined;
}

/** For `catch`: undefined when there are no such parameters any more. */
export function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ModelyardError && error.code === 'params.invalid')) throw error;
}

export const newRun = (what: {
  id: PipelineRunId;
  runId: RunId;
  name: string;
  loaded: LoadedConfig;
  steps: readonly StepRun[];
  debug?: DebugRuntime | undefined;
  partition?: string | undefined;
}): PipelineRun => ({
  id: what.id,
  pipeline: what.name,
  status: 'running',
  startedAt: Date.now(),
  runId: what.runId,
  steps: what.steps,
  configDigest: what.loaded.digest,
  ...(what.debug !== undefined && { debug: what.debug }),
  ...(what.partition !== undefined && { partition: what.partition }),
});

export const waiting = (name: string, pipeline: PipelineConfig): StepRun => ({
  name,
  uses: pipeline.steps[name]?.uses ?? 'run',
  needs: pipeline.steps[name]?.needs ?? [],
  status: 'waiting',
  logSize: 0,
});
