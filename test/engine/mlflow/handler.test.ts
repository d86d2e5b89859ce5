import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import { createMlflowHandler } from '../../../engine/mlflow/handler';
import type { HttpResponse } from '../../../engine/http';
import { openTestApi } from '../../support/mlflowApi';

test('health, version and server info', async () => {
  const api = await openTestApi();
  expect(await api.send('GET', '/health')).toMatchObject({ status: 200, body: 'OK' });
  expect(await api.send('GET', '/version')).toMatchObject({ status: 200, body: '3.17.2' });
  expect((await api.get('/api/3.0/mlflow/server-info')).json).toMatchObject({ multipart_uploads_enabled: false });
});

test.each([
  ['POST', '/api/3.0/mlflow/scorers/register', 501, 'NOT_IMPLEMENTED', 'POST /api/3.0/mlflow/scorers/register is not implemented by this server.'], // prettier-ignore
  ['GET', '/ajax-api/3.0/mlflow/datasets/search', 501, 'NOT_IMPLEMENTED', 'is not implemented'],
  ['GET', '/ajax-api/3.0/mlflow/gateway/endpoints/list', 501, 'NOT_IMPLEMENTED', 'is not implemented'],
  ['POST', '/ajax-api/2.0/mlflow/runs/create-promptlab-run', 501, 'NOT_IMPLEMENTED', 'is not implemented'],
  ['POST', '/ajax-api/3.0/mlflow/traces/tr-1/assessments', 501, 'NOT_IMPLEMENTED', 'is not implemented'],
  ['POST', '/api/2.0/mlflow-artifacts/mpu/create/x', 501, 'NOT_IMPLEMENTED', 'Multipart upload is not supported'],
])('%s %s', async (method, path, status, error_code, message) => {
  const api = await openTestApi();
  const answer = await api.send(method, path);
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json');
  const json: unknown = JSON.parse(String(answer.body));
  expect(json).toEqual({ error_code, message: expect.stringContaining(message) });
});

test.each([
  ['GET', '/api/2.0/mlflow/nonsense', 404, undefined, '404 Not Found'],
  ['GET', '/api/2.0/mlflow/runs/nonsense', 404, undefined, '404 Not Found'],
  ['GET', '/api/2.0/mlflow/', 404, undefined, '404 Not Found'],
  ['GET', '/api', 404, undefined, '404 Not Found'],
  ['GET', '/api/2.0/mlflow/runs/create', 405, 'OPTIONS, POST', '405 Method Not Allowed'],
  ['POST', '/api/2.0/mlflow/runs/get', 405, 'GET, HEAD, OPTIONS', '405 Method Not Allowed'],
])('%s %s is a page of HTML, as of MLflow', async (method, path, status, allow, title) => {
  const api = await openTestApi();
  const answer = await api.send(method, path);
  expect(answer).toMatchObject({ status, headers: { 'content-type': 'text/html; charset=utf-8' } });
  expect(answer.headers['allow']).toBe(allow);
  expect(String(answer.body)).toMatch(new RegExp(`^<!doctype html>\\n<html lang=en>\\n<title>${title}</title>`));
});

test('a GET may be asked as HEAD, and may say what it asks for in its body', async () => {
  const api = await openTestApi();
  expect((await api.send('HEAD', '/api/2.0/mlflow/experiments/get?experiment_id=0')).status).toBe(200);
  expect((await api.send('GET', '/api/2.0/mlflow/experiments/get', '{"experiment_id":"0"}')).status).toBe(200);
  expect(await api.send('OPTIONS', '/api/2.0/mlflow/runs/create')).toMatchObject({
    status: 204,
    headers: { allow: 'OPTIONS, POST' },
  });
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
