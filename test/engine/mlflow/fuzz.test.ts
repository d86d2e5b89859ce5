/**
 * Whatever clients send, the API answers: never with a 5xx, never not at all, always in JSON (or the HTML of an unknown
 * path). A failure prints its seed; `MODELYARD_FUZZ=20` tries more, `MODELYARD_SEED` a certain one again.
 */
import net from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { serve } from '../../support/httpServer';
import { openTestApi } from '../../support/mlflowApi';
import type { TestApi } from '../../support/mlflowApi';

const effort = Number(process.env['MODELYARD_FUZZ'] ?? 1);
const seed = Number(process.env['MODELYARD_SEED'] ?? Date.now() & 0x7fffffff);
const runs = (count: number): fc.Parameters<unknown> => ({ numRuns: count * effort, seed, endOnFailure: effort === 1 });

const POSTS = [
  ...['create', 'search', 'update', 'delete', 'restore', 'set-experiment-tag', 'delete-experiment-tag'],
  'search-datasets',
].map(name => `experiments/${name}`);
const RUN_POSTS = [
  ...['create', 'update', 'delete', 'restore', 'search', 'log-metric', 'log-parameter', 'set-tag', 'delete-tag'],
  ...['log-batch', 'log-inputs', 'log-model'],
].map(name => `runs/${name}`);
const GETS = [
  ...['experiments/get', 'experiments/get-by-name', 'experiments/search', 'runs/get', 'artifacts/list'],
  ...['metrics/get-history', 'metrics/get-history-bulk', 'metrics/get-history-bulk-interval', 'server-info'],
];
const NAMES = (
  'name artifact_location tags experiment_id experiment_ids experiment_name new_name key value run_id run_uuid run_ids ' +
  'run_name user_id start_time end_time status filter order_by max_results page_token view_type run_view_type metrics ' +
  'params datasets models metric_key timestamp step start_step end_step model_json model_id dataset_name query variables'
).split(' ');

const KNOWN = { metric: 'm', param: 'p', tag: 't' } as const;

async function openWithRun(): Promise<{ readonly api: TestApi; readonly run: string }> {
  const api = await openTestApi();
  const run = (await api.post('runs/create', { experiment_id: '0' })).at('run', 'info', 'run_id');
  const metrics = Array.from({ length: 20 }, (_, step) => ({ key: KNOWN.metric, value: step, timestamp: step, step }));
  await api.post('runs/log-batch', { run_id: run, metrics, params: [{ key: KNOWN.param, value: 'x' }] });
  return { api, run };
}

/** Values that are right now and then, so that requests get past the first check. */
const likely = (run: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(run, '0', '1', KNOWN.metric, 'metrics.m > 1', "params.p = 'x'", ['0'], [run], 5, '7'),
    fc.constantFrom<unknown>('NaN', 'Infinity', -1, 1e308, 2 ** 53, '9223372036854775807', 50_001, 'ACTIVE_ONLY', {}),
    fc.constantFrom<unknown>(
      's3://x/y',
      'runs:/x',
      'file:',
      '../..',
      'a/../b',
      '\u0000',
      '\ud800',
      '%00',
      '😀'.repeat(300),
    ),
    fc.record({
      key: fc.string({ unit: 'binary' }),
      value: fc.anything(),
      timestamp: fc.anything(),
      step: fc.anything(),
    }),
    fc.array(fc.record({ key: fc.string(), value: fc.oneof(fc.string(), fc.double()), timestamp: fc.maxSafeNat() })),
    fc.array(
      fc.record({
        dataset: fc.dictionary(fc.constantFrom('name', 'digest', 'source'), fc.string()),
        tags: fc.anything(),
      }),
    ),
    fc.string({ unit: 'binary' }),
    fc.jsonValue(),
  );

const body = (run: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof({ arbitrary: fc.constantFrom(...NAMES), weight: 9 }, { arbitrary: fc.string(), weight: 1 }),
        likely(run),
      ),
    )
    .map(members => {
      const whole = Object.fromEntries<unknown>([
        ...(members.length % 4 === 0 ? [] : [['run_id', run] as const]),
        ...members,
      ]);
      return JSON.stringify(whole) ?? '';
    });

/** What holds of every answer. */
async function send(api: TestApi, method: string, path: string, text: string | Uint8Array): Promise<void> {
  const answer = await api.send(method, path, text);
  const what = `${method} ${path} ${String(text).slice(0, 500)} → ${answer.status} ${String(answer.body).slice(0, 300)}`;
  if (answer.status >= 500 && answer.status !== 501) expect.fail(what);
  if (answer.headers['content-type'] !== 'application/json') return;
  const json: unknown = JSON.parse(String(Buffer.from(answer.body)));
  if (answer.status >= 400)
    expect(json, what).toMatchObject({ error_code: expect.any(String), message: expect.any(String) });
}

