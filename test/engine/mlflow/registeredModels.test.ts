import { beforeEach, describe, expect, test } from 'vitest';
import { openTestRegistryApi } from '../../support/registryApi';
import type { TestRegistryApi } from '../../support/registryApi';

let api: TestRegistryApi;
beforeEach(async () => {
  api = await openTestRegistryApi();
});

test('a model is made, seen, described, tagged and deleted', async () => {
  const made = await api.call('POST registered-models/create', {
    ...{ name: 'm', description: 'd' },
    tags: [{ key: 'a', value: '1' }],
  });
  const times = { creation_timestamp: api.clock.now, last_updated_timestamp: api.clock.now };
  const model = { name: 'm', ...times, description: 'd', tags: [{ key: 'a', value: '1' }] };
  expect(made).toMatchObject({ status: 200, json: { registered_model: model } });
  expect((await api.call('GET registered-models/get', { name: 'm' })).json).toEqual({ registered_model: model });
  await api.call('PATCH registered-models/update', { name: 'm', description: 'new' });
  await api.call('POST registered-models/set-tag', { name: 'm', key: 'b', value: '2' });
  await api.call('DELETE registered-models/delete-tag', { name: 'm', key: 'a' });
  expect((await api.call('GET registered-models/get', { name: 'm' })).json).toMatchObject({
    registered_model: { description: 'new', tags: [{ key: 'b', value: '2' }] },
  });
  expect(await api.call('DELETE registered-models/delete', { name: 'm' })).toMatchObject({ status: 200, json: {} });
  expect(await api.call('GET registered-models/get', { name: 'm' })).toMatchObject({
    status: 404,
    json: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'Registered Model with name=m not found' },
  });
});

test('nothing is left of what is empty', async () => {
  const { json } = await api.call('POST registered-models/create', { name: 'm' });
  expect(json).toEqual({
    registered_model: {
      ...{ name: 'm', creation_timestamp: api.clock.now, last_updated_timestamp: api.clock.now },
    },
  });
  expect((await api.call('GET registered-models/search', { filter: "name = 'x'" })).json).toEqual({});
  expect((await api.call('POST registered-models/get-latest-versions', { name: 'm' })).json).toEqual({});
});

test.each([
  ['POST registered-models/create', {}, 400, 'INVALID_PARAMETER_VALUE', "Missing value for required parameter 'name'. See the API docs for more information about request parameters."], // prettier-ignore
  ['POST registered-models/create', { name: 12 }, 400, 'INVALID_PARAMETER_VALUE', "Invalid value 12 for parameter 'name' supplied:  Hint: Value was of type 'int'."], // prettier-ignore
  ['POST registered-models/create', { name: 'known' }, 400, 'RESOURCE_ALREADY_EXISTS', 'Registered Model (name=known) already exists.'], // prettier-ignore
  ['POST registered-models/create', '{bad', 400, 'INVALID_PARAMETER_VALUE', "Missing value for required parameter 'name'"], // prettier-ignore
  ['POST registered-models/rename', { name: 'known' }, 400, 'INVALID_PARAMETER_VALUE', "parameter 'new_name'"],
  ['POST registered-models/rename', { name: 'known', new_name: 'other' }, 400, 'RESOURCE_ALREADY_EXISTS', 'Registered Model (name=other) already exists.'], // prettier-ignore
  ['PATCH registered-models/update', { name: 'none' }, 404, 'RESOURCE_DOES_NOT_EXIST', 'Registered Model with name=none not found'], // prettier-ignore
  ['GET registered-models/alias', { name: 'known', alias: 'zz' }, 400, 'INVALID_PARAMETER_VALUE', 'Registered model alias zz not found.'], // prettier-ignore
  ['POST registered-models/alias', { name: 'known', alias: 'a', version: 1 }, 400, 'INVALID_PARAMETER_VALUE', "Value was of type 'int'"], // prettier-ignore
  ['POST registered-models/alias', { name: 'known', alias: 'a', version: 'x' }, 400, 'INVALID_PARAMETER_VALUE', "Parameter 'version' must be an integer, got 'x'."], // prettier-ignore
  ['GET registered-models/search', { max_results: '1001' }, 400, 'INVALID_PARAMETER_VALUE', 'at most 1000, but got 1001'], // prettier-ignore
  ['GET registered-models/search', { max_results: '0' }, 400, 'INVALID_PARAMETER_VALUE', 'positive integer'],
  ['GET registered-models/search', { page_token: 'evilhax' }, 400, 'INVALID_PARAMETER_VALUE', 'Invalid page token'],
  ['POST registered-models/get-latest-versions', { name: 'known', stages: ['zz'] }, 400, 'INVALID_PARAMETER_VALUE', 'Invalid Model Version stage: zz. Value must be one of None, Staging, Production, Archived.'], // prettier-ignore
])('%s %j', async (route, body, status, error_code, message) => {
  await api.call('POST registered-models/create', { name: 'known' });
  await api.call('POST registered-models/create', { name: 'other' });
  expect(await api.call(route, body)).toMatchObject({
    status,
    json: { error_code, message: expect.stringContaining(message) },
  });
});

