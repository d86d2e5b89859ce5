import { describe, expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';
import type { TestApi } from '../../support/mlflowApi';

const DOCS = 'See the API docs for more information about request parameters.';

async function newRun(api: TestApi, fields: object = {}): Promise<string> {
  return (await api.post('runs/create', { experiment_id: '0', ...fields })).at('run', 'info', 'run_id');
}

test('a run is created, updated, deleted and restored', async () => {
  const api = await openTestApi();
  const created = await api.post('runs/create', {
    experiment_id: '0',
    user_id: 'ada',
    run_name: 'one',
    start_time: '1234',
    tags: [{ key: 'a', value: 'b' }],
    unknown: 1,
  });
  const id = created.at('run', 'info', 'run_id');
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  const info = {
    run_id: id,
    run_uuid: id,
    run_name: 'one',
    experiment_id: '0',
    user_id: 'ada',
    status: 'RUNNING',
    start_time: 1234,
    artifact_uri: `mlflow-artifacts:/0/${id}/artifacts`,
    lifecycle_stage: 'active',
  };
  const tags = [
    { key: 'a', value: 'b' },
    { key: 'mlflow.runName', value: 'one' },
  ];
  expect(created.json).toEqual({ run: { info, data: { tags }, inputs: {} } });
  const whole = { run: { info, data: { tags }, inputs: {}, outputs: {} } };
  expect((await api.get('runs/get', { run_id: id })).json).toEqual(whole);
  expect((await api.get('runs/get', { run_uuid: id })).json).toEqual(whole);
  const update = { run_id: id, status: 'FINISHED', end_time: 2345, run_name: 'two' };
  expect((await api.post('runs/update', update)).json).toEqual({
    run_info: { ...info, status: 'FINISHED', end_time: 2345, run_name: 'two' },
  });
  expect((await api.post('runs/update', { run_uuid: id, status: 5 })).json).toMatchObject({
    run_info: { status: 'KILLED', end_time: 2345 },
  });
  expect(await api.post('runs/update', { run_id: id, status: 'BOGUS' })).toMatchObject({
    status: 200,
    json: { run_info: { status: 'KILLED' } },
  });
  expect((await api.post('runs/delete', { run_id: id })).text).toBe('{}');
  expect(await api.post('runs/set-tag', { run_id: id, key: 'a', value: 'b' })).toMatchObject({
    status: 400,
    json: {
      error_code: 'INVALID_PARAMETER_VALUE',
      message: `The run ${id} must be in the 'active' state. Current state is deleted.`,
    },
  });
  expect((await api.post('runs/restore', { run_id: id })).text).toBe('{}');
  expect(await api.get('runs/get', { run_id: 'f'.repeat(32) })).toMatchObject({
    status: 404,
    json: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `Run with id=${'f'.repeat(32)} not found` },
  });
});

test('an update changes what it says, and nothing else', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api, { run_name: 'n' });
  const update = async (change: object): Promise<unknown> =>
    (await api.post('runs/update', { run_id, ...change })).json;
  const ended = (end_time: number | undefined, status: string): object => ({
    run_info: expect.objectContaining({ status, run_name: 'n', ...(end_time !== undefined && { end_time }) }),
  });
  expect(await update({ status: 'FINISHED' })).toEqual(ended(undefined, 'FINISHED'));
  expect(JSON.stringify(await update({}))).not.toContain('end_time');
  expect(await update({ end_time: 9 })).toEqual(ended(9, 'FINISHED'));
  expect(await update({ status: 'RUNNING' })).toEqual(ended(9, 'RUNNING'));
  expect(await update({ status: 'SCHEDULED', end_time: '11', run_name: '' })).toEqual(ended(11, 'SCHEDULED'));
  expect(JSON.stringify(await update({ end_time: 0 }))).not.toContain('end_time');
  expect((await api.get('runs/get', { run_id })).json).toMatchObject({ run: { info: { status: 'SCHEDULED' } } });
  expect(await update({ status: 9 })).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
  await api.post('runs/delete-tag', { run_id, key: 'mlflow.runName' });
  await update({ run_name: 'n' });
  await api.post('runs/set-tag', { run_id, key: 'mlflow.runName', value: '' });
  expect(api.tracking.getRun(run_id)).toMatchObject({ name: 'n', tags: { 'mlflow.runName': 'n' } });
});

