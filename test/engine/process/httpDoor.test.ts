import http from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../../engine/http';
import { wholeBody } from '../../../engine/mlflow/requestBody';
import { HttpDoor } from '../../../engine/process/httpDoor';

const plain = (body: string): HttpResponse => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });

/** A door whose handler answers `/echo` and `/fail`. */
function open() {
  const requests: HttpRequest[] = [];
  const errors: unknown[] = [];
  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    if (request.path === '/fail') throw new Error('a defect');
    return plain(`got ${(await wholeBody(request)).length}`);
  };
  const handler = (request: HttpRequest) => {
    requests.push(request);
    return request.path === '/nothing' ? undefined : answer(request);
  };
  const door = new HttpDoor(handler, { info: () => undefined, error: (_, error) => void errors.push(error) });
  onTestFinished(() => door.close());
  return { door, requests, errors };
}

const get = (url: string, token?: string, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...(token && { authorization: `Bearer ${token}` }), ...init.headers } });

/** A request with headers that fetch does not let one set. */
const raw = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    http.get(url, { headers }, response => resolve(response.resume().statusCode)).on('error', reject);
  });

test('hands the request on: method, path, query, body', async () => {
  const { door, requests } = open();
  const { url, token } = await door.listen({});
  const answer = await get(`${url}/echo?a=1&a=2`, token, { method: 'POST', body: 'words' });
  expect([answer.status, await answer.text()]).toEqual([200, 'got 5']);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(requests[0]).toMatchObject({ method: 'POST', path: '/echo' });
  expect(requests[0]?.query.getAll('a')).toEqual(['1', '2']);
  expect(requests[0]?.headers).toMatchObject({ 'content-length': '5' });
});

test('a slash at the end of the address that a client was given does not matter', async () => {
  const { door, requests } = open();
  const { url, token } = await door.listen({});
  expect((await get(`${url}//echo`, token, { method: 'POST' })).status).toBe(200);
  expect((await get(`${url}///a//b/?c=//d`, token)).status).toBe(200);
  expect(requests.map(({ path }) => path)).toEqual(['/echo', '/a//b/']);
});

test('an unknown path is 404, a defect 500 without its message', async () => {
  const { door, errors } = open();
  const { url, token } = await door.listen({});
  expect((await get(`${url}/nothing`, token)).status).toBe(404);
  const failed = await get(`${url}/fail`, token);
  expect(failed.status).toBe(500);
  expect(await failed.text()).not.toContain('a defect');
  expect(errors).toEqual([new Error('a defect')]);
});

describe('who is not let in reaches no handler', () => {
  test('no token, a wrong one: 401', async () => {
    const { door, requests } = open();
    const { url } = await door.listen({});
    expect((await get(`${url}/echo`)).status).toBe(401);
    expect((await get(`${url}/echo`, 'nonsense')).status).toBe(401);
    expect(requests).toEqual([]);
  });
  test('a page whose name was re-bound to 127.0.0.1: 403', async () => {
    const { door, requests } = open();
    const { url, token } = await door.listen({ token: null });
    expect(token).toBeUndefined();
    expect(await raw(`${url}/echo`, { host: 'evil.example' })).toBe(403);
    expect(requests).toEqual([]);
  });
  test('another web site: 403', async () => {
    const { door, requests } = open();
    const { url } = await door.listen({ token: null });
    expect(await raw(`${url}/echo`, { origin: 'https://evil.example' })).toBe(403);
    expect(requests).toEqual([]);
  });
});

describe('listening', () => {
  test('once more gives the same; with other wishes another', async () => {
    const { door } = open();
    expect(door.endpoint).toBeUndefined();
    const first = await door.listen({});
    expect(await door.listen({})).toEqual(first);
    expect(await door.listen({ port: Number(new URL(first.url).port) })).toEqual(first);
    const open2 = await door.listen({ token: null });
    expect(open2.url).not.toBe(first.url);
    const own = await door.listen({ token: 'my-own-token' });
    expect(own).toMatchObject({ token: 'my-own-token' });
    expect(door.endpoint).toEqual(first);
  });

  test('at once from two sides opens one door', async () => {
    const { door } = open();
    const [one, two] = await Promise.all([door.listen({}), door.listen({})]);
    expect(two).toEqual(one);
  });

  test('a port in use is a conflict with a way out', async () => {
    const [a, b] = [open(), open()];
    const { url } = await a.door.listen({});
    const port = Number(new URL(url).port);
    await expect(b.door.listen({ port })).rejects.toMatchObject({
      code: 'conflict',
      message: `Port ${port} is in use.`,
      fix: 'Choose another, or 0 for any free one.',
    });
  });

  test('is reachable on this machine only', async () => {
    const { door } = open();
    const { url } = await door.listen({});
    expect(new URL(url).hostname).toBe('127.0.0.1');
  });

  test('ends at once although a client keeps its connection', async () => {
    const { door } = open();
    const { url, token } = await door.listen({});
    await (await get(`${url}/echo`, token)).text();
    await door.close();
    await expect(fetch(`${url}/echo`)).rejects.toThrow();
  });
});
