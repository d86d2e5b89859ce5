import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as fc from 'fast-check';
import { createWire, decode, encode } from '../../../engine/client/wire';

const message = (value: unknown) => ({ jsonrpc: '2.0', method: 'm', params: { value } });

describe('numbers that JSON does not have', () => {
  test.each([NaN, Infinity, -Infinity])('%s crosses the wire', value => {
    expect(decode(encode(message({ deep: [1, value] })))).toEqual(message({ deep: [1, value] }));
  });
  test('a text that says so stays a text', () => {
    expect(decode(encode(message({ a: 'NaN', b: '$number' })))).toEqual(message({ a: 'NaN', b: '$number' }));
  });
  test('an object that only looks like the marker stays as it is', () => {
    expect(decode(encode(message([{ $number: 'seven' }, NaN])))).toEqual(message([{ $number: 'seven' }, NaN]));
  });
  test('any JSON comes back as it went', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(decode(encode(message(value)))).toEqual(JSON.parse(JSON.stringify(message(value))));
      }),
    );
  });
});

test.each(['null', '7', '"x"', '{}', '{"jsonrpc":"1.0"}'])('%s is not a message', text => {
  expect(() => decode(text)).toThrow('Not a JSON-RPC message');
});

test('a message of which only a part has come keeps no process alive', async () => {
  const server = net.createServer(socket => void socket.write('Content-Length: 100\r\n\r\n{'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const socket = net.connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const wire = createWire(socket);
  wire.listen();
  await once(socket, 'data');
  wire.dispose();
  socket.destroy();
  await once(socket, 'close');
  expect(vi.getTimerCount()).toBe(0);
});