describe('stages', () => {
  const shown = async () => {
    const { json } = await api.call('GET model-versions/search', { filter: "name = 'm'", order_by: 'version_number' });
    return JSON.stringify(json).match(/(?<="current_stage":")[^"]+/g);
  };
  const move = (version: number, stage: string, more = {}) =>
    api.call('POST model-versions/transition-stage', { name: 'm', version: String(version), stage, ...more });

  test('are those of MLflow where there is such a one, others by their names, in any case', async () => {
    api.models['m'] = { stages: ['candidate', 'shadow', 'PRODUCTION'], gates: {} };
    for (let count = 0; count < 4; count++) await api.register('m');
    await move(2, 'Shadow');
    await move(3, 'production');
    await move(4, 'archived');
    expect(await shown()).toEqual(['None', 'shadow', 'Production', 'Archived']);
    expect((await api.registry.get('m')).versions.map(({ stage }) => stage)).toEqual([
      ...['archived', 'PRODUCTION', 'shadow', 'candidate'],
    ]);
    await move(4, 'none');
    await move(3, 'candidate');
    expect(await shown()).toEqual(['None', 'shadow', 'None', 'None']);
    expect(await move(3, 'Staging')).toMatchObject({
      status: 400,
      json: {
        message: 'Invalid Model Version stage: Staging. Value must be one of None, shadow, Production, Archived.',
      },
    });
  });

  test('the newest of each is told, of those asked for', async () => {
    for (let count = 0; count < 3; count++) await api.register('m');
    await move(1, 'Production');
    await move(2, 'Production');
    const latest = async (route: string, stages?: readonly string[]) => {
      const { json } = await api.call(route, { name: 'm', ...(stages && { stages }) });
      return JSON.stringify(json).match(/(?<="version":")\d+/g);
    };
    expect(await latest('POST registered-models/get-latest-versions')).toEqual(['2', '3']);
    expect(await latest('POST registered-models/get-latest-versions', ['production'])).toEqual(['2']);
    expect(await latest('GET registered-models/get-latest-versions', ['None', 'Staging'])).toEqual(['3']);
    expect(await latest('GET registered-models/get-latest-versions', ['Staging'])).toBeNull();
  });

  test('room is made when asked for, and only where it makes sense', async () => {
    for (let count = 0; count < 3; count++) await api.register('m');
    await move(1, 'Staging');
    await move(2, 'Staging');
    await move(3, 'Staging', { archive_existing_versions: true });
    expect(await shown()).toEqual(['Archived', 'Archived', 'Staging']);
    expect(await move(3, 'Archived', { archive_existing_versions: true })).toMatchObject({
      status: 400,
      json: {
        message:
          "Model version transition cannot archive existing model versions because 'Archived' is not an Active stage. Valid stages are ['Staging', 'Production']",
      },
    });
    expect(await move(3, 'Staging', { archive_existing_versions: 'true' })).toMatchObject({ status: 400 });
  });

  test('gates block with their sentences, and the way back is open', async () => {
    api.models['m'] = {
      stages: ['dev', 'production'],
      gates: { production: [{ metric: 'auc', at_least: 0.75, severity: 'error' }] },
    };
    await api.register('m');
    api.evaluate({ auc: 0.7 });
    expect(await move(1, 'Production')).toMatchObject({
      status: 400,
      json: {
        error_code: 'INVALID_PARAMETER_VALUE',
        message: 'Version 1 of m stays in dev: the gates of production block it. auc is 0.7, below the required 0.75.',
      },
    });
    expect(await shown()).toEqual(['None']);
    api.evaluate({ auc: 0.8 });
    expect((await move(1, 'Production')).at('model_version', 'current_stage')).toBe('Production');
    api.evaluate({ auc: 0.1 });
    expect((await move(1, 'None')).status).toBe(200);
    api.config.isBroken = true;
    expect(await move(1, 'Production'), 'a mistake in modelyard.yaml').toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PARAMETER_VALUE', message: 'modelyard.yaml:1:1: broken' },
    });
  });
});

