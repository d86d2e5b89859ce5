import { describe, expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';
import type { Answer, TestApi } from '../../support/mlflowApi';

const MODELS = '/api/2.0/mlflow/logged-models';
const PROXY = '/api/2.0/mlflow-artifacts/artifacts';

async function newModel(api: TestApi, fields: object = {}): Promise<string> {
  return (await api.post('logged-models', { experiment_id: '0', ...fields })).at('model', 'info', 'model_id');
}

async function change(
  api: TestApi,
  method: string,
  path: string,
  body: object = {},
): Promise<Pick<Answer, 'status' | 'json'>> {
  const { status, body: text } = await api.send(method, `${MODELS}/${path}`, JSON.stringify(body));
  const json: unknown = JSON.parse(Buffer.from(text).toString());
  return { status, json };
}

test('a logged model is made, filled, finished and deleted', async () => {
  const api = await openTestApi();
  const run = api.newRun();
  api.changes.length = 0;
  const made = await api.post('logged-models', {
    experiment_id: '0',
    name: 'credit model',
    model_type: 'classifier',
    source_run_id: run,
    params: [{ key: 'C', value: '0.5' }],
    tags: [{ key: 'team', value: 'risk' }],
  });
  expect(api.changes).toEqual([{ runId: run, experimentId: '0' }]);
  const id = made.at('model', 'info', 'model_id');
  expect(id).toMatch(/^m-[0-9a-f]{32}$/);
  const at = api.clock.now;
  const info = {
    model_id: id,
    experiment_id: '0',
    name: 'credit model',
    creation_timestamp_ms: at,
    last_updated_timestamp_ms: at,
    artifact_uri: `mlflow-artifacts:/0/models/${id}/artifacts`,
    status: 'LOGGED_MODEL_PENDING',
    model_type: 'classifier',
    source_run_id: run,
    tags: [{ key: 'team', value: 'risk' }],
  };
  const data = { params: [{ key: 'C', value: '0.5' }] };
  expect(made.json).toEqual({ model: { info, data } });
  expect((await api.get(`logged-models/${id}`)).json).toEqual({ model: { info, data } });
  api.clock.now += 5;
  expect(await change(api, 'PATCH', id, { model_id: id, status: 'LOGGED_MODEL_READY' })).toMatchObject({
    status: 200,
    json: { model: { info: { status: 'LOGGED_MODEL_READY', last_updated_timestamp_ms: at + 5 } } },
  });
  expect((await change(api, 'PATCH', id, { status: 3 })).json).toMatchObject({ model: { info: { status: 'LOGGED_MODEL_UPLOAD_FAILED' } } }); // prettier-ignore
  expect((await change(api, 'PATCH', id, { status: 'BOGUS' })).json).toMatchObject({ model: { info: { status: 'LOGGED_MODEL_UPLOAD_FAILED' } } }); // prettier-ignore
  await api.post(`logged-models/${id}/params`, { params: [{ key: 'A', value: 'x'.repeat(7_000) }] });
  expect((await api.post(`logged-models/${id}/params`, { params: [{ key: 'C', value: '0.5' }] })).status).toBe(200);
  await change(api, 'PATCH', `${id}/tags`, {
    tags: [{ key: 'team', value: 'other' }, { key: 'a.b/c d', value: '1' }, { key: 'e' }],
  });
  await change(api, 'DELETE', `${id}/tags/team`);
  await change(api, 'DELETE', `${id}/tags/a.b%2Fc%20d`);
  expect((await api.get(`logged-models/${id}`)).json).toMatchObject({
    model: { info: { tags: [{ key: 'e', value: '' }] }, data: { params: [{ key: 'A' }, { key: 'C', value: '0.5' }] } },
  });
  expect(await change(api, 'DELETE', id)).toEqual({ status: 200, json: {} });
  expect((await change(api, 'DELETE', id)).status).toBe(200);
  expect((await api.get(`logged-models/${id}`)).status).toBe(404);
  expect((await api.get(`logged-models/${id}`, { allow_deleted: 'True' })).status).toBe(200);
  // what registers a version still marks the model it came from
  expect((await change(api, 'PATCH', `${id}/tags`, { tags: [{ key: 'mlflow.modelVersions', value: '[]' }] })).status).toBe(200); // prettier-ignore
});

test('a name and blank fields are made up', async () => {
  const api = await openTestApi();
  expect((await api.post('logged-models', { experiment_id: '0', name: '' })).json).toMatchObject({
    model: { info: { name: expect.stringMatching(/^[a-z]+-[a-z]+-\d+$/), model_type: '', source_run_id: '' } },
  });
});

const DOCS = 'See the API docs for more information about request parameters.';

test.each([
  ['POST', '', {}, 400, `Missing value for required parameter 'experiment_id'. ${DOCS}`],
  ['POST', '', { experiment_id: 5 }, 400, `Invalid value 5 for parameter 'experiment_id' supplied:  Hint: Value was of type 'int'. ${DOCS}`], // prettier-ignore
  ['POST', '', { experiment_id: '99' }, 404, 'No Experiment with id=99 exists'],
  ['POST', '', { experiment_id: '0', name: 'a/b' }, 400, `Invalid model name ('a/b') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`], // prettier-ignore
  ['POST', '', { experiment_id: '0', name: 'x'.repeat(501) }, 400, 'The name of a logged model has 501 characters; 500 are allowed.'], // prettier-ignore
  ['POST', '', { experiment_id: '0', params: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }] }, 400, "Duplicate parameter keys have been submitted: ['a']. Please ensure the request contains only one param value per param key."], // prettier-ignore
  ['POST', '', { experiment_id: '0', tags: [{ value: '1' }] }, 400, `Missing value for required parameter 'tags[0].key'. ${DOCS}`], // prettier-ignore
  ['POST', '', { experiment_id: '0', tags: [{ key: 'k'.repeat(251) }] }, 400, 'The name of a tag has 251 characters; 250 are allowed.'], // prettier-ignore
  ['GET', '/m-none', {}, 404, "Logged model with ID 'm-none' not found."],
  ['GET', '/zz', {}, 404, "Logged model with ID 'zz' not found."],
  ['PATCH', '/MODEL', {}, 400, `Missing value for required parameter 'status'. ${DOCS}`],
  ['PATCH', '/m-none', { status: 2 }, 404, "Logged model with ID 'm-none' not found."],
  ['DELETE', '/m-none', {}, 404, "Logged model with ID 'm-none' not found."],
  ['POST', '/MODEL/params', { params: [{ key: 'p', value: '2' }] }, 400, "Changing param values is not allowed. Params were already logged='[{'key': 'p', 'old_value': '1', 'new_value': '2'}]' for logged model ID='MODEL'."], // prettier-ignore
  ['PATCH', '/MODEL/tags', { tags: 5 }, 400, `Invalid value 5 for parameter 'tags' supplied:  Hint: Value was of type 'int'. ${DOCS}`], // prettier-ignore
  ['DELETE', '/MODEL/tags/none', {}, 404, "No tag with key 'none' found for model with ID 'MODEL'."],
  ['GET', '/m-none/artifacts/directories', {}, 404, "Logged model with ID 'm-none' not found."],
])('%s logged-models%s %j is refused', async (method, path, body, status, message) => {
  const api = await openTestApi();
  const id = await newModel(api, { params: [{ key: 'p', value: '1' }] });
  const answer = await api.send(
    method,
    MODELS + path.replace('MODEL', id),
    method === 'GET' ? '' : JSON.stringify(body),
  );
  expect(answer.status).toBe(status);
  expect(JSON.parse(String(answer.body))).toMatchObject({ message: message.replace('MODEL', id) });
});

