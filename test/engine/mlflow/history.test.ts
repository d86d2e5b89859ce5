import { describe, expect, test } from 'vitest';
import { sampleIndices } from '../../../engine/tracking/metricSamples';
import { openTestApi } from '../../support/mlflowApi';
import type { TestApi } from '../../support/mlflowApi';

const BULK = '/ajax-api/2.0/mlflow/metrics/get-history-bulk';
const INTERVAL = 'metrics/get-history-bulk-interval';
const DOCS = 'See the API docs for more information about request parameters.';

interface LoggedPoint {
  readonly step: number;
  readonly timestamp: number;
  readonly value: number | string;
}

async function runWith(api: TestApi, points: readonly LoggedPoint[], key = 'm'): Promise<string> {
  const run_id = (await api.post('runs/create', { experiment_id: '0', start_time: 1 })).at('run', 'info', 'run_id');
  for (let from = 0; from < points.length; from += 1_000) {
    const metrics = points.slice(from, from + 1_000).map(point => ({ key, ...point }));
    expect((await api.post('runs/log-batch', { run_id, metrics })).text).toBe('{}');
  }
  return run_id;
}

const query = (pairs: readonly (readonly [string, string | number])[]): string =>
  new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();

test('the history of a run that does not exist is empty', async () => {
  const api = await openTestApi();
  expect(await api.get('metrics/get-history', { run_id: 'nope', metric_key: 'm' })).toMatchObject({
    status: 200,
    text: '{}',
  });
});

test('a NaN stands behind the 0 it counts as, also from page to page', async () => {
  const api = await openTestApi();
  const at = { step: 0, timestamp: 1 };
  const run_id = await runWith(api, [
    { ...at, value: 'NaN' },
    { ...at, value: 1 },
    { ...at, value: 0 },
    { ...at, value: -1 },
  ]);
  const values: string[] = [];
  let page_token = '';
  do {
    const page = await api.get('metrics/get-history', { run_id, metric_key: 'm', max_results: 1, page_token });
    values.push(page.at('metrics', 0, 'value'));
    page_token = page.text.includes('next_page_token') ? page.at('next_page_token') : '';
  } while (page_token !== '');
  expect(values).toEqual(['-1', '0', 'NaN', '1']);
});

describe('histories of several runs', () => {
  test('come by run, time, step and value, cut to what was asked for', async () => {
    const api = await openTestApi();
    const two: LoggedPoint[] = [
      { step: 1, timestamp: 5, value: 1 },
      { step: 0, timestamp: 4, value: 'NaN' },
    ];
    const ids = [await runWith(api, two), await runWith(api, two)].sort();
    const bulk = async (...pairs: (readonly [string, string | number])[]): Promise<unknown> =>
      (await api.get(`${BULK}?${query(pairs)}&x=`)).json;
    const expected = ids.flatMap(run_id => [
      { key: 'm', value: 'NaN', timestamp: 4, step: 0, run_id },
      { key: 'm', value: 1, timestamp: 5, step: 1, run_id },
    ]);
    const runs = [...ids].reverse().map(id => ['run_id', id] as const);
    expect(await bulk(...runs, ['run_id', 'nope'], ['metric_key', 'm'])).toEqual({ metrics: expected });
    expect(await bulk(...runs, ['metric_key', 'm'], ['max_results', 3])).toEqual({ metrics: expected.slice(0, 3) });
    expect(await bulk(...runs, ['metric_key', 'm'], ['max_results', 0])).toEqual({ metrics: [] });
    expect(await bulk(...runs, ['metric_key', 'none'])).toEqual({ metrics: [] });
  });

  test.each([
    [[['metric_key', 'm']], 'GetMetricHistoryBulk request must specify at least one run_id.'],
    [[['run_id', 'a']], 'GetMetricHistoryBulk request must specify a metric_key.'],
    [
      Array.from({ length: 101 }, () => ['run_id', 'a']),
      'GetMetricHistoryBulk request cannot specify more than 100 run_ids. Received 101 run_ids.',
    ],
  ])('%j is refused', async (pairs, message) => {
    const api = await openTestApi();
    const answer = await api.get(`${BULK}?${query(pairs.map(([key = '', value = '']) => [key, value]))}&x=`);
    expect(answer).toMatchObject({ status: 400, json: { error_code: 'INVALID_PARAMETER_VALUE', message } });
  });
});