test('a new run takes tags of any name, as far as they are not too long', async () => {
  const api = await openTestApi();
  const tags = [
    { key: '../a', value: '1' },
    { key: 'owner@team', value: 'x'.repeat(8_001) },
  ];
  const run_id = await newRun(api, { run_name: 'a/b?*$', tags });
  expect(api.tracking.getRun(run_id).tags).toEqual({
    '../a': '1',
    'mlflow.runName': 'a/b?*$',
    'owner@team': 'x'.repeat(8_000),
  });
  expect((await api.post('runs/set-tag', { run_id, key: 'owner@team', value: '' })).status).toBe(400);
  const long = await api.post('runs/create', { experiment_id: '0', tags: [{ key: 'k'.repeat(251), value: '' }] });
  expect(long.at('message')).toBe("'tags[0].key' exceeds the maximum length of 250 characters");
});

test('texts come back as they were, whatever they are made of', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api, { run_name: 'n' });
  const values = ['a\u0000b', '\u0001\u001f\u007f\u2028"\\/', '😀', "it's", '', '{"a":[1]}', '</script>'];
  const params = values.map((value, index) => ({ key: `p${index}`, value }));
  await api.post('runs/log-batch', { run_id, params });
  expect((await api.get('runs/get', { run_id })).json).toMatchObject({ run: { data: { params } } });
  expect((await api.post('runs/search', { experiment_ids: ['0'] })).json).toMatchObject({
    runs: [{ data: { params } }],
  });
});

test('a run without an experiment goes to the default one, and gets a name', async () => {
  const api = await openTestApi();
  const created = await api.post('runs/create', {});
  expect(created.at('run', 'info', 'experiment_id')).toBe('0');
  expect(created.at('run', 'info', 'run_name')).toMatch(/^[a-z]+-[a-z]+-\d+$/);
  expect(created.at('run', 'info', 'user_id')).toBe('');
});

test.each(['{nope', '[1]', '7'])('%s makes no run', async body => {
  const api = await openTestApi();
  expect(await api.post('runs/create', body)).toMatchObject({
    status: 400,
    json: { error_code: 'BAD_REQUEST', message: 'The body of the request is not a JSON object.' },
  });
  expect((await api.post('runs/search', { experiment_ids: ['0'] })).text).toBe('{}');
});

describe('numbers', () => {
  test.each([
    ['1', '1'],
    ['0.1', '0.1'],
    ['"0.5"', '0.5'],
    ['"NaN"', '"NaN"'],
    ['NaN', '"NaN"'],
    ['"Infinity"', '1.7976931348623157e+308'],
    ['-Infinity', '-1.7976931348623157e+308'],
    ['1e-320', '1e-320'],
    ['12345678901234567890', '12345678901234567000'],
  ])('the value %s is answered as %s', async (value, wanted) => {
    const api = await openTestApi();
    const run_id = await newRun(api);
    const logged = await api.post('runs/log-metric', `{"run_id":"${run_id}","key":"m","value":${value},"timestamp":5}`);
    expect(logged).toMatchObject({ status: 200, text: '{}' });
    const history = await api.get('metrics/get-history', { run_id, metric_key: 'm' });
    expect(history.text).toBe(`{"metrics":[{"key":"m","value":${wanted},"timestamp":5,"step":0}]}`);
    expect((await api.get('runs/get', { run_id })).text).toContain(
      `"metrics":[{"key":"m","value":${wanted},"timestamp":5,"step":0}]`,
    );
  });

  test.each(['9007199254740993', '"9007199254740993"', '-9223372036854775807', '"-9007199254740993"'])(
    'the step %s stays exact',
    async step => {
      const api = await openTestApi();
      const run_id = await newRun(api);
      const text = `{"run_id":"${run_id}","key":"m","value":1.12345678901234567,"timestamp":"1700000000000","step":${step}}`;
      expect((await api.post('runs/log-metric', text)).status).toBe(200);
      const history = await api.get('metrics/get-history', { run_id, metric_key: 'm' });
      expect(history.text).toBe(
        `{"metrics":[{"key":"m","value":1.1234567890123457,"timestamp":1700000000000,"step":${step.replaceAll('"', '')}}]}`,
      );
    },
  );

  test('digits within texts are left alone', async () => {
    const api = await openTestApi();
    const run_id = await newRun(api);
    const value = 'a "quoted\\" 12345678901234567890 NaN, -Infinity';
    await api.post('runs/set-tag', { run_id, key: 't', value });
    expect((await api.get('runs/get', { run_id })).json).toMatchObject({ run: { data: { tags: [{}, { value }] } } });
  });
});

