import { expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';
import type { TestApi } from '../../support/mlflowApi';

const DOCS = 'See the API docs for more information about request parameters.';
const CONTEXT = 'mlflow.data.context';
const dataset = { name: 'd', digest: 'abc', source_type: 'local', source: '{"uri":"x"}' };
const inContext = (value: string): object[] => [{ key: CONTEXT, value }];

async function newRun(api: TestApi, experiment_id = '0'): Promise<string> {
  return (await api.post('runs/create', { experiment_id })).at('run', 'info', 'run_id');
}

const inputsOf = async (api: TestApi, run_id: string): Promise<unknown> => (await api.get('runs/get', { run_id })).json;

test('a dataset a second time changes neither its context nor its description', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api);
  const tags = [{ key: 'k', value: 'v' }, ...inContext('train')];
  await api.post('runs/log-inputs', { run_id, datasets: [{ dataset, tags }] });
  const again = { dataset: { ...dataset, source: 'other', schema: '{}' }, tags: inContext('eval') };
  expect((await api.post('runs/log-inputs', { run_id, datasets: [again] })).text).toBe('{}');
  expect(await inputsOf(api, run_id)).toMatchObject({ run: { inputs: { dataset_inputs: [{ dataset, tags }] } } });
  const other = await newRun(api);
  await api.post('runs/log-inputs', { run_id: other, datasets: [again] });
  expect(await inputsOf(api, other)).toMatchObject({
    run: { inputs: { dataset_inputs: [{ dataset, tags: inContext('eval') }] } },
  });
  const elsewhere = (await api.post('experiments/create', { name: 'b' })).at('experiment_id');
  const third = await newRun(api, elsewhere);
  await api.post('runs/log-inputs', { run_id: third, datasets: [again] });
  expect(await inputsOf(api, third)).toMatchObject({
    run: { inputs: { dataset_inputs: [{ dataset: { source: 'other', schema: '{}' } }] } },
  });
});

test('datasets keep the order in which they were logged', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api);
  const named = (name: string): object => ({ dataset: { ...dataset, name } });
  await api.post('runs/log-inputs', { run_id, datasets: [named('c'), named('a')] });
  await api.post('runs/log-inputs', { run_id, datasets: [named('b'), named('c')] });
  const inputs = { dataset_inputs: ['c', 'a', 'b'].map(named) };
  expect(await inputsOf(api, run_id)).toMatchObject({ run: { inputs } });
  expect((await api.post('runs/search', { experiment_ids: ['0'] })).json).toMatchObject({ runs: [{ inputs }] });
  expect(api.tracking.getRun(run_id).inputs.map(one => one.dataset)).toEqual(['c', 'a', 'b']);
});

test('datasets of experiments are listed, each once for every context', async () => {
  const api = await openTestApi();
  const search = async (experiment_ids: readonly string[]): Promise<unknown> =>
    (await api.post('/ajax-api/2.0/mlflow/experiments/search-datasets', { experiment_ids })).json;
  expect(await search(['0'])).toEqual({});
  for (const context of ['train', 'train', 'eval', ''])
    await api.post('runs/log-inputs', {
      run_id: await newRun(api),
      datasets: [{ dataset, ...(context !== '' && { tags: inContext(context) }) }],
    });
  const summary = { experiment_id: '0', name: 'd', digest: 'abc' };
  const found = (await search(['0', '7'])) as { dataset_summaries: object[] };
  expect(found.dataset_summaries).toHaveLength(3);
  expect(found.dataset_summaries).toEqual(
    expect.arrayContaining([summary, { ...summary, context: 'train' }, { ...summary, context: 'eval' }]),
  );
  expect(await search(['7'])).toEqual({});
  // MLflow's own path of it lacks a slash
  const typed = await api.post('/api/2.0mlflow/experiments/search-datasets', { experiment_ids: ['0'] });
  expect(typed.json).toEqual(found);
});

