import { expect, test } from 'vitest';
import { refusal } from '../../../engine/process/httpGuards';
import { servingAddress } from '../../../engine/process/servingAddress';

const good = { host: '0.0.0.0', token: 'a-token-of-16-chars', allowedHosts: ['Risk'], isContainer: true } as const;

test('beyond this machine only in a container, with a token and by names', () => {
  expect(servingAddress(good)).toEqual({ host: '0.0.0.0', names: ['risk'] });
  expect(servingAddress({ ...good, host: '::' })).toMatchObject({ host: '::' });
  for (const host of ['127.0.0.1', 'localhost'])
    expect(servingAddress({ host, token: null, allowedHosts: [], isContainer: false })).toBeUndefined();
  const refused = (change: Partial<Parameters<typeof servingAddress>[0]>) => () =>
    servingAddress({ ...good, ...change });
  expect(refused({ isContainer: false })).toThrow('Servers listen on 127.0.0.1 only');
  expect(refused({ token: null })).toThrow('needs a token');
  expect(refused({ token: undefined })).toThrow('needs a token');
  expect(refused({ token: 'short' })).toThrow('needs a token');
  expect(refused({ allowedHosts: [] })).toThrow('by which names');
  for (const host of ['192.168.1.2', 'example.com', '']) expect(refused({ host })).toThrow('cannot be served at');
});

test('a container answers to its names at any port, and to nobody else', () => {
  const door = { port: 8080, token: 'secret-token', names: ['risk', 'risk.ml.svc'] };
  const status = (host: string, more: object = {}) =>
    refusal({ path: '/invocations', headers: { host, authorization: 'Bearer secret-token', ...more } }, door)?.status;
  expect(['risk', 'RISK:80', 'risk.ml.svc:8080', '127.0.0.1:8080'].map(host => status(host))).toEqual([
    ...[undefined, undefined, undefined, undefined],
  ]);
  expect(['evil.example', 'risk.evil.example', 'risk:80:80', '10.0.0.1:8080', ''].map(host => status(host))).toEqual([
    ...[403, 403, 403, 403, 403],
  ]);
  expect(status('risk', { origin: 'http://risk' })).toBe(403);
  expect(status('risk', { authorization: 'Bearer wrong' })).toBe(401);
  expect(refusal({ path: '/ping', headers: { host: 'risk' } }, door)).toBeUndefined();
  expect(refusal({ path: '/ping', headers: { host: 'risk' } }, { port: 8080, token: 'secret-token' })?.status).toBe(
    403,
  );
});
