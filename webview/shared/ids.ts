import type { PipelineRunId, RunId, StudyId } from '../../engine/protocol/ids';

export const isPipelineRunId = (text: string): text is PipelineRunId => /^[0-9a-f]{32}$/.test(text);

export const isStudyId = (text: string): text is StudyId => /^[0-9a-f]{32}$/.test(text);

/** What the engine takes for an id of a run. */
export const isRunId = (text: string): text is RunId => /^[a-zA-Z0-9][\w-]{0,255}$/.test(text);