describe('metrics of a run that were measured with a model', () => {
  test('are its own too', async () => {
    const api = await openTestApi();
    const [one, two] = [api.newRun(), api.newRun()];
    const id = await newModel(api);
    const on = { dataset_name: 'd', dataset_digest: 'g' };
    const big = '9007199254740993';
    await api.post('runs/log-metric', {
      run_id: one,
      key: 'auc',
      value: 0.5,
      timestamp: 7,
      step: 1,
      model_id: id,
      ...on,
    });
    await api.post('runs/log-batch', {
      run_id: two,
      metrics: [
        { key: 'auc', value: 0.75, timestamp: 8, step: big, model_id: id },
        { key: 'loss', value: 'NaN', timestamp: 8, model_id: id },
        { key: 'other', value: 1, timestamp: 8 },
        { key: 'plain', value: 1, timestamp: 8, model_id: '' },
      ],
    });
    const metrics = (await api.get(`logged-models/${id}`)).text;
    expect(metrics).toContain(`"step":${big}`);
    expect(JSON.parse(metrics)).toMatchObject({
      model: {
        data: {
          metrics: [
            { key: 'auc', value: 0.5, timestamp: 7, step: 1, model_id: id, run_id: one, ...on },
            { key: 'auc', value: 0.75, timestamp: 8, model_id: id, run_id: two },
            { key: 'loss', value: 'NaN', timestamp: 8, step: 0, model_id: id, run_id: two },
          ],
        },
      },
    });
    expect(metrics).not.toMatch(/"other"|"plain"/);
    expect((await api.get('runs/get', { run_id: one })).json).toMatchObject({
      run: { data: { metrics: [{ key: 'auc', value: 0.5, timestamp: 7, step: 1 }] } },
    });
  });

  test('once more at the same time and step replace the earlier one', async () => {
    const api = await openTestApi();
    const run = api.newRun();
    const id = await newModel(api);
    for (const value of [0.5, 0.6, 0.6])
      await api.post('runs/log-metric', { run_id: run, key: 'auc', value, timestamp: 7, model_id: id });
    expect((await api.get(`logged-models/${id}`)).json).toMatchObject({
      model: { data: { metrics: [{ key: 'auc', value: 0.6 }] } },
    });
  });

  test('of a model that is not there are refused, with all of their batch', async () => {
    const api = await openTestApi();
    const run = api.newRun();
    const metrics = [
      { key: 'a', value: 1, timestamp: 1 },
      { key: 'b', value: 1, timestamp: 1, model_id: 'm-none' },
    ];
    expect(await api.post('runs/log-batch', { run_id: run, metrics })).toMatchObject({
      status: 404,
      json: { message: "Logged model with ID 'm-none' not found." },
    });
    expect((await api.get('runs/get', { run_id: run })).json).toMatchObject({ run: { data: { tags: [{}, {}] } } });
    expect((await api.get('metrics/get-history', { run_id: run, metric_key: 'a' })).json).toEqual({});
  });

  test('are told to whoever watches the run that made the model', async () => {
    const api = await openTestApi();
    const [source, run] = [api.newRun(), api.newRun()];
    const id = await newModel(api, { source_run_id: source });
    api.changes.length = 0;
    await api.post('runs/log-metric', { run_id: run, key: 'auc', value: 1, timestamp: 7, model_id: id });
    expect(api.changes.map(({ runId }) => runId)).toEqual([source]);
    expect(api.points.map(({ runId }) => runId)).toEqual([run]);
  });
});

