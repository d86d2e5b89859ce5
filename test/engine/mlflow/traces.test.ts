import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';
import type { TestApi } from '../../support/mlflowApi';

const TRACES = '/api/3.0/mlflow/traces';
const A = `tr-${'a'.repeat(32)}`;
const B = `tr-${'b'.repeat(32)}`;
/** Of the spans in the fixture. */
const SPANS = 'tr-000102030405060708090a0b0c0d0e0f';
const { request } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../fixtures/mlflow/otlpSpans.json'), 'utf8'),
) as { request: string };
const bytes = Buffer.from(request, 'base64');

const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } };
const info = (trace_id: string, fields: object = {}): object => ({
  trace_id,
  trace_location: location,
  request_time: '2026-11-28T01:12:52.302Z',
  execution_duration: '1.5s',
  state: 'OK',
  ...fields,
});
const save = (api: TestApi, trace_info: object) => api.post(TRACES, { trace: { trace_info } });
const send = (api: TestApi, body: Uint8Array = bytes, headers: Record<string, string> = {}) =>
  api.send('POST', '/v1/traces', body, {
    'x-mlflow-experiment-id': '0',
    'content-type': 'application/x-protobuf',
    ...headers,
  });
const tag = async (api: TestApi, method: string, id: string, body: object): Promise<number> =>
  (await api.send(method, `${TRACES}/${id}/tags`, JSON.stringify(body))).status;

test('what a trace says of itself is kept', async () => {
  const api = await openTestApi();
  const run = api.newRun();
  api.changes.length = 0;
  const saved = await save(api, info(A, {
    request_preview: 'in',
    response_preview: 'out',
    client_request_id: 'mine',
    tags: { 'mlflow.traceName': 'f', k: 'v' },
    trace_metadata: { 'mlflow.sourceRun': run },
  })); // prettier-ignore
  const trace = {
    trace_info: {
      trace_id: A,
      trace_location: location,
      request_time: '2026-11-28T01:12:52.302Z',
      execution_duration: '1.500s',
      state: 'OK',
      request_preview: 'in',
      response_preview: 'out',
      client_request_id: 'mine',
      tags: { 'mlflow.traceName': 'f', k: 'v', 'mlflow.artifactLocation': `mlflow-artifacts:/0/traces/${A}/artifacts` },
      trace_metadata: { 'mlflow.sourceRun': run, 'mlflow.trace.infoFinalized': 'true' },
    },
  };
  expect(saved.json).toEqual({ trace });
  expect(api.changes).toEqual([{ runId: run, experimentId: '0' }]);
  expect((await api.get(`${TRACES}/${A}`)).json).toEqual({ trace });
  await save(api, info(B, { request_time: '2026-11-28T01:12:52Z', execution_duration: null, state: 'IN_PROGRESS' }));
  const { json } = await api.post(`${TRACES}/batchGetInfos`, { trace_ids: [B, 'tr-none', A] });
  expect(json).toMatchObject({
    trace_infos: [{ trace_id: B, request_time: '2026-11-28T01:12:52Z' }, trace.trace_info],
  });
  expect(JSON.stringify(json)).not.toMatch(/"state":"IN_PROGRESS".*"execution_duration":null/);
});

