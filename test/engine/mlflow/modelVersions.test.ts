import { describe, expect, test } from 'vitest';
import type { LoggedModels } from '../../../engine/mlflow/registryPorts';
import { registrableModels } from '../../../engine/process/wiring/registrableModels';
import { openTestRegistryApi } from '../../support/registryApi';

const openWithModel = async (loggedModels?: LoggedModels) => {
  const api = await openTestRegistryApi(loggedModels && { loggedModels });
  await api.call('POST registered-models/create', { name: 'm' });
  const create = (source: string, more = {}) => api.call('POST model-versions/create', { name: 'm', source, ...more });
  return { ...api, create };
};

test('a version of a client: all its members, as MLflow has them', async () => {
  const { create, call, clock } = await openWithModel();
  const made = await create('s3://b/a', {
    ...{ run_id: 'elsewhere', run_link: 'http://x', description: 'd' },
    tags: [{ key: 'k', value: 'v' }],
  });
  expect(made.json).toEqual({
    model_version: {
      ...{ name: 'm', version: '1', creation_timestamp: clock.now, last_updated_timestamp: clock.now },
      ...{ user_id: 'ann', current_stage: 'None', description: 'd', source: 's3://b/a', run_id: 'elsewhere' },
      ...{ status: 'READY', run_link: 'http://x', tags: [{ key: 'k', value: 'v' }] },
    },
  });
  expect((await call('GET model-versions/get', { name: 'm', version: '1' })).json).toEqual(made.json);
});

test('a version of a run keeps the metrics and the commit that the run has', async () => {
  const { create, tracking, newRun, registry } = await openWithModel();
  const id = newRun();
  tracking.setTags(id, { 'mlflow.source.git.commit': 'abc123' });
  await tracking.logMetrics(id, [{ key: 'auc', value: 0.9 }]);
  const { json } = await create(`mlflow-artifacts:/0/${id}/artifacts/model`, { run_id: id });
  expect(json).toMatchObject({
    model_version: { run_id: id, model_metrics: [{ key: 'auc', value: 0.9, run_id: id }] },
  });
  expect((await registry.get('m')).versions[0]).toMatchObject({
    ...{ runId: id, metrics: { auc: 0.9 }, lineage: { gitCommit: 'abc123', datasets: [] } },
  });
});

test('a version of a pipeline is like any other, with its files among the artifacts of its run', async () => {
  const { register, newRun, tracking, call } = await openWithModel();
  const id = newRun();
  tracking.logArtifactBytes(id, 'model/MLmodel', Buffer.from('flavors: {}'));
  await register('credit', id);
  const source = `mlflow-artifacts:/0/${id}/artifacts/model`;
  const version = { name: 'credit', version: '1' };
  expect((await call('GET model-versions/get', version)).json).toMatchObject({
    model_version: { ...version, source, run_id: id, model_metrics: [{ key: 'auc', value: 0.8 }] },
  });
  expect((await call('GET model-versions/get-download-uri', version)).json).toEqual({ artifact_uri: source });
  expect((await call('GET /api/2.0/mlflow-artifacts/artifacts', { path: `0/${id}/artifacts/model` })).json).toEqual({
    files: [{ path: 'MLmodel', is_dir: false, file_size: 11 }],
  });
  const file = await call('GET /model-versions/get-artifact', { ...version, path: 'MLmodel' });
  expect(file.json).toBe('flavors: {}');
  expect(await call('GET /model-versions/get-artifact', { ...version, path: '../../x' })).toMatchObject({
    status: 400,
  });
});

test('the files of a logged model stay as they were registered, until the version is deleted', async () => {
  const models: LoggedModels = {
    find: id => registrableModels(tracking).find(id),
    registered: (id, version) => registrableModels(tracking).registered(id, version),
  };
  const { create, tracking, call, handler }: Awaited<ReturnType<typeof openWithModel>> = await openWithModel(models);
  const { id } = tracking.models.create({ experimentId: tracking.experimentByName('Default').id });
  const send = async (method: string, file: string, content = ''): Promise<number | undefined> => {
    const path = `/api/2.0/mlflow-artifacts/artifacts/0/models/${id}/artifacts/${file}`;
    return (await handler({ method, path, query: new URLSearchParams(), body: Buffer.from(content) }))?.status;
  };
  expect(await send('PUT', 'model/MLmodel', 'one')).toBe(200);
  expect(await send('PUT', 'model/MLmodel', 'two')).toBe(200);
  expect(await create(`models:/${id}`, { model_id: id })).toMatchObject({ status: 200 });
  expect(await send('PUT', 'model/MLmodel', 'three')).toBe(400);
  expect(await send('DELETE', 'model/MLmodel')).toBe(400);
  expect(await send('DELETE', 'model')).toBe(400);
  expect(await send('PUT', 'model/MLmodel', 'two')).toBe(200); // sent once more: the same
  expect(await send('PUT', 'model/added.txt', 'new')).toBe(400);
  const file = await call('GET /model-versions/get-artifact', { name: 'm', version: '1', path: 'model/MLmodel' });
  expect(file.json).toBe('two');
  await call('DELETE model-versions/delete', { name: 'm', version: '1' });
  expect(await send('PUT', 'model/MLmodel', 'three')).toBe(200);
});