test('aliases are set, found, moved and deleted', async () => {
  await api.register('m');
  await api.register('m');
  const alias = { name: 'm', alias: 'champion' };
  expect(await api.call('POST registered-models/alias', { ...alias, version: '1' })).toMatchObject({ status: 200 });
  await api.call('POST registered-models/alias', { ...alias, version: '2' });
  const found = await api.call('GET registered-models/alias', alias);
  expect(found.json).toMatchObject({ model_version: { name: 'm', version: '2', aliases: ['champion'] } });
  expect((await api.call('GET registered-models/get', { name: 'm' })).json).toMatchObject({
    registered_model: { aliases: [{ alias: 'champion', version: '2' }] },
  });
  expect((await api.call('GET registered-models/alias', { name: 'm', alias: 'latest' })).at('model_version', 'version')).toBe('2'); // prettier-ignore
  await api.call('DELETE registered-models/alias', alias);
  expect(await api.call('GET registered-models/alias', alias)).toMatchObject({ status: 400 });
});

test('prompts are found when asked for', async () => {
  const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
  await api.call('POST registered-models/create', { name: 'p', tags });
  await api.call('POST registered-models/create', { name: 'm' });
  const text = { key: 'mlflow.prompt.text', value: 'Hi {{name}}' };
  const made = await api.call('POST model-versions/create', {
    name: 'p',
    source: 'dummy-source',
    tags: [...tags, text],
  });
  expect(made.at('model_version', 'source')).toBe('dummy-source');
  const names = async (filter?: string) => {
    const { json } = await api.call('GET registered-models/search', filter === undefined ? {} : { filter });
    return JSON.stringify(json).match(/(?<="registered_models":\[\{"name":")\w+/g);
  };
  expect(await names()).toEqual(['m']);
  expect(await names("tags.`mlflow.prompt.is_prompt` = 'true'")).toEqual(['p']);
  expect(await api.call('POST model-versions/create', { name: 'p', source: 's3://b/a', tags })).toMatchObject({
    status: 400,
    json: { message: "Invalid prompt source: 's3://b/a'. Prompt sources must use an MLflow placeholder." },
  });
});

test('the sidebar is told of each change', async () => {
  await api.call('POST registered-models/create', { name: 'm' });
  await api.call('POST model-versions/create', { name: 'm', source: 's3://b/a' });
  await api.call('POST registered-models/alias', { name: 'm', alias: 'a', version: '1' });
  await api.call('POST model-versions/transition-stage', { name: 'm', version: '1', stage: 'Staging' });
  await api.call('POST registered-models/rename', { name: 'm', new_name: 'n' });
  await api.call('DELETE registered-models/delete', { name: 'n' });
  expect(api.changed).toEqual(['m', 'm', 'm', 'm', 'm', 'n', 'n']);
});
