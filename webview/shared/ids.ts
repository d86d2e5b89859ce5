import type { PipelineRunId } from '../../engine/protocol/ids';

export const isPipelineRunId = (text: string): text is PipelineRunId => /^[0-9a-f]{32}$/.test(text);