test('a run has inputs and outputs', async () => {
  const api = await openTestApi();
  const run = api.newRun();
  const [a, b] = [await newModel(api), await newModel(api)];
  api.changes.length = 0;
  expect((await api.post('runs/outputs', { run_id: run, models: [{ model_id: a, step: 3 }, { model_id: b }] })).text).toBe('{}'); // prettier-ignore
  await api.post('runs/outputs', { run_id: run, models: [{ model_id: a, step: 3 }] });
  expect(api.changes).toHaveLength(2);
  const dataset = { name: 'd', digest: 'x', source_type: 'local', source: '{}' };
  await api.post('runs/log-inputs', {
    run_id: run,
    datasets: [{ dataset }],
    models: [{ model_id: b }, { model_id: b }],
  });
  const expected = {
    inputs: { dataset_inputs: [{ dataset }], model_inputs: [{ model_id: b }] },
    outputs: {
      model_outputs: expect.arrayContaining([
        { model_id: a, step: 3 },
        { model_id: b, step: 0 },
      ]),
    },
  };
  expect((await api.get('runs/get', { run_id: run })).json).toMatchObject({ run: expected });
  expect((await api.post('runs/search', { experiment_ids: ['0'] })).json).toMatchObject({ runs: [expected] });
  expect(api.tracking.getRun(run)).not.toHaveProperty('modelOutputs');
  for (const [call, body, status] of [
    ['runs/outputs', { models: [] }, 400],
    ['runs/outputs', { run_id: run }, 400],
    ['runs/outputs', { run_id: run, models: [{}] }, 400],
    ['runs/outputs', { run_id: 'f'.repeat(32), models: [] }, 404],
    ['runs/log-inputs', { run_id: run, models: [{ model_id: '' }] }, 400],
  ] as const)
    expect((await api.post(call, body)).status, call).toBe(status);
  await api.post('runs/delete', { run_id: run });
  for (const call of ['runs/outputs', 'runs/log-inputs'])
    expect(await api.post(call, { run_id: run, models: [{ model_id: a }] })).toMatchObject({
      status: 400,
      json: { message: `The run ${run} must be in the 'active' state. Current state is deleted.` },
    });
});