test('tags, description and deletion', async () => {
  const { create, call } = await openWithModel();
  await create('s3://b/a');
  const version = { name: 'm', version: '1' };
  await call('POST model-versions/set-tag', { ...version, key: 'k', value: 'v' });
  await call('POST model-versions/set-tag', { ...version, key: 'l' });
  await call('PATCH model-versions/update', { ...version, description: 'new' });
  expect((await call('GET model-versions/get', version)).json).toMatchObject({
    model_version: { description: 'new', tags: [{ key: 'k', value: 'v' }, { key: 'l', value: '' }] }, // prettier-ignore
  });
  await call('DELETE model-versions/delete-tag', { ...version, key: 'k' });
  expect(await call('DELETE model-versions/delete-tag', { ...version, key: 'k' })).toMatchObject({ status: 200 });
  expect(await call('DELETE model-versions/delete', version)).toMatchObject({ status: 200, json: {} });
  for (const route of ['GET model-versions/get', 'GET model-versions/get-download-uri', 'DELETE model-versions/delete'])
    expect(await call(route, version)).toMatchObject({
      status: 404,
      json: { message: 'Model Version (name=m, version=1) not found' },
    });
  expect((await create('s3://b/b')).at('model_version', 'version')).toBe('2');
});

describe('where a version may come from', () => {
  const RUN = 'the run that is named';
  test.each([
    ['s3://bucket/path', {}],
    ['s3://bucket/a b//c?q=1', {}],
    ['dbfs:/x', {}],
    ['gs://b/x', { run_id: 'elsewhere' }],
    ['runs:/elsewhere/model', { run_id: 'elsewhere' }],
    ['mlflow-artifacts:/0/RUN/artifacts/model', { run_id: RUN }],
    ['mlflow-artifacts:/0/RUN/artifacts', { run_id: RUN }],
    ['models:/m/1', {}],
    ['models:/m/latest', {}],
    ['models:/m/None', {}],
    ['models:/m@first', {}],
  ])('%s with %j', async (source, more) => {
    const { create, newRun, registry } = await openWithModel();
    const id = newRun();
    await create('s3://b/a', { run_id: '' });
    registry.models.setAlias('m', 'first', 1);
    const given = Object.fromEntries(Object.entries(more).map(([key, value]) => [key, value === RUN ? id : value]));
    expect(await create(source.replace('RUN', id), given)).toMatchObject({ status: 200 });
  });

  const relative = 'an absolute path must be provided without relative path references';
  const local = 'To use a local path as a model version source';
  const run = 'The run_id request parameter must identify the resource that contains the source.';
  const model = 'The model_id request parameter must identify the resource that contains the source.';
  test.each([
    ['/etc/passwd', {}, local],
    ['/etc/passwd', { run_id: RUN }, local],
    ['file:///etc/passwd', { run_id: RUN }, local],
    ['file://host/etc/passwd', {}, local],
    ['relative/path', {}, local],
    ['C:\\secrets', {}, local],
    ['s3://b', {}, relative],
    ['s3://b/../c', {}, relative],
    ['s3://b/%2e%2e/c', {}, relative],
    ['s3://b/%252e%252e%252fc', {}, relative],
    ['s3://b/./c', {}, relative],
    ['s3://b/c%00', {}, relative],
    ['mlflow-artifacts:model', { run_id: RUN }, relative],
    ['runs:/RUN/model', {}, run],
    ['runs:/RUN/model', { run_id: 'other' }, run],
    ['runs://host/RUN/model', { run_id: RUN }, run],
    ['mlflow-artifacts:/0/RUN/artifacts/model', {}, run],
    ['mlflow-artifacts:/0/RUN/artifacts/model', { run_id: 'other' }, run],
    ['mlflow-artifacts:/0/RUN/artifactsX', { run_id: RUN }, run],
    ['mlflow-artifacts:/1/RUN/artifacts/model', { run_id: RUN }, run],
    ['mlflow-artifacts://host/0/RUN/artifacts', { run_id: RUN }, "cannot use the 'mlflow-artifacts' scheme"],
    ['http://169.254.169.254/latest', {}, "cannot use the 'http' scheme"],
    ['https://h/api/2.0/mlflow-artifacts/artifacts/0/RUN/artifacts', { run_id: RUN }, "'https' scheme"],
    ['ftp://h/x', {}, "cannot use the 'ftp' scheme"],
    ['models:/m-1', {}, model],
    ['models:/m-1', { model_id: 'm-2' }, model],
    ['models:/m/1/2', {}, model],
    ['models://host/m/1', {}, 'must use the active model registry'],
    ['models:/m/1', { run_id: 'other' }, 'must match the referenced model version'],
    ['models:/p/1', {}, 'Prompt versions cannot be used as model version sources.'],
    ['runs:/RUN/model', { model_id: 'm-1' }, model],
    ['mlflow-artifacts:/0/RUN/artifacts', { model_id: 'm-1', run_id: RUN }, model],
    [`s3://b/${'x'.repeat(5_000)}`, {}, "'source' exceeds the maximum length"],
  ])('not %s with %j', async (source, more, message) => {
    const api = await openWithModel();
    const id = api.newRun();
    await api.create('s3://b/a');
    const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
    await api.call('POST registered-models/create', { name: 'p', tags });
    await api.call('POST model-versions/create', { name: 'p', source: 'dummy-source', tags });
    const given = Object.fromEntries(Object.entries(more).map(([key, value]) => [key, value === RUN ? id : value]));
    expect(await api.create(source.replace('RUN', id), given)).toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining(message) },
    });
  });

  test('a version that there is not', async () => {
    const { create } = await openWithModel();
    for (const source of ['models:/m/1', 'models:/none/1', 'models:/m/latest', 'models:/m/Production'])
      expect(await create(source), source).toMatchObject({ status: 404 });
  });
});

