import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { traceId } from '../ids';
import { maxResults } from './experimentCalls';
import { missing, MlflowError, wrongType, wrongValue } from './failures';
import { Fields } from './fields';
import { header } from '../http';
import type { HttpRequest, HttpResponse } from '../http';
import type { JsonObject } from './json';
import { truncated } from './limits';
import { readSpans, SpanWithoutIds } from './otlp';
import type { TraceInfo, Traces, TraceState } from './ports';
import { unlessEmpty } from './render';
import { renderTrace, renderTraceInfo } from './renderTrace';
import { MAX_BODY, wholeBody } from './requestBody';
import type { Calls } from './routes';

const STATES: readonly TraceState[] = ['OK', 'ERROR', 'IN_PROGRESS'];
const TAG_VALUE = 4_096;
/** Tags that say where the spans are: who changed them would lose the spans. */
const FIXED = ['mlflow.trace.spansLocation', 'mlflow.trace.archiveLocation'];

/** `traces/…`, as far as recording, reading, finding and deleting traces goes. */
export function traceCalls(traces: Traces): Calls {
  return {
    'POST traces': fields => {
      if (!fields.has('trace') && fields.has('experiment_id'))
        throw new MlflowError('NOT_IMPLEMENTED', 'Traces of the second version are not kept: send those of the third.');
      const saved = traces.save(readInfo(fields.object('trace').object('trace_info')));
      return { trace: { trace_info: renderTraceInfo(saved) } };
    },
    'GET traces/get': fields => {
      const allowPartial = fields.optionalText('allow_partial')?.toLowerCase() === 'true';
      return { trace: renderTrace(traces.trace(fields.text('trace_id'), { allowPartial })) };
    },
    'GET traces/batchGet': fields => ({ traces: unlessEmpty(traces.traces(ids(fields)).map(renderTrace)) }),
    'POST traces/batchGetInfos': fields => ({
      trace_infos: unlessEmpty(traces.infos(ids(fields)).map(renderTraceInfo)),
    }),
    'POST traces/search': fields => search(traces, fields),
    'POST traces/delete-traces': fields => ({ traces_deleted: remove(traces, fields) }),
    'GET traces/{trace_id}': fields => ({
      trace: { trace_info: renderTraceInfo(traces.get(fields.text('trace_id'))) },
    }),
    'PATCH traces/{trace_id}/tags': fields => {
      const key = fields.text('key');
      if (FIXED.includes(key))
        throw new MlflowError('INVALID_PARAMETER_VALUE', `Tag '${key}' is immutable and cannot be set on a trace.`);
      traces.setTag(fields.text('trace_id'), key, truncated(fields.optionalText('value') ?? '', TAG_VALUE));
      return {};
    },
    'DELETE traces/{trace_id}/tags': fields => {
      const key = fields.text('key');
      if (FIXED.includes(key))
        throw new MlflowError('INVALID_PARAMETER_VALUE', `Tag '${key}' is immutable and cannot be deleted on a trace.`);
      traces.deleteTag(fields.text('trace_id'), key);
      return {};
    },
  };
}

function ids(fields: Fields): readonly string[] {
  if (!fields.has('trace_ids')) throw missing('trace_ids');
  return fields.texts('trace_ids');
}

function readInfo(fields: Fields): TraceInfo {
  const location = fields.object('trace_location').object('mlflow_experiment');
  const id = fields.text('trace_id');
  if (!/^tr-[\w-]{1,64}$/.test(id))
    throw wrongValue('trace.trace_info.trace_id', id, { why: 'This is not the id of a trace.' });
  const duration = fields.optionalText('execution_duration');
  const optional = {
    clientRequestId: fields.optionalText('client_request_id'),
    requestPreview: fields.optionalText('request_preview'),
    responsePreview: fields.optionalText('response_preview'),
  };
  const { clientRequestId, requestPreview, responsePreview } = optional;
  return {
    id: traceId(id),
    experimentId: location.experimentId(),
    requestedAt: time(fields),
    state: fields.enumeration('state', STATES) ?? 'STATE_UNSPECIFIED',
    tags: fields.textMap('tags'),
    metadata: fields.textMap('trace_metadata'),
    ...(duration !== undefined && { duration: seconds(duration) }),
    ...(clientRequestId !== undefined && { clientRequestId }),
    ...(requestPreview !== undefined && { requestPreview }),
    ...(responsePreview !== undefined && { responsePreview }),
  };
}

function time(fields: Fields): number {
  const text = fields.text('request_time');
  const ms = Date.parse(text);
  if (!Number.isSafeInteger(ms)) throw wrongValue('request_time', text, { why: 'This is not a time.' });
  return ms;
}

/** `1.5s` in ms. */
function seconds(text: string): number {
  const [, value] = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text) ?? [];
  if (value === undefined) throw wrongValue('execution_duration', text, { why: 'This is not a duration.' });
  return Math.round(Number(value) * 1000);
}

