import { describe, expect, test } from 'vitest';
import { refusal } from '../../../engine/process/httpGuards';

const token = 'a-token-of-some-length';
const door = { port: 5000, token };
const good = { host: '127.0.0.1:5000', authorization: `Bearer ${token}` };
const statusOf = (
  headers: Record<string, string>,
  at = door as { port: number; token: string | null },
  path = '/api',
) => refusal({ path, headers }, at)?.status;
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test('a request with our Host and token is let in', () => {
  expect(statusOf(good)).toBeUndefined();
  expect(statusOf({ ...good, host: 'LocalHost:5000' })).toBeUndefined();
});

describe('DNS rebinding', () => {
  test.each(['evil.example', 'evil.example:5000', '127.0.0.1', '127.0.0.1:5001', 'localhost.evil.example:5000', ''])(
    'Host %j is refused',
    host => {
      expect(statusOf({ ...good, host })).toBe(403);
    },
  );
});

describe('cross-site requests', () => {
  test.each(['http://evil.example', 'null', 'https://127.0.0.1:5000', 'http://127.0.0.1:5001', 'http://localhost'])(
    'Origin %j is refused, also with the token',
    origin => {
      expect(statusOf({ ...good, origin })).toBe(403);
      expect(statusOf({ ...good, origin }, { port: 5000, token: null })).toBe(403);
    },
  );
  test('our own Origin is let in', () => {
    expect(statusOf({ ...good, origin: 'http://127.0.0.1:5000' })).toBeUndefined();
    expect(statusOf({ ...good, origin: 'http://localhost:5000' })).toBeUndefined();
  });
  test('a browser that says cross-site is refused', () => {
    expect(statusOf({ ...good, 'sec-fetch-site': 'cross-site' })).toBe(403);
  });
});

describe('the token', () => {
  test.each([
    ['none', ''],
    ['a wrong one', 'Bearer nope'],
    ['one that only begins right', `Bearer ${token}x`],
    ['another scheme', `Digest ${token}`],
    ['a wrong password', basic('user:nope')],
    ['nothing in Basic', basic(':')],
  ])('%s is refused with 401', (_, authorization) => {
    expect(statusOf({ ...good, authorization })).toBe(401);
  });
  test('401 has the shape of the MLflow API', () => {
    const answer = refusal({ path: '/api', headers: { host: good.host } }, door);
    expect(JSON.parse(String(answer?.body))).toEqual({
      error_code: 'UNAUTHENTICATED',
      message: 'The token is missing or wrong: set MLFLOW_TRACKING_TOKEN.',
    });
    expect(answer?.headers['www-authenticate']).toBe('Bearer realm="modelyard"');
  });
  test.each([`bearer ${token}`, basic(`user:${token}`), basic(`${token}:`)])('%s is let in', authorization => {
    expect(statusOf({ ...good, authorization })).toBeUndefined();
  });
  test('without one the door is open, to our Host', () => {
    const open = { port: 5000, token: null };
    expect(statusOf({ host: good.host }, open)).toBeUndefined();
    expect(statusOf({ host: 'evil.example:5000' }, open)).toBe(403);
  });
  test('health and version need none, but our Host', () => {
    expect(statusOf({ host: good.host }, door, '/health')).toBeUndefined();
    expect(statusOf({ host: good.host }, door, '/version')).toBeUndefined();
    expect(statusOf({ host: 'evil.example' }, door, '/health')).toBe(403);
  });
});
