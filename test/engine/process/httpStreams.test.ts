import http from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../../engine/http';
import type { Patience } from '../../../engine/process/httpBody';
import { usualPatience } from '../../../engine/process/httpBody';
import { HttpDoor } from '../../../engine/process/httpDoor';
import { rawClient } from '../../support/rawHttp';
import type { RawClient } from '../../support/rawHttp';

const LONG = 100 << 20;
const CHUNK = Buffer.alloc(1 << 16);
/** More than the operating system keeps for a reader. */
const BYTES = Buffer.alloc(32 << 20);

function* zeros(): Generator<Buffer> {
  for (let sent = 0; sent < LONG; sent += CHUNK.length) yield CHUNK;
}

interface Received {
  bytes: number;
  error?: unknown;
}

/** A door that counts bodies at `/count`, gives a long answer at `/file` and a broken one at `/broken`, and reads nothing at `/unread`. */
async function open(patience: Partial<Patience> = {}) {
  const received: Received[] = [];
  const errors: unknown[] = [];
  const answer = async ({ path, body }: HttpRequest): Promise<HttpResponse> => {
    const headers = { 'content-type': 'text/plain' };
    if (path === '/unread') return { status: 404, headers, body: 'no such place' };
    if (path === '/file') return { status: 200, headers, body: { length: LONG, open: () => Readable.from(zeros()) } };
    if (path === '/bytes') return { status: 200, headers, body: BYTES };
    if (path === '/broken') return { status: 200, headers, body: { length: LONG, open: broken } };
    const one: Received = { bytes: 0 };
    received.push(one);
    try {
      for await (const chunk of body instanceof Uint8Array ? [body] : body) one.bytes += chunk.length;
    } catch (error) {
      one.error = error;
    }
    return { status: 200, headers, body: `got ${one.bytes}` };
  };
  const log = { info: () => undefined, error: (_: string, error: unknown) => void errors.push(error) };
  const door = new HttpDoor(answer, log, { ...usualPatience, ...patience });
  onTestFinished(() => door.close());
  const { url } = await door.listen({ token: null });
  const { host } = new URL(url);
  const say = (line: string, headers = ''): RawClient => {
    const client = rawClient(url);
    client.socket.write(`${line} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`);
    onTestFinished(() => void client.socket.destroy());
    return client;
  };
  return { url, door, received, errors, say };
}

const broken = (): Readable =>
  Readable.from(
    (async function* () {
      yield CHUNK;
      throw new Error('the disk is gone');
    })(),
  );