describe('the files of a logged model', () => {
  test('are put, listed and read', async () => {
    const api = await openTestApi();
    const run = api.newRun();
    const id = await newModel(api, { source_run_id: run });
    const root = `0/models/${id}/artifacts`;
    api.changes.length = 0;
    await api.send('PUT', `${PROXY}/${root}/MLmodel`, 'abc');
    expect(api.changes).toEqual([{ runId: run, experimentId: '0' }]);
    await api.send('PUT', `${PROXY}/${root}/data/w.bin`, 'xx');
    const files = [
      { path: 'MLmodel', is_dir: false, file_size: 3 },
      { path: 'data', is_dir: true },
    ];
    const list = (query: Record<string, string> = {}) => api.get(`logged-models/${id}/artifacts/directories`, query);
    expect((await list()).json).toEqual({ root_uri: `mlflow-artifacts:/${root}`, files });
    expect((await list({ artifact_directory_path: 'data', page_token: 'any' })).json).toMatchObject({
      files: [{ path: 'data/w.bin', is_dir: false, file_size: 2 }],
    });
    expect((await list({ artifact_directory_path: '../data' })).status).toBe(400);
    expect((await api.get(PROXY, { path: root })).json).toEqual({ files });
    expect((await api.get(PROXY, { path: '0/models' })).json).toEqual({ files: [{ path: id, is_dir: true }] });
    const read = (query: string) => api.send('GET', `/ajax-api/2.0/mlflow/logged-models/${id}/artifacts/files${query}`);
    expect(await read('?artifact_file_path=MLmodel')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/plain' },
    });
    expect(await read('')).toMatchObject({ status: 400, body: expect.stringContaining('must include the \\"artifact_file_path\\"') }); // prettier-ignore
    expect((await read('?artifact_file_path=data')).status).toBe(400);
    expect((await read('?artifact_file_path=..%2FMLmodel')).status).toBe(400);
    expect((await read('?artifact_file_path=none')).status).toBe(404);
    expect(api.store.check()).toMatchObject({ ok: true, missingObjects: 0 });
  });

  test('stay when it is deleted, for registered versions', async () => {
    const api = await openTestApi();
    const id = await newModel(api);
    const file = `${PROXY}/0/models/${id}/artifacts/MLmodel`;
    await api.send('PUT', file, 'abc');
    await change(api, 'DELETE', id);
    expect((await api.send('GET', file)).status).toBe(200);
    for (const method of ['PUT', 'DELETE'])
      expect(await api.send(method, file, method === 'PUT' ? 'x' : '')).toMatchObject({
        status: 400,
        body: expect.stringContaining('has been deleted: its files can be read only.'),
      });
    expect(Buffer.from((await api.send('GET', file)).body).toString()).toBe('abc');
  });
});