function search(traces: Traces, fields: Fields): JsonObject {
  const filter = fields.optionalText('filter');
  const pageToken = fields.optionalText('page_token');
  const limit = fields.has('max_results') ? maxResults(fields, 100) : 100;
  if (limit > 500) throw wrongType('max_results', limit);
  const places = fields.required('locations').filter(location => location.has('mlflow_experiment'));
  const page = traces.search({
    experimentIds: places.map(location => location.object('mlflow_experiment').experimentId()),
    orderBy: fields.texts('order_by'),
    limit,
    ...(filter !== undefined && { filter }),
    ...(pageToken !== undefined && pageToken !== '' && { pageToken }),
  });
  return { traces: unlessEmpty(page.traces.map(renderTraceInfo)), next_page_token: page.nextPageToken };
}

function remove(traces: Traces, fields: Fields): number {
  const experimentId = fields.experimentId();
  const until = fields.optionalInteger('max_timestamp_millis');
  const atMost = fields.optionalInteger('max_traces');
  const wanted = fields.texts('request_ids');
  const refuse = (why: string): never => {
    throw new MlflowError('INVALID_PARAMETER_VALUE', why);
  };
  if (until === undefined && wanted.length === 0)
    refuse('Either `max_timestamp_millis` or `trace_ids` must be specified.');
  if (until !== undefined && wanted.length > 0)
    refuse('Only one of `max_timestamp_millis` and `trace_ids` can be specified.');
  if (wanted.length > 0 && atMost !== undefined) refuse("`max_traces` can't be specified if `trace_ids` is specified.");
  if (atMost !== undefined && atMost < 1) refuse(`\`max_traces\` must be a positive integer, received ${atMost}.`);
  return traces.delete({
    experimentId,
    ...(wanted.length > 0 && { ids: wanted }),
    ...(until !== undefined && { until }),
    ...(atMost !== undefined && { atMost }),
  });
}

/** `POST /v1/traces`: the spans of an OpenTelemetry exporter, in protocol buffers. */
export async function exportSpans(traces: Traces, request: HttpRequest): Promise<HttpResponse> {
  const experiment = header(request, 'x-mlflow-experiment-id');
  if (experiment === undefined || experiment === '') throw unprocessable(missing('x-mlflow-experiment-id').message);
  const [type = ''] = (header(request, 'content-type') ?? '').split(';');
  if (type.trim() === 'application/json')
    throw new MlflowError('NOT_IMPLEMENTED', 'Spans are read as application/x-protobuf only, not as JSON.');
  if (type.trim() !== 'application/x-protobuf')
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `Invalid Content-Type: ${type.slice(0, 100)}. Expected: application/x-protobuf`,
    );
  const spans = decoded(await unpacked(request));
  const experimentId = new Fields({ experiment_id: experiment }).experimentId();
  const run = header(request, 'x-mlflow-run-id');
  const runId = run === undefined || run === '' ? undefined : new Fields({ run_id: run }).runId();
  if (spans.length > 0) traces.addSpans({ experimentId, spans, ...(runId !== undefined && { runId }) });
  return { status: 200, headers: { 'content-type': 'application/x-protobuf' }, body: '' };
}

/** Exporters are told so of what is no request at all, as MLflow has it. */
const unprocessable = (message: string): MlflowError => new MlflowError('INVALID_PARAMETER_VALUE', message, 422);

function decoded(body: Uint8Array): NonNullable<ReturnType<typeof readSpans>> {
  let spans: ReturnType<typeof readSpans>;
  try {
    spans = readSpans(body);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `Invalid OpenTelemetry format: ${error.message}`;
    throw error instanceof SpanWithoutIds
      ? unprocessable(message)
      : new MlflowError('INVALID_PARAMETER_VALUE', message);
  }
  if (spans !== undefined) return spans;
  throw new MlflowError('INVALID_PARAMETER_VALUE', 'Invalid OpenTelemetry format - no spans found');
}

async function unpacked(request: HttpRequest): Promise<Uint8Array> {
  const body = await wholeBody(request);
  const encoding = (header(request, 'content-encoding') ?? 'identity').toLowerCase();
  if (encoding === 'identity') return body;
  const unpack = encoding === 'gzip' ? promisify(gunzip) : encoding === 'deflate' ? promisify(inflate) : undefined;
  if (unpack === undefined)
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      `The content encoding ${encoding.slice(0, 100)} is not understood.`,
      415,
    );
  return unpack(body, { maxOutputLength: MAX_BODY }).catch(() => {
    throw new MlflowError('INVALID_PARAMETER_VALUE', `The body is not ${encoding}, or too long.`);
  });
}

/** The file that clients put the spans of a trace into. */
export const SPANS_FILE = 'traces.json';

/** `get-trace-artifact`: where the file with the spans of a trace is, or a file attached to them. */
export function traceFile(query: URLSearchParams): { readonly id: string; readonly path: string } {
  const id = query.get('request_id') ?? '';
  if (id === '') throw new MlflowError('BAD_REQUEST', 'Request must include the "request_id" query parameter.');
  const attached = query.get('path') ?? '';
  return { id, path: attached === '' ? SPANS_FILE : `attachments/${attached}` };
}