/** Sends a long body, waiting whenever the other side does not keep up; what is answered. */
async function upload(url: string, headers: http.OutgoingHttpHeaders, passed: (bytes: number) => void) {
  const request = http.request(url, { method: 'PUT', headers });
  for (const chunk of zeros()) {
    if (!request.write(chunk)) await once(request, 'drain');
    passed(chunk.length);
  }
  request.end();
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/**
 * Buffers that nobody holds any more are no memory in use; a busy machine collects them late. Twice, because a
 * collection leaves the buffers that it found to another thread, and only the next one waits until they are freed.
 */
function collect(): void {
  gc();
  gc();
}

/**
 * The most memory in buffers that are held while `work` goes on. Looked at whenever another tenth has passed, not by a
 * clock: a collection takes long where many tests share a process.
 */
async function peak(work: (passed: (bytes: number) => void) => Promise<unknown>): Promise<number> {
  collect();
  const start = process.memoryUsage().arrayBuffers;
  let [most, sum, looks] = [0, 0, 0];
  await work(bytes => {
    sum += bytes;
    if (sum < (looks + 1) * (LONG / 10)) return;
    looks++;
    collect();
    most = Math.max(most, process.memoryUsage().arrayBuffers - start);
  });
  expect(looks).toBeGreaterThanOrEqual(9);
  return most;
}

test.each([{ 'content-length': LONG }, { 'transfer-encoding': 'chunked' }])(
  'a long body streams through: %j',
  async headers => {
    const { url, received } = await open();
    const used = await peak(async passed => expect(await upload(`${url}/count`, headers, passed)).toBe(`got ${LONG}`));
    expect(received).toEqual([{ bytes: LONG }]);
    expect(used).toBeLessThan(LONG / 4);
  },
);

test('a long answer streams, and waits for its reader', async () => {
  const { url } = await open();
  let length = 0;
  const used = await peak(async passed => {
    const response = await fetch(`${url}/file`);
    expect(response.headers.get('content-length')).toBe(String(LONG));
    for await (const chunk of response.body!) {
      length += chunk.length;
      passed(chunk.length);
    }
  });
  expect(length).toBe(LONG);
  expect(used).toBeLessThan(LONG / 4);
});

test('HEAD is answered as GET is, without the body', async () => {
  const { url } = await open();
  const response = await fetch(`${url}/file`, { method: 'HEAD' });
  expect([response.status, response.headers.get('content-length')]).toEqual([200, String(LONG)]);
  expect(await response.text()).toBe('');
  expect((await fetch(`${url}/count`, { method: 'HEAD' })).headers.get('content-length')).toBe('5');
});

test('head and body of a short answer leave together, and the connection is kept', async () => {
  const { say } = await open();
  const client = say('POST /count', 'Content-Length: 2\r\n');
  client.socket.write('ab');
  await client.until(/got 2$/);
  expect(client.pieces).toHaveLength(1);
  client.socket.write(`GET /count HTTP/1.1\r\nHost: ${new URL((await open()).url).host}\r\n\r\n`);
  expect(await client.until(/got 0$|403/)).toMatch(/HTTP\/1.1 [\s\S]*HTTP\/1.1 /);
});

describe('a body that does not come whole', () => {
  test.each(['Content-Length: 1000\r\n', 'Transfer-Encoding: chunked\r\n'])(
    'is an error for its reader: %j',
    async head => {
      const { say, received, errors } = await open();
      const client = say('PUT /count', head);
      client.socket.write('5\r\nabcde\r\n');
      await expect.poll(() => received[0]?.bytes).toBeGreaterThan(0);
      client.socket.destroy();
      await expect
        .poll(() => received[0]?.error)
        .toMatchObject({ code: 'cancelled', message: 'The request was cut off.' });
      expect(errors).toEqual([]);
    },
  );

  test('is not waited for when it stalls', async () => {
    const { say, received } = await open({ body: 50 });
    const client = say('PUT /count', 'Content-Length: 1000\r\n');
    client.socket.write('abc');
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1.1 408 [\s\S]*no longer comes/);
    await expect.poll(() => received).toMatchObject([{ bytes: 3, error: { code: 'cancelled' } }]);
  });

  test('is not waited for when it drips', async () => {
    const { say } = await open({ body: 50, pace: 100 });
    const client = say('PUT /count', 'Content-Length: 1000\r\n');
    const drip = setInterval(() => client.socket.write('a'), 5);
    await client.closed;
    clearInterval(drip);
    expect(client.text()).toMatch(/^HTTP\/1.1 408 /);
  });

  test('may take its time as long as it comes', async () => {
    const { say } = await open({ body: 200, pace: 1 });
    const client = say('PUT /count', 'Content-Length: 20\r\n');
    for (let sent = 0; sent < 20; sent++) {
      client.socket.write('a');
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    expect(await client.until(/got 20$/)).toMatch(/got 20$/);
  });
});

test.each(['', 'GET /count HTTP/1.1\r\nHost: x\r\n'])(
  'a head that does not come is not waited for: %j',
  async begun => {
    const { url } = await open({ head: 50 });
    const client = rawClient(url);
    client.socket.write(begun);
    await client.closed;
    expect(client.text()).toMatch(begun === '' ? /^(HTTP\/1.1 408 |$)/ : /^HTTP\/1.1 408 /);
  },
);

test.each(['/file', '/bytes'])('a reader that takes nothing of %s is let go', async target => {
  const { say } = await open({ body: 100 });
  const client = say(`GET ${target}`);
  client.socket.pause();
  await new Promise(resolve => setTimeout(resolve, 500));
  client.socket.resume();
  await client.closed;
  expect(client.text().length).toBeLessThan(LONG);
});

test('an answer that breaks off does not look whole', async () => {
  const { url, errors } = await open();
  const response = await fetch(`${url}/broken`);
  await expect(response.arrayBuffer()).rejects.toThrow();
  expect(errors).toEqual([new Error('the disk is gone')]);
});

test('who is refused and sends all the same gets to read why', async () => {
  const { say } = await open();
  const { socket, until, text, closed } = say('PUT /unread', `Content-Length: ${LONG}\r\n`);
  for (const chunk of zeros()) if (!socket.write(chunk)) await once(socket, 'drain');
  expect(await until(/no such place$/)).toMatch(/^HTTP\/1.1 404 [\s\S]*connection: close/i);
  await closed;
  expect(text()).toMatch(/no such place$/);
});

test('what nobody reads is not taken for ever', async () => {
  const { say } = await open({ rest: 100 });
  const client = say('PUT /unread', `Content-Length: ${LONG}\r\n`);
  const send = setInterval(() => client.socket.write('a'), 5);
  await client.closed;
  clearInterval(send);
  expect(client.text()).toMatch(/no such place$/);
});

describe('Expect: 100-continue', () => {
  const head = 'Content-Length: 3\r\nExpect: 100-continue\r\n';

  test('the body is asked for when it is read', async () => {
    const { say } = await open();
    const client = say('PUT /count', head);
    expect(await client.until(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.socket.write('abc');
    expect(await client.until(/got 3$/)).toMatch(/HTTP\/1.1 200 OK[\s\S]*got 3$/);
  });
  test('and not when the call is refused', async () => {
    const { say } = await open();
    const client = say('PUT /unread', head);
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1.1 404 [\s\S]*no such place$/);
  });
});