describe('a search of logged models', () => {
  /** Models a, b and c, made one after the other. */
  async function openModels() {
    const api = await openTestApi();
    const run = api.newRun();
    const make = async (name: string, fields: object = {}): Promise<string> => {
      api.clock.now += 10;
      return newModel(api, { name, ...fields });
    };
    const ids = {
      a: await make('a', { model_type: 'one', source_run_id: run, params: [{ key: 'C', value: '1' }] }),
      b: await make('B_x', { params: [{ key: 'C', value: '10' }], tags: [{ key: 'the tag', value: 'v' }] }),
      c: await make('c'),
    };
    const log = (metric: object) => api.post('runs/log-metric', { run_id: run, timestamp: 5, ...metric });
    await log({ key: 'auc', value: 0.9, model_id: ids.a, dataset_name: 'd', dataset_digest: 'g' });
    await log({ key: 'auc', value: 0.5, timestamp: 6, model_id: ids.a, dataset_name: 'e', dataset_digest: 'h' });
    await log({ key: 'auc', value: 0.7, model_id: ids.b, dataset_name: 'd', dataset_digest: 'other' });
    await log({ key: 'auc', value: 'NaN', timestamp: 6, model_id: ids.c });
    await change(api, 'PATCH', ids.a, { status: 'LOGGED_MODEL_READY' });
    const found = async (body: object): Promise<string> => {
      const answer = await api.post('logged-models/search', { experiment_ids: ['0'], ...body });
      if (answer.status !== 200) return answer.text;
      const { models = [] } = answer.json as { models?: { info: { name: string } }[] };
      return models.map(({ info }) => info.name).join(' ');
    };
    return { api, run, ids, found };
  }

  test.each([
    ['', 'c B_x a'],
    ["name = 'a'", 'a'],
    ["name != 'a'", 'c B_x'],
    ["name LIKE 'B%'", 'B_x'],
    ["name LIKE 'b%'", ''],
    ["name ILIKE 'b%'", 'B_x'],
    ["name IN ('a', 'c')", 'c a'],
    ["attributes.name NOT IN ('a')", 'c B_x'],
    ["model_type = 'one'", 'a'],
    ["status = 'LOGGED_MODEL_READY'", 'a'],
    ['creation_timestamp > 1700000000015', 'c B_x'],
    ['creation_time <= 1700000000010', 'a'],
    ['last_updated_timestamp > 1700000000029', 'c a'],
    ['metrics.auc > 0.6', 'B_x a'],
    ['metrics.auc > 0.6 AND metrics.auc < 0.6', 'a'],
    ['metrics.auc != 0.7', 'c a'],
    ['metrics.none > 0', ''],
    ["params.C = '1' and name = 'a'", 'a'],
    ["params.C LIKE '1%'", 'B_x a'],
    ["tags.`the tag` = 'v'", 'B_x'],
  ])('with the filter %s', async (filter, names) => {
    const { found } = await openModels();
    expect(await found({ filter })).toBe(names);
  });

  test('by id and source run', async () => {
    const { run, ids, found } = await openModels();
    expect(await found({ filter: `model_id = '${ids.b}'` })).toBe('B_x');
    expect(await found({ filter: `source_run_id = '${run}'` })).toBe('a');
  });

  test.each([
    [[{ dataset_name: 'd' }], '', 'B_x a'],
    [[{ dataset_name: 'd', dataset_digest: 'g' }], '', 'a'],
    [[{ dataset_name: 'x' }], '', ''],
    [[{ dataset_name: 'x' }, { dataset_name: 'e' }], '', 'a'],
    [[{ dataset_name: 'd' }], 'metrics.auc > 0.8', 'a'],
    [[{ dataset_name: 'e' }], 'metrics.auc > 0.8', ''],
    [[{ dataset_name: 'd' }], "name = 'a'", 'a'],
  ])('measured on %j, with the filter %s', async (datasets, filter, names) => {
    const { found } = await openModels();
    expect(await found({ datasets, filter })).toBe(names);
  });

  test.each([
    [[{ field_name: 'name' }], 'B_x a c'],
    [[{ field_name: 'name', ascending: false }], 'c a B_x'],
    [[{ field_name: 'creation_timestamp' }], 'a B_x c'],
    [[{ field_name: 'metrics.auc' }], 'a B_x c'],
    [[{ field_name: 'metrics.auc', ascending: false }], 'B_x a c'],
    [[{ field_name: 'metrics.auc', dataset_name: 'd', ascending: false }], 'a B_x c'],
    [[{ field_name: 'metrics.auc', dataset_name: 'd', dataset_digest: 'other' }], 'B_x c a'],
    [[{ field_name: 'metrics.none' }], 'c B_x a'],
    [[{ field_name: 'status', ascending: false }, { field_name: 'name' }], 'a B_x c'],
  ])('in the order of %j, page by page', async (order_by, names) => {
    const { api, found } = await openModels();
    expect(await found({ order_by })).toBe(names);
    const pages: string[] = [];
    let page_token = '';
    do {
      const body = { experiment_ids: ['0'], order_by, max_results: 1, page_token };
      const page = await api.post('logged-models/search', body);
      pages.push(page.at('models', 0, 'info', 'name'));
      page_token = page.text.includes('next_page_token') ? page.at('next_page_token') : '';
    } while (page_token !== '' && pages.length < 9);
    expect(pages.join(' ')).toBe(names);
  });

  test.each([
    [{ filter: "name = 'a' OR name = 'b'" }, "Invalid clause(s) in filter string: 'OR'"],
    [{ filter: 'name > 1' }, "Invalid comparator '>'"],
    [
      { filter: "foo.x = 'y'" },
      "Invalid entity type: 'foo'. Expected one of ['attributes', 'metrics', 'params', 'tags'].",
    ],
    [{ filter: "bogus = 'y'" }, "Invalid attribute key 'bogus'"],
    [{ filter: 'tags.a IS NULL' }, "Invalid comparator 'IS NULL'"],
    [{ order_by: [{ field_name: 'params.C' }] }, 'Invalid order by field name: params.C. Only metrics are supported.'],
    [{ order_by: [{ field_name: 'bogus' }] }, 'Invalid order by field name: bogus'],
    [{ order_by: [{}] }, 'Invalid order by field name: '],
    [{ datasets: [{ dataset_digest: 'g' }] }, '`dataset_name` in the `datasets` clause must be specified.'],
    [{ max_results: -1 }, "Invalid value -1 for parameter 'max_results'"],
    [{ page_token: 'zz' }, 'Invalid page token'],
    [{ experiment_ids: null }, "Missing value for required parameter 'experiment_ids'."],
  ])('%j is refused', async (body, message) => {
    const { api } = await openModels();
    expect(await api.post('logged-models/search', { experiment_ids: ['0'], ...body })).toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining(message) },
    });
  });

  test('finds neither deleted ones nor those of other experiments', async () => {
    const { api, ids, found } = await openModels();
    await change(api, 'DELETE', ids.a);
    expect(await found({ max_results: 0 })).toBe('c B_x');
    expect(await found({ experiment_ids: ['7'] })).toBe('');
    expect(await found({ experiment_ids: [] })).toBe('');
  });

  test('outlives its runs and its experiment', async () => {
    const { api, run, ids, found } = await openModels();
    await api.post('runs/delete', { run_id: run });
    expect((await api.get(`logged-models/${ids.a}`)).json).toMatchObject({ model: { data: { metrics: [{}, {}] } } });
    await api.post('experiments/delete', { experiment_id: '0' });
    expect(await found({})).toBe('c B_x a');
    expect((await change(api, 'PATCH', `${ids.a}/tags`, { tags: [{ key: 'a', value: 'b' }] })).status).toBe(200);
    expect(await api.post('logged-models', { experiment_id: '0' })).toMatchObject({
      status: 400,
      json: { message: "The experiment 0 must be in the 'active' state. Current state is deleted." },
    });
  });
});