test('spans come in protocol buffers, and are given back as JSON', async () => {
  const api = await openTestApi();
  const run = api.newRun();
  expect(await send(api, bytes, { 'x-mlflow-run-id': run })).toMatchObject({
    status: 200,
    headers: { 'content-type': 'application/x-protobuf' },
    body: '',
  });
  const got = await api.get(`${TRACES}/get`, { trace_id: SPANS });
  expect(got.text).toContain('"start_time_unix_nano":1700000000123456789');
  expect(got.json).toMatchObject({
    trace: {
      trace_info: {
        state: 'ERROR',
        request_time: '2023-11-14T22:13:20.123Z',
        execution_duration: '1s',
        tags: { 'mlflow.trace.spansLocation': 'TRACKING_STORE' },
        trace_metadata: { 'mlflow.sourceRun': run },
      },
      spans: [{ name: 'wurzel ü' }, { name: 'child', parent_span_id: 'AAECAwQFBgc=' }],
    },
  });
  expect((await api.get(`${TRACES}/batchGet?trace_ids=${SPANS}&trace_ids=tr-none`)).json).toEqual({
    traces: [expect.objectContaining({ spans: [expect.anything(), expect.anything()] })],
  });
  // sent again, they are the same
  await send(api);
  expect((await api.get(`${TRACES}/get`, { trace_id: SPANS })).json).toMatchObject({ trace: { spans: [{}, {}] } });
  // what the trace says of itself wins, whichever came first
  await save(api, info(SPANS, { state: 'OK' }));
  await send(api);
  expect((await api.get(`${TRACES}/${SPANS}`)).json).toMatchObject({
    trace: { trace_info: { state: 'OK', execution_duration: '1.500s', tags: { 'mlflow.trace.spansLocation': 'TRACKING_STORE' } } },
  }); // prettier-ignore
});

test.each([
  ['gzip', gzipSync(bytes)],
  ['deflate', deflateSync(bytes)],
])('spans come packed with %s', async (encoding, body) => {
  const api = await openTestApi();
  expect((await send(api, body, { 'content-encoding': encoding })).status).toBe(200);
  expect((await api.get(`${TRACES}/get`, { trace_id: SPANS })).status).toBe(200);
});

test.each([
  ['no experiment', bytes, { 'x-mlflow-experiment-id': '' }, 422, "parameter 'x-mlflow-experiment-id'"],
  [
    'an experiment that is not there',
    bytes,
    { 'x-mlflow-experiment-id': '99' },
    404,
    'No Experiment with id=99 exists',
  ],
  ['JSON', Buffer.from('{}'), { 'content-type': 'application/json' }, 501, 'as application/x-protobuf only'],
  ['something else', bytes, { 'content-type': 'text/plain' }, 400, 'Invalid Content-Type: text/plain'],
  ['nothing', new Uint8Array(), {}, 400, 'Invalid OpenTelemetry format - no spans found'],
  ['nonsense', Buffer.from('garbage'), {}, 400, 'Invalid OpenTelemetry format: '],
  [
    'no id',
    Buffer.from('0a0712051203' + '2a0161', 'hex'),
    {},
    422,
    'Invalid OpenTelemetry format: A span lacks its ids.',
  ],
  ['what is not gzip', bytes, { 'content-encoding': 'gzip' }, 400, 'The body is not gzip'],
  ['what grows too much', gzipSync(Buffer.alloc(65 << 20)), { 'content-encoding': 'gzip' }, 400, 'or too long'],
  ['an unknown packing', bytes, { 'content-encoding': 'br' }, 415, 'The content encoding br is not understood.'],
])('spans with %s are refused', async (_, body, headers, status, message) => {
  const api = await openTestApi();
  expect(await send(api, body, headers)).toMatchObject({ status, body: expect.stringContaining(message) });
  expect((await api.post(`${TRACES}/search`, { locations: [location] })).text).toBe('{}');
});

test('a trace whose spans are not all there is not whole', async () => {
  const api = await openTestApi();
  const incomplete = { status: 404, json: { message: `Trace with ID ${SPANS} is not fully exported yet, please try again later.` } }; // prettier-ignore
  await save(api, info(SPANS, { trace_metadata: { 'mlflow.trace.sizeStats': '{"num_spans": 3}' } }));
  expect(await api.get(`${TRACES}/get`, { trace_id: SPANS })).toMatchObject(incomplete);
  await send(api);
  expect(await api.get(`${TRACES}/get`, { trace_id: SPANS })).toMatchObject(incomplete);
  expect((await api.get(`${TRACES}/get`, { trace_id: SPANS, allow_partial: 'True' })).json).toMatchObject({ trace: { spans: [{}, {}] } }); // prettier-ignore
  expect((await api.get(`${TRACES}/batchGet`, { trace_ids: SPANS })).json).toEqual({});
  await save(api, info(SPANS, { trace_metadata: { 'mlflow.trace.sizeStats': '{"num_spans": 2}' } }));
  expect((await api.get(`${TRACES}/get`, { trace_id: SPANS })).status).toBe(200);
});