test('a copy points to what it is a copy of, has its run and its files, also as a copy of a copy', async () => {
  const { create, call } = await openWithModel();
  await create('s3://b/a', { run_id: 'elsewhere' });
  await call('POST registered-models/create', { name: 'copy' });
  const copy = (source: string) => call('POST model-versions/create', { name: 'copy', source, run_id: 'elsewhere' });
  expect((await copy('models:/m/latest')).json).toMatchObject({
    model_version: { version: '1', source: 'models:/m/1', run_id: 'elsewhere' },
  });
  expect((await copy('models:/copy/1')).at('model_version', 'source')).toBe('models:/copy/1');
  const download = await call('GET model-versions/get-download-uri', { name: 'copy', version: '2' });
  expect(download.json).toEqual({ artifact_uri: 's3://b/a' });
});

test('a logged model: its files, its run, and it learns of the version', async () => {
  const learned: unknown[] = [];
  const artifactUri = 'mlflow-artifacts:/0/models/m-1/artifacts';
  const { create, call } = await openWithModel({
    find: id => (id === 'm-1' ? { artifactUri, sourceRunId: 'r1' } : undefined),
    registered: (id, version) => void learned.push([id, version]),
  });
  expect((await create('models:/m-1', { model_id: 'm-1' })).json).toMatchObject({
    model_version: { source: 'models:/m-1', model_id: 'm-1', run_id: 'r1' },
  });
  const download = await call('GET model-versions/get-download-uri', { name: 'm', version: '1' });
  expect(download.json).toEqual({ artifact_uri: artifactUri });
  expect(learned).toEqual([['m-1', { name: 'm', version: 1 }]]);
  expect(await create(`${artifactUri}/sub`, { model_id: 'm-1' })).toMatchObject({ status: 200 });
  expect(await create('mlflow-artifacts:/0/models/m-2/artifacts', { model_id: 'm-1' })).toMatchObject({ status: 400 });
  expect(await create('models:/m-9', { model_id: 'm-9' })).toMatchObject({
    status: 404,
    json: { message: "Logged model with ID 'm-9' not found." },
  });
});