describe('what is refused', () => {
  const metric = { key: 'm', value: 1, timestamp: 1 };
  const many = (count: number): object[] =>
    Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: 'x' }));
  const metrics = (count: number): object[] => Array.from({ length: count }, (_, step) => ({ ...metric, step }));
  const split = (what: string): string => `Please split up ${what} across multiple requests and try again.`;
  const batch = 'A batch logging request can contain at most';
  const hint = (value: string, name: string, type: string): string =>
    `Invalid value ${value} for parameter '${name}' supplied:  Hint: Value was of type '${type}'. ${DOCS}`;

  test.each<[string, object, string]>([
    ['log-metric', { value: 1, timestamp: 1 }, `Missing value for required parameter 'key'. ${DOCS}`],
    ['log-metric', { key: 'm', timestamp: 1 }, `Missing value for required parameter 'value'. ${DOCS}`],
    ['log-metric', { key: 'm', value: 1 }, `Missing value for required parameter 'timestamp'. ${DOCS}`],
    ['log-metric', { key: 'm', value: 'x', timestamp: 1 }, hint('"x"', 'value', 'str')],
    ['log-metric', { key: 'm', value: true, timestamp: 1 }, hint('true', 'value', 'bool')],
    ['log-metric', { key: 'm', value: 1, timestamp: 1.5 }, hint('1.5', 'timestamp', 'float')],
    [
      'log-metric',
      { key: 'm', value: 1, timestamp: '99999999999999999999' },
      hint('"99999999999999999999"', 'timestamp', 'str'),
    ],
    ['log-parameter', { value: 'x' }, `Missing value for required parameter 'key'. ${DOCS}`],
    ['log-parameter', { key: 'p', value: 1 }, hint('1', 'value', 'int')],
    ['set-tag', { key: 't', value: {} }, hint('{}', 'value', 'dict')],
    [
      'log-batch',
      { metrics: [metric, { key: 'm', timestamp: 1 }] },
      `Missing value for required parameter 'metrics[1].value'. ${DOCS}`,
    ],
    ['log-batch', { params: [{ value: 'x' }] }, `Missing value for required parameter 'params[0].key'. ${DOCS}`],
    ['log-batch', { params: ['x'] }, hint('"x"', 'params[0]', 'str')],
    ['log-batch', { metrics: metrics(1001) }, `${batch} 1000 metrics. Got 1001 metrics. ${split('metrics')}`],
    ['log-batch', { params: many(101) }, `${batch} 100 params. Got 101 params. ${split('params')}`],
    ['log-batch', { tags: many(101) }, `${batch} 100 tags. Got 101 tags. ${split('tags')}`],
    [
      'log-batch',
      { metrics: metrics(950), params: many(51) },
      `${batch} 1000 metrics, params, and tags. Got 1001 metrics, params, and tags. ${split('metrics, params, and tags')}`,
    ],
    [
      'log-batch',
      {
        params: [
          { key: 'd', value: '1' },
          { key: 'd', value: '1' },
        ],
      },
      "Duplicate parameter keys have been submitted: ['d']. Please ensure the request contains only one param value per param key.",
    ],
    ['log-inputs', { datasets: [{}] }, `Missing value for required parameter 'datasets[0].dataset'. ${DOCS}`],
    [
      'log-inputs',
      { datasets: [{ dataset: { name: 'd', digest: 'x'.repeat(37), source_type: 's', source: 's' } }] },
      "'digest' exceeds the maximum length of 36 characters",
    ],
  ])('%s %j', async (path, body, message) => {
    const api = await openTestApi();
    const answer = await api.post(`runs/${path}`, { run_id: await newRun(api), ...body });
    expect(answer.status).toBe(400);
    expect(answer.at('error_code')).toBe('INVALID_PARAMETER_VALUE');
    expect(answer.at('message')).toContain(message);
  });

  test('a run must be named, and rightly', async () => {
    const api = await openTestApi();
    expect((await api.post('runs/log-batch', {})).at('message')).toBe(
      `Missing value for required parameter 'run_id'. ${DOCS}`,
    );
    expect(await api.get('runs/get', { run_id: '../x' })).toMatchObject({
      status: 404,
      json: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'Run with id=../x not found' },
    });
    expect((await api.post('runs/log-batch', { run_id: '../x' })).at('message')).toBe(
      `Invalid value "../x" for parameter 'run_id' supplied.`,
    );
  });

  test('a batch is all or nothing', async () => {
    const api = await openTestApi();
    const run_id = await newRun(api);
    await api.post('runs/log-parameter', { run_id, key: 'p', value: '1' });
    expect((await api.post('runs/log-parameter', { run_id, key: 'p', value: '2' })).at('message')).toBe(
      `Changing param values is not allowed. Param with key='p' was already logged with value='1' for run ID='${run_id}'. Attempted logging new value '2'.`,
    );
    const answer = await api.post('runs/log-batch', {
      run_id,
      metrics: [metric],
      tags: [{ key: 't', value: 'x' }],
      params: [{ key: 'p', value: '9' }],
    });
    expect(answer.status).toBe(400);
    expect(answer.at('message')).toContain(
      "Params were already logged='[{'key': 'p', 'old_value': '1', 'new_value': '9'}]'",
    );
    const run = (await api.get('runs/get', { run_id })).text;
    expect(run).toContain('"params":[{"key":"p","value":"1"}]');
    expect(run).not.toContain('metrics');
    expect(run).not.toContain('"t"');
  });
});

