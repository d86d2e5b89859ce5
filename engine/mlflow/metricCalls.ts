import { asMlflowError, DOCS, invalid, missing, MlflowError, wrongValue } from './failures';
import type { Fields } from './fields';
import type { JsonObject } from './json';
import { jsonList } from './jsonList';
import type { JsonBytes } from './jsonList';
import type { Int64, Point, Tracking } from './ports';
import { renderPoints } from './render';
import type { Calls } from './routes';
import type { RunId } from '../protocol/ids';
import { runId } from '../ids';

const MAX_HISTORY = 25_000;
const MAX_RUNS = 100;
const MAX_POINTS = 2_500;

/** Histories of metrics, whole, in pages, of several runs, and thinned out for charts: `metrics/…`. */
export function metricCalls(tracking: Tracking): Calls {
  return {
    'GET metrics/get-history': fields => {
      const id = fields.runId();
      const key = fields.text('metric_key');
      const limit = fields.optionalInteger('max_results');
      if (limit !== undefined && limit < 1)
        throw invalid(`Invalid value ${limit} for parameter 'max_results' supplied. It must be a positive integer.`);
      if (limit !== undefined && limit > MAX_HISTORY)
        throw wrongValue('max_results', limit, { why: `It must be at most ${MAX_HISTORY}, but got ${limit}` });
      const token = fields.optionalText('page_token') ?? '';
      // a page token without a number of results still means pages
      const size = limit ?? (token === '' ? undefined : MAX_HISTORY);
      const page = { ...(size !== undefined && { maxResults: size }), ...(token !== '' && { pageToken: token }) };
      const { points, nextPageToken } = ofRun(() => tracking.history(id, key, page)) ?? NOTHING;
      return jsonList('metrics', renderPoints(key, points), { next_page_token: nextPageToken });
    },
    'GET metrics/get-history-bulk': fields => bulk(tracking, fields),
    'GET metrics/get-history-bulk-interval': fields => {
      const ids = idsOf(fields, 'run_ids');
      const key = fields.text('metric_key');
      const maxPoints = pointsOf(fields);
      const steps = stepsOf(fields);
      const range = { maxPoints, ...(steps !== undefined && { steps }) };
      const samples = ids.map(id => ({ id, points: ofRun(() => tracking.sample(id, key, range)) ?? [] }));
      return jsonList('metrics', renderAll(key, samples));
    },
  };
}

const NOTHING: ReturnType<Tracking['history']> = { points: [] };

/** Of a run that does not exist there is nothing, as MLflow has it. */
function ofRun<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const known = asMlflowError(error);
    if (known instanceof MlflowError && known.code === 'RESOURCE_DOES_NOT_EXIST') return undefined;
    throw error;
  }
}

interface OfRun {
  readonly id: RunId;
  readonly points: readonly Point[];
}

function* renderAll(key: string, runs: readonly OfRun[]): Iterable<string> {
  for (const { id, points } of runs) yield* renderPoints(key, points, `,"run_id":${JSON.stringify(id)}`);
}

function bulk(tracking: Tracking, fields: Fields): JsonObject | JsonBytes {
  const ids = fields.texts('run_id');
  if (ids.length === 0) throw invalid('GetMetricHistoryBulk request must specify at least one run_id.');
  if (ids.length > MAX_RUNS)
    throw invalid(
      `GetMetricHistoryBulk request cannot specify more than ${MAX_RUNS} run_ids. Received ${ids.length} run_ids.`,
    );
  const key = fields.optionalText('metric_key');
  if (key === undefined) throw invalid('GetMetricHistoryBulk request must specify a metric_key.');
  const asked = fields.optionalInteger('max_results') ?? MAX_HISTORY;
  if (asked < 0) throw wrongValue('max_results', asked, { why: `It must be a positive integer, but got ${asked}` });
  const limit = Math.min(asked, MAX_HISTORY);
  const found: OfRun[] = [];
  let rest = limit;
  for (const id of [...new Set(ids)].filter(isRunId).sort()) {
    if (rest === 0) break;
    const { points } = ofRun(() => tracking.history(runId(id), key, { maxResults: rest })) ?? NOTHING;
    if (points.length > 0) found.push({ id: runId(id), points });
    rest -= points.length;
  }
  return found.length === 0 ? { metrics: [] } : jsonList('metrics', renderAll(key, found));
}

const isRunId = (text: string): boolean => /^[a-zA-Z0-9][\w-]{0,255}$/.test(text);

function idsOf(fields: Fields, name: string): readonly RunId[] {
  const ids = fields.texts(name);
  if (ids.length === 0) throw missing(name);
  if (ids.length > MAX_RUNS)
    throw invalid(
      `GetMetricHistoryBulkInterval request must specify at most ${MAX_RUNS} run_ids. ` +
        `Received ${ids.length} run_ids. ${DOCS}`,
    );
  return ids.filter(isRunId).map(runId);
}

function pointsOf(fields: Fields): number {
  const asked = fields.optionalInt64('max_results') ?? MAX_POINTS;
  if (asked < 1 || asked > MAX_POINTS) throw invalid(`max_results must be between 1 and ${MAX_POINTS}. ${DOCS}`);
  return Number(asked);
}

function stepsOf(fields: Fields): readonly [Int64, Int64] | undefined {
  const start = fields.optionalInt64('start_step');
  const end = fields.optionalInt64('end_step');
  if (start === undefined && end === undefined) return undefined;
  if (start === undefined || end === undefined)
    throw invalid('If either start step or end step are specified, both must be specified.');
  if (start > end)
    throw invalid(`end_step must be greater than start_step. Found start_step=${start} and end_step=${end}.`);
  return [start, end];
}