test('the file with the spans', async () => {
  const api = await openTestApi();
  const read = (query: string) => api.send('GET', `/ajax-api/2.0/mlflow/get-trace-artifact${query}`);
  await send(api);
  await save(api, info(A));
  const file = `/api/2.0/mlflow-artifacts/artifacts/0/traces/${A}/artifacts`;
  await api.send('PUT', `${file}/traces.json`, '{"spans": []}');
  await api.send('PUT', `${file}/attachments/x.png`, 'png');
  expect(JSON.parse(String((await read(`?request_id=${SPANS}`)).body))).toMatchObject({
    spans: [{ name: 'wurzel ü' }, {}],
  });
  expect(Buffer.from((await read(`?request_id=${A}`)).body).toString()).toBe('{"spans": []}');
  expect(Buffer.from((await read(`?request_id=${A}&path=x.png`)).body).toString()).toBe('png');
  expect((await read(`?request_id=${A}&path=../traces.json`)).status).toBe(400);
  expect((await read('?request_id=tr-none')).status).toBe(404);
  expect((await read('')).status).toBe(400);
  expect(Buffer.from((await api.send('GET', `${file}/traces.json`)).body).toString()).toBe('{"spans": []}');
});

test('tags are set and deleted', async () => {
  const api = await openTestApi();
  await save(api, info(A));
  expect(await tag(api, 'PATCH', A, { key: 'k', value: 'v'.repeat(5_000) })).toBe(200);
  expect((await api.get(`${TRACES}/${A}`)).at('trace', 'trace_info', 'tags', 'k')).toBe('v'.repeat(4_096));
  expect(await tag(api, 'DELETE', A, { key: 'k' })).toBe(200);
  for (const [method, id, body, status] of [
    ['DELETE', A, { key: 'k' }, 404],
    ['PATCH', 'tr-none', { key: 'k', value: 'v' }, 404],
    ['PATCH', A, { value: 'v' }, 400],
    ['PATCH', A, { key: 'mlflow.trace.spansLocation', value: 'v' }, 400],
    ['DELETE', A, { key: 'mlflow.trace.spansLocation' }, 400],
    ['PATCH', A, { key: 'k'.repeat(251), value: 'v' }, 400],
  ] as const)
    expect(await tag(api, method, id, body), `${method} ${JSON.stringify(body)}`).toBe(status);
});

