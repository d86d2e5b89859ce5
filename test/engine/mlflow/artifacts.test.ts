import { expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';

const PROXY = '/api/2.0/mlflow-artifacts/artifacts';

test('files are put, listed in two ways, read and deleted', async () => {
  const api = await openTestApi();
  const id = api.newRun();
  const root = `0/${id}/artifacts`;
  const put = async (path: string, body: string): Promise<void> => {
    expect((await api.send('PUT', `${PROXY}/${root}/${path}`, body)).status).toBe(200);
  };
  await put('model/MLmodel', 'hello');
  await put('model/data/w%20%C3%A4.bin', 'w');
  await put('a.txt', 'abc');
  expect((await api.get('artifacts/list', { run_id: id })).json).toEqual({
    root_uri: `mlflow-artifacts:/${root}`,
    files: [
      { path: 'a.txt', is_dir: false, file_size: 3 },
      { path: 'model', is_dir: true },
    ],
  });
  expect((await api.get('artifacts/list', { run_id: id, path: 'model/data' })).json).toMatchObject({
    files: [{ path: 'model/data/w ä.bin', is_dir: false, file_size: 1 }],
  });
  // a file holds nothing
  expect((await api.get('artifacts/list', { run_id: id, path: 'a.txt' })).json).toEqual({
    root_uri: `mlflow-artifacts:/${root}`,
  });
  expect((await api.get(PROXY, { path: root })).json).toMatchObject({ files: [{ path: 'a.txt' }, { path: 'model' }] });
  expect((await api.get(PROXY, { path: `${root}/model` })).json).toEqual({
    files: [
      { path: 'MLmodel', is_dir: false, file_size: 5 },
      { path: 'data', is_dir: true },
    ],
  });
  const read = await api.send('GET', `${PROXY}/${root}/model/data/w%20%C3%A4.bin`);
  expect(Buffer.from(read.body).toString()).toBe('w');
  expect(read.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="w a.bin"; filename*=UTF-8''w%20%C3%A4.bin`,
  });
  expect(Buffer.from((await api.send('GET', `/get-artifact?run_id=${id}&path=a.txt`)).body).toString()).toBe('abc');
  await api.send('DELETE', `${PROXY}/${root}/model`);
  expect((await api.get(PROXY, { path: root })).json).toEqual({
    files: [{ path: 'a.txt', is_dir: false, file_size: 3 }],
  });
});

test('nothing leads out of the run', async () => {
  const api = await openTestApi();
  const id = api.newRun();
  for (const [path, status] of [
    [`0/${id}/artifacts/%2e%2e/x`, 400],
    [`0/${id}/artifacts/a%2f..%2f..%2fx`, 400],
    [`0/${id}/artifacts/`, 400],
    [`0/${id}/x`, 400],
    [`1/${id}/artifacts/x`, 404],
    [`0/${'f'.repeat(32)}/artifacts/x`, 404],
    [`0/${id}/artifacts/%ff`, 400],
  ] as const)
    expect((await api.handler({ method: 'PUT', path: `${PROXY}/${path}`, query: new URLSearchParams(), body: new Uint8Array() }))?.status, path).toBe(status); // prettier-ignore
  expect((await api.get('/get-artifact', { run_id: id, path: '../x' })).status).toBe(400);
  expect((await api.get('/get-artifact', { run_id: id, path: 'x' })).status).toBe(404);
  expect((await api.get(PROXY, { path: '../..' })).status).toBe(400);
  expect((await api.post(`${PROXY}/0/${id}/artifacts/x`, {})).status).toBe(405);
});