test('bodies of the right names with any values', { timeout: 600_000 }, async () => {
  const { api, run } = await openWithRun();
  const call = fc.tuple(fc.constantFrom(...POSTS, ...RUN_POSTS, '/graphql'), body(run));
  await fc.assert(
    fc.asyncProperty(call, async ([path, text]) => {
      await send(api, 'POST', path, text);
    }),
    runs(400),
  );
  await send(api, 'GET', `runs/get?run_id=${run}`, '');
});

test('queries with any values, said once or often', { timeout: 600_000 }, async () => {
  const { api, run } = await openWithRun();
  const value = fc.oneof(
    fc.constantFrom(run, '0', 'm', '1', '-1', '1e9', '', 'eyJvZmZzZXQiOjF9'),
    fc.string({ unit: 'binary' }),
  );
  const query = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...GETS), query, async (path, pairs) => {
      const params = new URLSearchParams([['run_id', run], ['run_ids', run], ['metric_key', 'm'], ...pairs]);
      await send(api, 'GET', `${path}?${params.toString()}`, '');
    }),
    runs(400),
  );
});

test('filters and orders of any text', { timeout: 600_000 }, async () => {
  const { api } = await openWithRun();
  const part = fc.constantFrom(
    ...'metrics . m params `p` tags "t" attributes run_id start_time dataset.name > >= = != LIKE ILIKE IN NOT IS NULL AND'.split(
      ' ',
    ),
    ..."( ) , 'x' 5 -1e9 NaN ' \" ` % ; OR".split(' '),
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 12 }).map(parts => parts.join(' ')),
    fc.array(part, { maxLength: 12 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(text, text, fc.constantFrom('runs/search', 'experiments/search'), async (filter, order, path) => {
      const asked = { experiment_ids: ['0'], filter, order_by: [order], max_results: 5 };
      await send(api, 'POST', path, JSON.stringify(asked));
    }),
    runs(400),
  );
});

test('bodies that are no JSON, cut off, deep or long', { timeout: 600_000 }, async () => {
  const { api, run } = await openWithRun();
  const metric = { key: 'm', value: 1, timestamp: 1 };
  const whole = JSON.stringify({ run_id: run, metrics: [metric], params: [{ key: 'ü', value: '😀' }], tags: [] });
  const bytes = Buffer.from(whole);
  for (let length = 0; length < bytes.length; length += effort > 1 ? 1 : 7)
    await send(api, 'POST', 'runs/log-batch', bytes.subarray(0, length));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...POSTS, ...RUN_POSTS, '/graphql'),
      fc.uint8Array({ maxLength: 200 }),
      async (path, raw) => {
        await send(api, 'POST', path, raw);
      },
    ),
    runs(150),
  );
  const deep = (open: string, close: string): string => open.repeat(200_000) + close.repeat(200_000);
  for (const path of [...POSTS, ...RUN_POSTS, '/graphql'])
    for (const text of [
      deep('[', ']'),
      deep('{"a":', '}').replace(':}', ':1}'),
      `{"run_id":"${run}","experiment_id":"0","name":${deep('[', ']')},"value":${deep('[', ']')},"key":"k"}`,
      `{"run_id":"${run}","tags":[{"key":"k","value":${deep('[', ']')}}],"step":12345678901234567890}`,
      JSON.stringify({
        run_id: run,
        key: 'x'.repeat(3_000_000),
        value: 'y'.repeat(3_000_000),
        filter: "a = '".repeat(500_000),
      }),
    ])
      await send(api, 'POST', path, text);
});

/** A connection on which every byte is the test's: ended at once, or when what came back fits. */
function raw(url: string, bytes: string, until?: RegExp): Promise<string> {
  return new Promise(resolve => {
    let text = '';
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.write(bytes);
      if (until === undefined) socket.end();
    });
    socket.on('data', data => {
      text += data.toString('latin1');
      if (until?.test(text) === true) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

test('a client that goes away in the middle leaves the others alone', { timeout: 120_000 }, async () => {
  const { api, run } = await openWithRun();
  const url = await serve(api.handler);
  const host = new URL(url).host;
  const text = JSON.stringify({ run_id: run, key: 'z', value: 1, timestamp: 1 });
  const head = (length: number): string =>
    `POST /api/2.0/mlflow/runs/log-metric HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  const whole = head(text.length) + text;
  for (let cut = 1; cut < whole.length; cut += 23) await raw(url, whole.slice(0, cut));
  expect(api.tracking.history(api.tracking.getRun(run).id, 'z').points).toEqual([]);
  expect(await raw(url, whole, /\{\}$/)).toMatch(/^HTTP\/1\.1 200 OK/);
  // two at once on one connection
  const twice = whole + whole.replace('"z"', '"y"');
  expect((await raw(url, twice, /\{\}[^]*\{\}$/)).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  const again = await fetch(`${url}/api/2.0/mlflow/runs/get?run_id=${run}`);
  expect(again.status).toBe(200);
});