describe('a search of traces', () => {
  async function openTraces() {
    const api = await openTestApi();
    await save(api, info(A, { state: 'ERROR', tags: { 'mlflow.traceName': 'n', k: 'v' }, trace_metadata: { m: '1', 'mlflow.sourceRun': 'r' } })); // prettier-ignore
    await save(api, info(B, { request_time: '2026-11-28T01:12:53Z', execution_duration: null, state: 'IN_PROGRESS' }));
    const find = (body: object) => api.post(`${TRACES}/search`, { locations: [location], ...body });
    const found = async (body: object): Promise<string> =>
      [...(await find(body)).text.matchAll(/"trace_id":"tr-(.)/g)].map(([, one]) => one).join('');
    return { api, find, found };
  }

  test.each([
    ['', 'ba'],
    ["status = 'ERROR'", 'a'],
    ["trace.status IN ('OK', 'IN_PROGRESS')", 'b'],
    ["tags.k = 'v'", 'a'],
    ["tag.k LIKE 'v%'", 'a'],
    ['tags.k IS NULL', 'b'],
    ["metadata.m = '1'", 'a'],
    ['request_metadata.m IS NOT NULL', 'a'],
    ["attributes.name = 'n'", 'a'],
    ["run_id = 'r'", 'a'],
    [`request_id = '${B}'`, 'b'],
    ['timestamp_ms > 1795828372302', 'b'],
    ['execution_time_ms > 1000 AND timestamp > 0', 'a'],
    ['end_time > 0', 'a'],
    ["tags.mlflow.traceName = 'n'", 'a'],
  ])('with the filter %s', async (filter, names) => {
    expect(await (await openTraces()).found({ filter })).toBe(names);
  });

  test.each([
    [['timestamp_ms ASC'], 'ab'],
    [['status DESC'], 'ba'],
    [['execution_time'], 'ab'],
    [['tags.k DESC'], 'ab'],
    [['request_id DESC'], 'ba'],
  ])('in the order %j, page by page', async (order_by, names) => {
    const { find, found } = await openTraces();
    expect(await found({ order_by })).toBe(names);
    const page_token = (await find({ order_by, max_results: 1 })).at('next_page_token');
    expect(await found({ order_by, max_results: 1 })).toBe(names.charAt(0));
    expect(await found({ order_by, max_results: 1, page_token })).toBe(names.charAt(1));
  });

  test.each([
    [{ filter: "bogus = 'x'" }, "Invalid attribute key 'bogus' specified."],
    [{ filter: "span.name = 'x'" }, "Invalid entity type 'span'."],
    [{ max_results: 501 }, "Invalid value 501 for parameter 'max_results' supplied:  Hint: Value was of type 'int'."],
    [{ max_results: 0 }, "Invalid value 0 for parameter 'max_results'"],
    [{ page_token: 'zz' }, 'Invalid page token'],
    [{ locations: null }, "Missing value for required parameter 'locations'."],
  ])('%j is refused', async (body, message) => {
    expect(await (await openTraces()).find(body)).toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining(message) },
    });
  });

  test.each([
    [{}, 'Either `max_timestamp_millis` or `trace_ids` must be specified.'],
    [{ max_traces: 5 }, 'Either `max_timestamp_millis` or `trace_ids` must be specified.'],
    [
      { request_ids: [A], max_timestamp_millis: 5 },
      'Only one of `max_timestamp_millis` and `trace_ids` can be specified.',
    ],
    [{ request_ids: [A], max_traces: 5 }, "`max_traces` can't be specified if `trace_ids` is specified."],
    [{ max_timestamp_millis: 1, max_traces: 0 }, '`max_traces` must be a positive integer, received 0.'],
    [{ request_ids: ['tr-none'] }, 0],
    [{ request_ids: [A, B] }, 2],
    [{ max_timestamp_millis: 1795828372302 }, 1],
    [{ max_timestamp_millis: 9999999999999, max_traces: 1 }, 1],
  ])('deleting %j', async (body, expected) => {
    const { api, found } = await openTraces();
    const { json } = await api.post('traces/delete-traces', { experiment_id: '0', ...body });
    if (typeof expected === 'string') expect(json).toMatchObject({ message: expected });
    else expect(json).toEqual({ traces_deleted: expected });
    expect((await found({})).length).toBe(2 - Number(typeof expected === 'string' ? 0 : expected));
  });
});

test.each([
  [TRACES, {}, 400, "Missing value for required parameter 'trace'."],
  [TRACES, { trace: { trace_info: info('x') } }, 400, 'This is not the id of a trace.'],
  [TRACES, { trace: { trace_info: info(A, { request_time: 'now' }) } }, 400, 'This is not a time.'],
  [TRACES, { trace: { trace_info: info(A, { execution_duration: '5' }) } }, 400, 'This is not a duration.'],
  [TRACES, { trace: { trace_info: info(A, { tags: { a: 5 } }) } }, 400, "parameter 'trace.trace_info.tags.a'"],
  ['traces', { experiment_id: '0', timestamp_ms: 1 }, 501, 'Traces of the second version are not kept'],
  [`${TRACES}/link-to-run`, {}, 501, 'does not answer POST traces/link-to-run'],
  [`${TRACES}/${A}/assessments`, {}, 501, 'is not implemented by this server'],
])('POST %s %j is refused', async (target, body, status, message) => {
  const api = await openTestApi();
  expect(await api.post(target, body)).toMatchObject({ status, json: { message: expect.stringContaining(message) } });
});
