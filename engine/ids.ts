import { randomBytes } from 'node:crypto';
import type { Digest, ExperimentId, LoggedModelId, PipelineRunId, RunId, StudyId, TraceId } from './protocol/ids';
import { ModelyardError } from './errors';

/** A new random run id. */
export const newRunId = (): RunId => randomBytes(16).toString('hex') as RunId;
export const newPipelineRunId = (): PipelineRunId => randomBytes(16).toString('hex') as PipelineRunId;
export const newStudyId = (): StudyId => randomBytes(16).toString('hex') as StudyId;

export const newLoggedModelId = (): LoggedModelId => `m-${randomBytes(16).toString('hex')}` as LoggedModelId;

/** @throws ModelyardError `params.invalid` when the text cannot be a run id (MLflow's rule). */
export function runId(text: string): RunId {
  if (!isRunId(text)) throw invalid('run id', text);
  return text;
}

export const isRunId = (text: string): text is RunId => /^[a-zA-Z0-9][\w-]{0,255}$/.test(text);

export function experimentId(text: string): ExperimentId {
  if (!/^\d{1,19}$/.test(text)) throw invalid('experiment id', text);
  return text as ExperimentId;
}

export function pipelineRunId(text: string): PipelineRunId {
  if (!/^[0-9a-f]{32}$/.test(text)) throw invalid('pipeline run id', text);
  return text as PipelineRunId;
}

export function studyId(text: string): StudyId {
  if (!/^[0-9a-f]{32}$/.test(text)) throw invalid('study id', text);
  return text as StudyId;
}

export function digest(text: string): Digest {
  if (!isDigest(text)) throw invalid('sha-256 digest', text);
  return text;
}

export const isDigest = (text: string): text is Digest => /^[0-9a-f]{64}$/.test(text);

export function loggedModelId(text: string): LoggedModelId {
  if (!/^m-[\w-]{1,64}$/.test(text)) throw invalid('logged model id', text);
  return text as LoggedModelId;
}

export function traceId(text: string): TraceId {
  if (!/^tr-[\w-]{1,64}$/.test(text)) throw invalid('trace id', text);
  return text as TraceId;
}

const invalid = (what: string, text: string): ModelyardError =>
  new ModelyardError('params.invalid', `${JSON.stringify(text.slice(0, 80))} is not a ${what}.`);
