import type { JsonObject } from './json';
import { renderSpan } from './otlp';
import type { Trace, TraceInfo } from './ports';

const unlessNone = (texts: TraceInfo['tags']): JsonObject | undefined =>
  Object.keys(texts).length > 0 ? texts : undefined;

export const renderTraceInfo = (info: TraceInfo): JsonObject => ({
  trace_id: info.id,
  client_request_id: info.clientRequestId,
  trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: info.experimentId } },
  request_preview: info.requestPreview,
  response_preview: info.responsePreview,
  request_time: timestamp(info.requestedAt),
  execution_duration: info.duration === undefined ? undefined : duration(info.duration),
  state: info.state,
  trace_metadata: unlessNone(info.metadata),
  tags: unlessNone(info.tags),
});

export const renderTrace = ({ info, spans }: Trace): JsonObject => ({
  trace_info: renderTraceInfo(info),
  spans: spans.length > 0 ? spans.map(renderSpan) : undefined,
});

/** As protocol buffers write times: no fraction, or three digits of it. */
const timestamp = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
const duration = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${(ms / 1000).toFixed(3)}s`);
