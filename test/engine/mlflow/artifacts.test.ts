import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMlflowHandler } from '../../../engine/mlflow/handler';
import { usualPatience } from '../../../engine/process/httpBody';
import { openTestApi } from '../../support/mlflowApi';
import type { TestApi } from '../../support/mlflowApi';
import { rawClient } from '../../support/rawHttp';
import { serve } from '../../support/httpServer';

const PROXY = '/api/2.0/mlflow-artifacts/artifacts';

/** Files under a path, and how to put and read them. */
async function openRun() {
  const api = await openTestApi();
  const id = api.newRun();
  const root = `0/${id}/artifacts`;
  const put = async (name: string, body: string | Uint8Array): Promise<number> =>
    (await api.send('PUT', `${PROXY}/${root}/${name}`, body)).status;
  const read = async (name: string): Promise<string> =>
    Buffer.from((await api.send('GET', `${PROXY}/${root}/${name}`)).body).toString();
  return { api, id, root, put, read };
}

test('files are put, listed in two ways, read and deleted', async () => {
  const { api, id, root, put, read } = await openRun();
  api.changes.length = 0;
  expect(await api.send('PUT', `${PROXY}/${root}/model/MLmodel`, 'hello')).toMatchObject({ status: 200, body: '' });
  expect(api.changes).toEqual([{ runId: id, experimentId: '0' }]);
  await put('model/data/w%20%C3%A4.bin', 'w');
  await put('a.txt', 'abc');
  await put('empty', '');
  expect((await api.get('artifacts/list', { run_id: id, page_token: 'any' })).json).toEqual({
    root_uri: `mlflow-artifacts:/${root}`,
    files: [
      { path: 'a.txt', is_dir: false, file_size: 3 },
      { path: 'empty', is_dir: false },
      { path: 'model', is_dir: true },
    ],
  });
  expect((await api.get('artifacts/list', { run_id: id, path: 'model/data/' })).json).toMatchObject({
    files: [{ path: 'model/data/w ä.bin', is_dir: false, file_size: 1 }],
  });
  // a file holds nothing
  const nothing = { root_uri: `mlflow-artifacts:/${root}` };
  expect((await api.get('artifacts/list', { run_id: id, path: 'a.txt' })).json).toEqual(nothing);
  expect((await api.get('artifacts/list', { run_id: id, path: 'none' })).json).toEqual(nothing);
  expect((await api.get(PROXY, { path: `${root}/model` })).json).toEqual({
    files: [
      { path: 'MLmodel', is_dir: false, file_size: 5 },
      { path: 'data', is_dir: true },
    ],
  });
  expect((await api.get(PROXY, { path: `${root}/none` })).json).toEqual({});
  expect(await read('model/data/w%20%C3%A4.bin')).toBe('w');
  expect((await api.get('/get-artifact', { run_id: id, path: 'none' })).status).toBe(404);
  for (const member of ['run_id', 'run_uuid'])
    expect(Buffer.from((await api.send('GET', `/get-artifact?${member}=${id}&path=a.txt`)).body).toString()).toBe(
      'abc',
    );
  expect((await api.send('DELETE', `${PROXY}/${root}/model`)).body).toBe('{}');
  expect((await api.send('DELETE', `${PROXY}/${root}/never`)).body).toBe('{}');
  expect((await api.get(PROXY, { path: root })).json).toMatchObject({ files: [{ path: 'a.txt' }, { path: 'empty' }] });
  await api.send('DELETE', `${PROXY}/${root}`);
  expect((await api.get(PROXY, { path: root })).json).toEqual({});
});

test('a file is replaced; a name is a file or a folder', async () => {
  const { api, root, put, read } = await openRun();
  // of a run without files there is no folder yet
  expect((await api.send('GET', `${PROXY}/${root}`)).status).toBe(404);
  await put('a', 'old');
  expect((await api.send('GET', `${PROXY}/${root}`)).status).toBe(400);
  expect(await put('a', 'new')).toBe(200);
  expect(await read('a')).toBe('new');
  await put('d/b', 'x');
  for (const name of ['a/b', 'd'])
    expect(await api.send('PUT', `${PROXY}/${root}/${name}`, 'x')).toMatchObject({
      status: 400,
      body: expect.stringContaining('a name is a file or a folder'),
    });
  for (const name of ['', '/', '/t/']) expect(await put(name.slice(1), 'x')).toBe(400);
  expect(await api.send('GET', `${PROXY}/${root}/d`)).toMatchObject({
    status: 400,
    body: expect.stringContaining(`Artifact path refers to a directory, not a file: '${root}/d'`),
  });
  expect(await api.send('GET', `${PROXY}/${root}/c`)).toMatchObject({
    status: 404,
    body: expect.stringContaining(`No such artifact: '${root}/c'`),
  });
});

