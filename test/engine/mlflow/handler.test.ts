import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import { createMlflowHandler } from '../../../engine/mlflow/handler';
import type { HttpResponse } from '../../../engine/mlflow/http';
import { openTestApi } from '../../support/mlflowApi';

test('health, version and server info', async () => {
  const api = await openTestApi();
  expect(await api.send('GET', '/health')).toMatchObject({ status: 200, body: 'OK' });
  expect(await api.send('GET', '/version')).toMatchObject({ status: 200, body: '3.17.2' });
  expect((await api.get('/api/3.0/mlflow/server-info')).json).toMatchObject({ multipart_uploads_enabled: false });
});

test.each([
  ['GET', '/api/2.0/mlflow/registered-models/get', 501, 'NOT_IMPLEMENTED', 'Modelyard does not answer GET /api/2.0/mlflow/registered-models/get yet.'], // prettier-ignore
  ['POST', '/ajax-api/3.0/mlflow/traces/tr-1/assessments', 501, 'NOT_IMPLEMENTED', 'does not answer POST'],
  ['POST', '/api/2.0/mlflow-artifacts/mpu/create/x', 501, 'NOT_IMPLEMENTED', 'Multipart upload is not supported'],
  ['GET', '/api/2.0/mlflow/nonsense', 404, 'ENDPOINT_NOT_FOUND', 'There is no call GET /api/2.0/mlflow/nonsense.'],
  ['GET', '/api', 404, 'ENDPOINT_NOT_FOUND', 'There is no call GET /api.'],
  ['GET', '/api/2.0/mlflow/runs/create', 405, 'BAD_REQUEST', 'GET is not possible here; POST is.'],
  ['POST', '/api/2.0/mlflow/runs/get', 405, 'BAD_REQUEST', 'POST is not possible here; GET is.'],
])('%s %s', async (method, path, status, error_code, message) => {
  const api = await openTestApi();
  const answer = await api.send(method, path);
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json');
  const json: unknown = JSON.parse(String(answer.body));
  expect(json).toEqual({ error_code, message: expect.stringContaining(message) });
});

test('other paths are not its own', async () => {
  const { handler } = await openTestApi();
  const call = (path: string): unknown =>
    handler({ method: 'GET', path, query: new URLSearchParams(), body: new Uint8Array() });
  for (const path of ['/', '/metrics', '/apix', '/static/x.js']) expect(call(path), path).toBeUndefined();
});

test('a full disk is said, a defect is not hidden', async () => {
  const { tracking } = await openTestApi();
  const failing = (error: Error): Promise<HttpResponse> | undefined =>
    createMlflowHandler({
      tracking: new Proxy(tracking, {
        get: (target, name) =>
          name === 'getExperiment'
            ? () => {
                throw error;
              }
            : Reflect.get(target, name),
      }),
    })({
      method: 'GET',
      path: '/api/2.0/mlflow/experiments/get',
      query: new URLSearchParams('experiment_id=0'),
      body: new Uint8Array(),
    });
  expect(await failing(new ModelyardError('store.full', 'No room on /data.'))).toMatchObject({
    status: 503,
    body: '{"error_code":"TEMPORARILY_UNAVAILABLE","message":"No room on /data."}',
  });
  await expect(failing(new TypeError('defect'))).rejects.toThrow('defect');
});