test.each([
  [{}, 'SearchDatasets request must specify at least one experiment_id.'],
  [
    { experiment_ids: Array.from({ length: 21 }, () => '0') },
    'SearchDatasets request cannot specify more than 20 experiment_ids. Received 21 experiment_ids.',
  ],
  [{ experiment_ids: ['x'] }, "Invalid experiment ID 'x'. Experiment ID must be a valid integer."],
])('a search of datasets by %j is refused', async (body, message) => {
  const api = await openTestApi();
  expect(await api.post('experiments/search-datasets', body)).toMatchObject({ status: 400, json: { message } });
});

test.each([
  [{ dataset: {} }, `Missing value for required parameter 'datasets[0].dataset.name'. ${DOCS}`],
  [{ dataset: { ...dataset, name: 'n'.repeat(501) } }, "'name' exceeds the maximum length of 500 characters"],
  [{ dataset: { ...dataset, source: 's'.repeat(65_536) } }, "'source' exceeds the maximum length of 65535 characters"],
  [
    { dataset: { ...dataset, schema: 's'.repeat(1_048_576) } },
    "'schema' exceeds the maximum length of 1048575 characters",
  ],
  [{ dataset, tags: [{ key: 'k'.repeat(256), value: '' }] }, "'key' exceeds the maximum length of 255 characters"],
  [{ dataset, tags: [{ key: 'k', value: 'v'.repeat(501) }] }, "'value' exceeds the maximum length of 500 characters"],
])('the input %# is refused', async (input, message) => {
  const api = await openTestApi();
  const run_id = await newRun(api);
  const answer = await api.post('runs/log-inputs', { run_id, datasets: [input] });
  expect(answer).toMatchObject({ status: 400, json: { error_code: 'INVALID_PARAMETER_VALUE', message } });
  expect(api.tracking.getRun(run_id).inputs).toEqual([]);
});

test('a dataset of a metric has both name and digest', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api);
  const point = { run_id, key: 'm', value: 1, timestamp: 2, step: 3 };
  expect((await api.post('runs/log-metric', { ...point, dataset_name: 'd' })).status).toBe(400);
  expect((await api.post('runs/log-metric', { ...point, dataset_name: 'd', dataset_digest: 'e' })).status).toBe(200);
});

test('a model that an older client logs is added to the history of its run', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api);
  const model = (artifact_path: string): object => ({
    artifact_path,
    run_id,
    utc_time_created: '2020-01-01 00:00:00',
    model_uuid: 'u',
    flavors: { sklearn: { version: '1', config: { secret: 1 } }, python_function: {} },
    signature: 'x'.repeat(20_000),
  });
  for (const path of ['a', 'b'])
    expect((await api.post('runs/log-model', { run_id, model_json: JSON.stringify(model(path)) })).text).toBe('{}');
  const tag = api.tracking.getRun(run_id).tags['mlflow.log-model.history'] ?? '';
  expect(tag).toContain(`[{"run_id": "${run_id}", "artifact_path": "a", `);
  const history: unknown = JSON.parse(tag);
  const kept = { run_id, utc_time_created: '2020-01-01 00:00:00', model_uuid: 'u' };
  const flavors = { sklearn: { version: '1' }, python_function: {} };
  expect(history).toEqual([
    { ...kept, artifact_path: 'a', flavors },
    { ...kept, artifact_path: 'b', flavors },
  ]);
  const refused = async (model_json: unknown): Promise<string> =>
    (await api.post('runs/log-model', { run_id, model_json })).at('message');
  expect(await refused('{')).toBe('Malformed model info. \n { \n is not a valid JSON.');
  expect(await refused('{"run_id":"x"}')).toBe(
    "Model json is missing mandatory fields: {'artifact_path', 'flavors', 'utc_time_created'}",
  );
  expect(await refused(undefined)).toBe(`Missing value for required parameter 'model_json'. ${DOCS}`);
});