describe('nothing leads out of the run', () => {
  test.each([
    '%2e%2e/x',
    'a%2f..%2f..%2fx',
    '%252e%252e/x',
    '..%252f..%252fx',
    '%25252e%25252e/x',
    '..',
    'a/../x',
    './a',
    'a/./b',
    '/etc/passwd',
    '%2fetc/passwd',
    'C:/x',
    'C:%5cx',
    'c:x',
    '%5c%5chost%5cshare',
    'a%5cb',
    'a%255cb',
    '..%5cx',
    'a%00b',
    'a%2500b',
    'file:///etc/passwd',
    '%ff',
    'x'.repeat(1_001),
    `${'y/'.repeat(3_000)}z`,
  ])('%s', async name => {
    const { api, id, root } = await openRun();
    const call = (method: string, target: string): unknown =>
      api.handler({ method, path: target, query: new URLSearchParams(), body: new Uint8Array(1) });
    for (const method of ['PUT', 'GET', 'DELETE'])
      expect(await call(method, `${PROXY}/${root}/${name}`), method).toMatchObject({ status: 400 });
    if (name === '%ff') return;
    const once = name.includes('%') ? decodeURIComponent(name) : name;
    for (const [target, query] of [
      [PROXY, { path: `${root}/${once}` }],
      ['artifacts/list', { run_id: id, path: once }],
      ['/get-artifact', { run_id: id, path: once }],
    ] as const)
      expect((await api.get(target, query)).status, target).toBe(400);
    expect((await api.send('POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${id}&path=${encodeURIComponent(once)}`, 'x')).status).toBe(400); // prettier-ignore
    expect((await api.get(PROXY, { path: root })).json).toEqual({});
  });

  /** As MLflow's own tests compare it: this and nothing else. */
  test.each(['../x', 'a/../../x', '/etc/passwd', 'C:/x', 'a\\b'])("%s is told in MLflow's words", async name => {
    const { api, id, root } = await openRun();
    for (const [target, query] of [
      [PROXY, { path: `${root}/${name}` }],
      ['artifacts/list', { run_id: id, path: name }],
      ['/get-artifact', { run_id: id, path: name }],
    ] as const) {
      const { status, json } = await api.get(target, query);
      expect([target, status, json]).toEqual([
        target,
        400,
        { error_code: 'INVALID_PARAMETER_VALUE', message: 'Invalid path' },
      ]);
    }
  });

  test.each([
    [`0/RUN/x`, 400],
    [`0/RUN`, 400],
    [`1/RUN/artifacts/x`, 404],
    [`0/${'f'.repeat(32)}/artifacts/x`, 404],
    [`0/models/m-${'0'.repeat(32)}/artifacts/x`, 404],
    [`0/traces/tr-${'0'.repeat(32)}/artifacts/x`, 404],
  ])('%s', async (address, status) => {
    const { api, id } = await openRun();
    expect((await api.send('PUT', `${PROXY}/${address.replace('RUN', id)}`, 'x')).status).toBe(status);
  });

  test('names with odd characters are names', async () => {
    const { put, read } = await openRun();
    for (const name of ['a#b', 'a?b', 'a%b', 'dog%step%100%timestamp%0', '~', '...', 'ä ö', '日本', "it's", '%41']) {
      expect(await put(encodeURIComponent(name), name), name).toBe(200);
      expect(await read(encodeURIComponent(name)), name).toBe(name);
    }
  });
});

test('files that belong to no run are kept too, and folders are listed up to the top', async () => {
  const { api, id, put } = await openRun();
  await put('a', 'x');
  await api.send('PUT', `${PROXY}/dir/loose.txt`, 'abc');
  expect((await api.get(PROXY)).json).toEqual({
    files: [
      { path: '0', is_dir: true },
      { path: 'dir', is_dir: true },
    ],
  });
  expect((await api.get(PROXY, { path: 'dir' })).json).toEqual({
    files: [{ path: 'loose.txt', is_dir: false, file_size: 3 }],
  });
  expect((await api.get(PROXY, { path: '0' })).json).toEqual({ files: [{ path: id, is_dir: true }] });
  expect((await api.get(PROXY, { path: `0/${id}` })).json).toEqual({ files: [{ path: 'artifacts', is_dir: true }] });
  expect((await api.get(PROXY, { path: '7' })).json).toEqual({});
  expect(Buffer.from((await api.send('GET', `${PROXY}/dir/loose.txt`)).body).toString()).toBe('abc');
  await api.send('DELETE', `${PROXY}/dir`);
  expect((await api.send('GET', `${PROXY}/dir/loose.txt`)).status).toBe(404);
});

test('the files of a deleted run can be read only', async () => {
  const { api, id, root, put, read } = await openRun();
  await put('a', 'x');
  await api.post('runs/delete', { run_id: id });
  expect(await read('a')).toBe('x');
  expect(await put('a', 'y')).toBe(400);
  expect((await api.send('DELETE', `${PROXY}/${root}/a`)).status).toBe(400);
  expect(await read('a')).toBe('x');
});

describe('a file as an answer', () => {
  test.each([
    ['a.txt', 'text/plain', 'attachment; filename=a.txt'],
    ['MLmodel', 'text/plain', 'attachment; filename=MLmodel'],
    ['conf/a.yaml', 'text/plain', 'attachment; filename=a.yaml'],
    ['b.pkl', 'application/octet-stream', 'attachment; filename=b.pkl'],
    ['c.png', 'image/png', 'attachment; filename=c.png'],
    ['d.PDF', 'application/pdf', 'attachment; filename=d.PDF'],
    ['page.html', 'text/html', 'attachment; filename=page.html'],
    ['.hidden', 'application/octet-stream', 'attachment; filename=.hidden'],
    ['a b".txt', 'text/plain', 'attachment; filename="a b\\".txt"'],
    ['w ä.bin', 'application/octet-stream', `attachment; filename="w a.bin"; filename*=UTF-8''w%20%C3%A4.bin`],
    ['日本', 'application/octet-stream', `attachment; filename=download; filename*=UTF-8''%E6%97%A5%E6%9C%AC`],
  ])('%s has the type of its name, and is to be saved', async (name, type, disposition) => {
    const { api, root, put } = await openRun();
    const address = name.split('/').map(encodeURIComponent).join('/');
    await put(address, 'x');
    const answer = await api.send('GET', `${PROXY}/${root}/${address}`);
    expect(answer.headers).toMatchObject({ 'content-type': type, 'content-disposition': disposition });
  });

  test.each([
    ['bytes=1-2', 206, 'bc', 'bytes 1-2/5'],
    ['bytes=3-', 206, 'de', 'bytes 3-4/5'],
    ['bytes=-2', 206, 'de', 'bytes 3-4/5'],
    ['bytes=-9', 206, 'abcde', 'bytes 0-4/5'],
    ['bytes=0-99', 206, 'abcde', 'bytes 0-4/5'],
    ['bytes=5-', 416, '', 'bytes */5'],
    ['bytes=-0', 416, '', 'bytes */5'],
    ['bytes=3-1', 200, 'abcde', undefined],
    ['bytes=0-0,2-3', 200, 'abcde', undefined],
    ['lines=1-2', 200, 'abcde', undefined],
    ['bytes=-', 200, 'abcde', undefined],
  ])('the range %s', async (range, status, body, contentRange) => {
    const { api, root, put } = await openRun();
    await put('a', 'abcde');
    const answer = await api.send('GET', `${PROXY}/${root}/a`, '', { range });
    expect([answer.status, Buffer.from(answer.body).toString(), answer.headers['content-range']]).toEqual([status, body, contentRange]); // prettier-ignore
  });

  test('is not sent again, nor in parts that do not fit', async () => {
    const { api, root, put } = await openRun();
    await put('a', 'abcde');
    const get = (headers: Record<string, string>) => api.send('GET', `${PROXY}/${root}/a`, '', headers);
    const { etag = '' } = (await get({})).headers;
    expect(await get({ 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
    expect((await get({ range: 'bytes=1-1', 'if-range': etag })).status).toBe(206);
    await put('a', 'other');
    expect((await get({ 'if-none-match': etag })).status).toBe(200);
    expect((await get({ range: 'bytes=1-1', 'if-range': etag })).status).toBe(200);
  });
});

test('what needs other stores is refused, so that clients put files in one go', async () => {
  const { api, id } = await openRun();
  for (const step of ['create', 'complete', 'abort'])
    expect(await api.post(`/api/2.0/mlflow-artifacts/mpu/${step}/0/${id}/artifacts`, { path: 'a' })).toMatchObject({
      status: 501,
      json: {
        error_code: 'NOT_IMPLEMENTED',
        message: 'Multipart upload is not supported for the current artifact repository',
      },
    });
  expect(await api.get(`/api/2.0/mlflow-artifacts/presigned/0/${id}/artifacts/a`)).toMatchObject({
    status: 501,
    json: { message: 'Multipart download is not supported for the current artifact repository' },
  });
  for (const what of ['upload', 'download']) {
    expect((await api.post(`artifacts/presigned-${what}-url`, { run_id: id, path: 'a' })).status).toBe(501);
    expect((await api.post(`artifacts/presigned-${what}-url`, { run_id: id })).status).toBe(400);
  }
  expect((await api.post(`${PROXY}/0/${id}/artifacts/x`, {})).status).toBe(405);
  expect((await api.post(PROXY, {})).status).toBe(405);
});

test('the web page uploads a file', async () => {
  const { api, id, read } = await openRun();
  const upload = (query: string, body: string | Uint8Array) =>
    api.send('POST', `/ajax-api/2.0/mlflow/upload-artifact?${query}`, body);
  expect(await upload(`run_uuid=${id}&path=p/q.txt`, 'abc')).toMatchObject({ status: 200, body: '' });
  expect(await read('p/q.txt')).toBe('abc');
  for (const [query, body, message] of [
    ['', 'x', 'Request must specify run_uuid.'],
    [`run_uuid=${id}`, 'x', 'Request must specify path.'],
    [`run_uuid=${id}&path=a`, '', 'Request must specify data.'],
    [`run_uuid=${id}&path=a`, new Uint8Array(10 * 1024 * 1024 + 1), 'Artifact size is too large. Max size is 10MB.'],
  ] as const)
    expect(await upload(query, body)).toMatchObject({ status: 400, body: expect.stringContaining(message) });
  expect((await upload(`run_uuid=${'f'.repeat(32)}&path=a`, 'x')).status).toBe(404);
});

test.each([
  ['mlflow-artifacts:/0/RUN/artifacts/model', 200],
  ['runs:/RUN/model', 200],
  ['runs:/RUN/model/', 200],
  ['models:/MODEL', 200],
  ['mlflow-artifacts:', 200],
  ['s3://bucket/model', 501],
  ['runs:/RUN/none', 404],
])('a file of a registered version at %s', async (uri, status) => {
  const { api, id, put } = await openRun();
  const model = (await api.post('logged-models', { experiment_id: '0' })).at('model', 'info', 'model_id');
  await put('model/MLmodel', 'x');
  await api.send('PUT', `${PROXY}/0/models/${model}/artifacts/MLmodel`, 'x');
  await api.send('PUT', `${PROXY}/MLmodel`, 'x');
  const get = (name: string, version: number) => ({
    storage: `${name}/${version}` === 'credit risk/3' ? uri.replace('RUN', id).replace('MODEL', model) : 'runs:/none',
  });
  const registry = { registry: { versions: { get } }, webhooks: {} } as never;
  const handler = createMlflowHandler({ tracking: api.tracking, registry });
  const query = new URLSearchParams({ name: 'credit risk', version: '3', path: 'MLmodel' });
  const call = { method: 'GET', path: '/model-versions/get-artifact', query, body: new Uint8Array() };
  expect((await handler(call))?.status).toBe(status);
  query.set('path', '../MLmodel');
  expect((await handler(call))?.status).toBe(400);
});

describe('an upload that does not come whole leaves nothing', () => {
  async function begin(api: TestApi, head: string) {
    const id = api.newRun();
    const url = await serve(api.handler, { ...usualPatience, body: 300 });
    const client = rawClient(url);
    const target = `${PROXY}/0/${id}/artifacts/big.bin`;
    client.socket.write(`PUT ${target} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n${head}\r\n\r\n5\r\nabcde\r\n`);
    const incoming = path.join(api.store.objects.folder, 'incoming');
    const arrived = (): readonly string[] => (existsSync(incoming) ? readdirSync(incoming) : []);
    await expect.poll(arrived).toHaveLength(1);
    return { id, client, arrived };
  }

  test.each(['Content-Length: 1000000', 'Transfer-Encoding: chunked'])('cut off: %s', async head => {
    const api = await openTestApi();
    const { id, client, arrived } = await begin(api, head);
    client.socket.destroy();
    await expect.poll(arrived).toEqual([]);
    expect((await api.get('artifacts/list', { run_id: id })).text).not.toContain('big.bin');
    expect(readdirSync(api.store.objects.folder)).toEqual(['incoming']);
  });

  test('stalled', async () => {
    const api = await openTestApi();
    const { id, client, arrived } = await begin(api, 'Content-Length: 1000000');
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1.1 408 /);
    await expect.poll(arrived).toEqual([]);
    expect((await api.get('artifacts/list', { run_id: id })).text).not.toContain('big.bin');
  });

  test('of a run that is deleted meanwhile', async () => {
    const api = await openTestApi();
    const { id, client, arrived } = await begin(api, 'Transfer-Encoding: chunked');
    await api.post('runs/delete', { run_id: id });
    client.socket.write('0\r\n\r\n');
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1.1 400 [\s\S]*must be in the 'active' state/);
    expect(arrived()).toEqual([]);
  });
});
