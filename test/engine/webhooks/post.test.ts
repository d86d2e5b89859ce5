import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isForbidden } from '../../../engine/webhooks/addresses';
import { post } from '../../../engine/webhooks/post';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.close().closeAllConnections());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/hook?x=1`;
}
const never = new AbortController().signal;
const send = (url: string, signal = never) => post({ url, headers: { 'x-test': 'yes' }, body: '{"ä":1}' }, signal);

test('sends the body with its length and tells the answer', async () => {
  const got: unknown[] = [];
  const url = await serve((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => {
      got.push(request.method, request.url, request.headers['x-test'], request.headers['content-length'], text);
      response.writeHead(429, { 'retry-after': '7' }).end('later');
    });
  });
  expect(await send(url)).toEqual({ status: 429, body: 'later', retryAfter: 7 });
  expect(got).toEqual(['POST', '/hook?x=1', 'yes', '8', '{"ä":1}']);
});

test('follows no redirection', async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls++;
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(await send(url)).toMatchObject({ status: 307 });
  expect(calls).toBe(1);
});

test('reads no more of an answer than its beginning', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200);
    const more = (): void => void (response.writable && response.write('x'.repeat(60_000), () => setImmediate(more)));
    more();
  });
  expect((await send(url)).body).toHaveLength(65_536);
});

test('ends with its signal', async () => {
  const url = await serve(() => undefined);
  const controller = new AbortController();
  const sending = send(url, controller.signal);
  setTimeout(() => controller.abort(), 20);
  await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
});

describe('addresses', () => {
  test.each(['169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'fe80::1', 'ff02::1', '::ffff:169.254.169.254', 'fd00:ec2::254'])('%s is nobody\'s', address => expect(isForbidden(address)).toBe(true)); // prettier-ignore
  test.each(['127.0.0.1', '::1', '10.0.0.1', '192.168.1.1', '8.8.8.8', '2001:4860:4860::8888', 'fd12::1'])('%s is somebody\'s', address => expect(isForbidden(address)).toBe(false)); // prettier-ignore
  test.each(['http://169.254.169.254/latest', 'http://0xa9fea9fe/', 'http://2852039166/', 'http://[::ffff:a9fe:a9fe]/'])('nothing is sent to %s', url => expect(send(url)).rejects.toThrow('it is not the address of a receiver')); // prettier-ignore
});