test('long values are cut without a word, by characters as people count them', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api);
  await api.post('runs/log-parameter', { run_id, key: 'p', value: '😀'.repeat(6_500) });
  await api.post('runs/set-tag', { run_id, key: 't', value: 'x'.repeat(8_001) });
  const run = api.tracking.getRun(run_id);
  expect(run.params['p']).toBe('😀'.repeat(6_000));
  expect(run.tags['t']).toBe('x'.repeat(8_000));
  expect((await api.post('runs/delete-tag', { run_id, key: 't' })).text).toBe('{}');
  expect(await api.post('runs/delete-tag', { run_id, key: 't' })).toMatchObject({
    status: 404,
    json: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `No tag with name: t in run with id ${run_id}` },
  });
});

test('datasets come back as they were given', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api);
  const datasets = [
    {
      tags: [{ key: 'mlflow.data.context', value: 'training' }, { key: 'k', value: 'v' }], // prettier-ignore
      dataset: {
        name: 'd',
        digest: 'abc',
        source_type: 'local',
        source: '{"uri":"x"}',
        schema: '{}',
        profile: '{"n":1}',
      },
    },
    { dataset: { name: 'e', digest: 'abc', source_type: 'http', source: 'y' } },
  ];
  expect((await api.post('runs/log-inputs', { run_id, datasets })).text).toBe('{}');
  expect((await api.get('runs/get', { run_id })).json).toMatchObject({ run: { inputs: { dataset_inputs: datasets } } });
});

test('history in pages', async () => {
  const api = await openTestApi();
  const run_id = await newRun(api);
  const metrics = Array.from({ length: 5 }, (_, step) => ({ key: 'm', value: step / 2, timestamp: 1, step }));
  await api.post('runs/log-batch', { run_id, metrics });
  const query = { run_id, metric_key: 'm' };
  expect((await api.get('metrics/get-history', query)).json).toEqual({ metrics });
  const first = await api.get('metrics/get-history', { ...query, max_results: 3 });
  expect(first.json).toMatchObject({ metrics: metrics.slice(0, 3) });
  const page_token = first.at('next_page_token');
  expect((await api.get('metrics/get-history', { ...query, page_token })).json).toEqual({ metrics: metrics.slice(3) });
  expect((await api.get('metrics/get-history', { run_id, metric_key: 'none' })).text).toBe('{}');
  expect((await api.get('metrics/get-history', { ...query, max_results: 25_001 })).status).toBe(400);
  expect((await api.get('metrics/get-history', { ...query, page_token: 'x' })).at('message')).toBe(
    'Invalid page token',
  );
});

test('search', async () => {
  const api = await openTestApi();
  for (let index = 0; index < 3; index++) {
    const run_id = await newRun(api, { run_name: `n${index}`, start_time: index + 1 });
    await api.post('runs/log-metric', { run_id, key: 'm', value: index, timestamp: 1 });
  }
  const names = async (body: object): Promise<string> =>
    [...(await api.post('runs/search', { experiment_ids: ['0'], ...body })).text.matchAll(/"run_name":"(\w+)"/g)]
      .map(match => match[1])
      .join(' ');
  expect(await names({})).toBe('n2 n1 n0');
  expect(await names({ filter: 'metrics.m > 0', order_by: ['metrics.m'] })).toBe('n1 n2');
  expect(await names({ run_view_type: 'DELETED_ONLY' })).toBe('');
  expect((await api.post('runs/search', { experiment_ids: [] })).text).toBe('{}');
  expect((await api.post('runs/search', {})).text).toBe('{}');
  const page = await api.post('runs/search', { experiment_ids: ['0'], max_results: 2 });
  expect(await names({ max_results: 2, page_token: page.at('next_page_token') })).toBe('n0');
  const refused = async (body: object): Promise<string> =>
    (await api.post('runs/search', { experiment_ids: ['0'], ...body })).at('message');
  expect(await refused({ filter: 'metrics.m > 1 OR metrics.m < 0' })).toContain(
    "Invalid clause(s) in filter string: 'OR'",
  );
  expect(await refused({ max_results: 50_001 })).toBe(
    `Invalid value 50001 for parameter 'max_results' supplied:  Hint: Value was of type 'int'. ${DOCS}`,
  );
  expect(await refused({ page_token: 'rubbish' })).toBe('Invalid page token');
  expect(await refused({ experiment_ids: [0] })).toBe(
    `Invalid value 0 for parameter 'experiment_ids[0]' supplied:  Hint: Value was of type 'int'. ${DOCS}`,
  );
});
