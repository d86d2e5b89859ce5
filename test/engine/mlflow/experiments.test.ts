import { expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';

test('an experiment is created, read, renamed, deleted and restored', async () => {
  const api = await openTestApi();
  const created = await api.post('experiments/create', { name: 'a', tags: [{ key: 'k', value: 'v' }] });
  expect(created).toMatchObject({ status: 200, json: { experiment_id: '1' } });
  const at = api.clock.now;
  const experiment = {
    experiment_id: '1',
    name: 'a',
    artifact_location: 'mlflow-artifacts:/1',
    lifecycle_stage: 'active',
    creation_time: at,
    last_update_time: at,
    tags: [{ key: 'k', value: 'v' }],
    workspace: 'default',
  };
  expect((await api.get('experiments/get', { experiment_id: 1 })).json).toEqual({ experiment });
  expect((await api.get('experiments/get-by-name', { experiment_name: 'a' })).json).toEqual({ experiment });
  expect((await api.get('/ajax-api/2.0/mlflow/experiments/get', { experiment_id: '1' })).json).toEqual({ experiment });
  expect((await api.post('experiments/update', { experiment_id: '1', new_name: 'b' })).text).toBe('{}');
  expect((await api.post('experiments/set-experiment-tag', { experiment_id: '1', key: 'x', value: '' })).text).toBe(
    '{}',
  );
  expect((await api.get('experiments/get', { experiment_id: '1' })).json).toMatchObject({
    experiment: { name: 'b', tags: [{ key: 'k' }, { key: 'x', value: '' }] },
  });
  await api.post('experiments/delete-experiment-tag', { experiment_id: '1', key: 'x' });
  expect((await api.post('experiments/delete', { experiment_id: '1' })).text).toBe('{}');
  const search = async (view: unknown): Promise<unknown> =>
    (await api.post('experiments/search', { max_results: 10, view_type: view })).json;
  expect(await search('DELETED_ONLY')).toMatchObject({ experiments: [{ experiment_id: '1' }] });
  expect(await search(2)).toMatchObject({ experiments: [{ experiment_id: '1' }] });
  expect(await search('BOGUS')).toMatchObject({ experiments: [{ experiment_id: '0' }] });
  await api.post('experiments/restore', { experiment_id: '1' });
  expect(await search('DELETED_ONLY')).toEqual({});
});

test('pages of experiments', async () => {
  const api = await openTestApi();
  for (const name of ['a', 'b', 'c']) await api.post('experiments/create', { name });
  const first = await api.get('experiments/search', { max_results: 2, order_by: 'name DESC' });
  expect(first.json).toMatchObject({ experiments: [{ name: 'c' }, { name: 'b' }] });
  const rest = await api.get('experiments/search', {
    max_results: 2,
    order_by: 'name DESC',
    page_token: first.at('next_page_token'),
  });
  expect(rest.json).toMatchObject({ experiments: [{ name: 'a' }, { name: 'Default' }] });
  expect(rest.text).not.toContain('next_page_token');
});

const DOCS = 'See the API docs for more information about request parameters.';

test.each([
  ['experiments/create', {}, 400, `Missing value for required parameter 'name'. ${DOCS}`],
  ['experiments/create', { name: '' }, 400, `Missing value for required parameter 'name'. ${DOCS}`],
  ['experiments/create', { name: null }, 400, `Missing value for required parameter 'name'. ${DOCS}`],
  ['experiments/create', 'no JSON', 400, `Missing value for required parameter 'name'. ${DOCS}`],
  ['experiments/create', '[1]', 400, `Missing value for required parameter 'name'. ${DOCS}`],
  [
    'experiments/create',
    { name: 12 },
    400,
    `Invalid value 12 for parameter 'name' supplied:  Hint: Value was of type 'int'. ${DOCS}`,
  ],
  [
    'experiments/create',
    { name: ['a'] },
    400,
    `Invalid value ["a"] for parameter 'name' supplied:  Hint: Value was of type 'list'. ${DOCS}`,
  ],
  [
    'experiments/create',
    { name: 'a', tags: 5 },
    400,
    `Invalid value 5 for parameter 'tags' supplied:  Hint: Value was of type 'int'. ${DOCS}`,
  ],
  [
    'experiments/create',
    { name: 'a', tags: [{ value: 'x' }] },
    400,
    `Missing value for required parameter 'tags[0].key'. ${DOCS}`,
  ],
  [
    'experiments/update',
    { experiment_id: 1, new_name: 'x' },
    400,
    `Invalid value 1 for parameter 'experiment_id' supplied:  Hint: Value was of type 'int'. ${DOCS}`,
  ],
  [
    'experiments/update',
    { experiment_id: 'x', new_name: 'x' },
    400,
    `Invalid experiment ID 'x'. Experiment ID must be a valid integer.`,
  ],
  [
    'experiments/search',
    {},
    400,
    `Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer`,
  ],
  [
    'experiments/search',
    { max_results: 50001 },
    400,
    `Invalid value 50001 for parameter 'max_results' supplied. It must be at most 50000`,
  ],
  ['experiments/search', { max_results: 5, page_token: 'x' }, 400, 'Invalid page token'],
])('POST %s %j is refused', async (path, body, status, message) => {
  const api = await openTestApi();
  expect(await api.post(path, body)).toMatchObject({
    status,
    json: { error_code: 'INVALID_PARAMETER_VALUE', message },
  });
});

test('what does not exist, and what exists already', async () => {
  const api = await openTestApi();
  expect(await api.get('experiments/get', { experiment_id: '999999' })).toMatchObject({
    status: 404,
    json: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'No Experiment with id=999999 exists' },
  });
  expect(await api.get('experiments/get-by-name', { experiment_name: 'x' })).toMatchObject({
    status: 404,
    json: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: "Could not find experiment with name 'x'" },
  });
  expect(await api.post('experiments/create', { name: 'Default' })).toMatchObject({
    status: 400,
    json: { error_code: 'RESOURCE_ALREADY_EXISTS', message: 'Experiment(name=Default) already exists.' },
  });
});