describe('samples for charts', () => {
  const sample = async (api: TestApi, run: string, rest: Record<string, string | number>): Promise<unknown> => {
    const answer = await api.get(INTERVAL, { run_ids: run, metric_key: 'm', ...rest });
    const { metrics = [] } = answer.json as { metrics?: { step: number; value: number | string }[] };
    return metrics.map(({ step }) => step);
  };
  const points = (steps: readonly number[]): LoggedPoint[] =>
    steps.map((step, index) => ({ step, timestamp: index, value: index / 2 }));
  const upTo = (count: number, of: (index: number) => number = index => index): LoggedPoint[] =>
    points(Array.from({ length: count }, (_, index) => of(index)));

  test('are the first of equal parts, and the last point', async () => {
    const api = await openTestApi();
    const run = await runWith(api, upTo(10));
    expect(await sample(api, run, { max_results: 1 })).toEqual([9]);
    expect(await sample(api, run, { max_results: 2 })).toEqual([0, 9]);
    expect(await sample(api, run, { max_results: 3 })).toEqual([0, 4, 9]);
    expect(await sample(api, run, { max_results: 4 })).toEqual([0, 3, 6, 9]);
    expect(await sample(api, run, { max_results: 10 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await sample(api, run, { max_results: 2, start_step: 3, end_step: 7 })).toEqual([3, 7]);
    expect(await sample(api, run, { start_step: 3, end_step: 5 })).toEqual([3, 4, 5]);
    expect(await sample(api, run, { start_step: 50, end_step: 60 })).toEqual([]);
    const whole = await api.get(INTERVAL, { run_ids: run, metric_key: 'm', max_results: 1 });
    expect(whole.json).toEqual({ metrics: [{ key: 'm', value: 4.5, timestamp: 9, step: 9, run_id: run }] });
    expect((await api.get(INTERVAL, { run_ids: run, metric_key: 'none' })).text).toBe('{}');
    expect((await api.get(INTERVAL, { run_ids: 'nope', metric_key: 'm' })).text).toBe('{}');
  });

  test.each<[string, (index: number) => number]>([
    ['even steps', index => index * 3],
    ['one step only', () => 0],
    ['a gap', index => (index < 2_000 ? index : index + 77)],
    ['growing steps', index => index * index],
    ['steps in disorder', index => (index * 7_919) % 5_000],
  ])('of %s are found without reading all of them', async (_, of) => {
    const api = await openTestApi();
    const run = await runWith(api, upTo(5_000, of));
    const steps = Array.from({ length: 5_000 }, (_, index) => of(index)).sort((a, b) => a - b);
    for (const max_results of [1, 2, 7, 320, 1_250, 2_500])
      expect(await sample(api, run, { max_results })).toEqual(
        sampleIndices(5_000, max_results).map(index => steps[index]),
      );
  });

  test('know which points came out of order, also after the engine was started again', async () => {
    const api = await openTestApi();
    const run = await runWith(api, upTo(2_000));
    const isSorted = (): unknown => api.store.db.prepare('SELECT sorted FROM series').get()?.['sorted'];
    expect(isSorted()).toBe(1);
    const { openTestTracking } = await import('../../support/tracking');
    const { tracking } = await openTestTracking({ store: api.store });
    await tracking.logMetrics(api.tracking.getRun(run).id, [{ key: 'm', value: 1, step: 2_000, time: 2_000 }]);
    expect(isSorted()).toBe(1);
    await tracking.logMetrics(api.tracking.getRun(run).id, [{ key: 'm', value: 1, step: 5, time: 2_001 }]);
    expect(isSorted()).toBe(0);
    expect(tracking.sample(api.tracking.getRun(run).id, 'm', { maxPoints: 3 }).map(({ step }) => step)).toEqual([
      0, 667, 2_000,
    ]);
  });

  test('a long series in disorder is counted off', async () => {
    const { openTestTracking } = await import('../../support/tracking');
    const { tracking, newRun } = await openTestTracking();
    const id = newRun();
    const count = 70_000;
    const disorder = Array.from({ length: count }, (_, index) => ({ key: 'm', value: index, step: count - index, time: index })); // prettier-ignore
    await tracking.logMetrics(id, disorder);
    expect(tracking.sample(id, 'm', { maxPoints: 3 }).map(({ step }) => step)).toEqual([1, 23_335, 70_000]);
    expect(tracking.sample(id, 'm', { maxPoints: 2, steps: [10, 66_000] }).map(({ step }) => step)).toEqual([
      10, 66_000,
    ]);
  });

  test.each<[Record<string, string | number>, string]>([
    [{ metric_key: 'm' }, `Missing value for required parameter 'run_ids'. ${DOCS}`],
    [{ run_ids: 'a' }, `Missing value for required parameter 'metric_key'. ${DOCS}`],
    [{ run_ids: 'a', metric_key: 'm', max_results: 0 }, `max_results must be between 1 and 2500. ${DOCS}`],
    [{ run_ids: 'a', metric_key: 'm', max_results: 2_501 }, `max_results must be between 1 and 2500. ${DOCS}`],
    [
      { run_ids: 'a', metric_key: 'm', start_step: 1 },
      'If either start step or end step are specified, both must be specified.',
    ],
    [
      { run_ids: 'a', metric_key: 'm', start_step: 2, end_step: 1 },
      'end_step must be greater than start_step. Found start_step=2 and end_step=1.',
    ],
  ])('%j is refused', async (asked, message) => {
    const api = await openTestApi();
    expect(await api.get(INTERVAL, asked)).toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PARAMETER_VALUE', message },
    });
  });
});
