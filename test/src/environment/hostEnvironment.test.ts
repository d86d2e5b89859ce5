import { expect, test } from 'vitest';
import { HostEnvironment } from '../../../src/environment/hostEnvironment';
import { hasOwnServer, trackingVariables } from '../../../src/environment/trackingVariables';

test('variables are set, replaced and taken back', () => {
  const environment: Record<string, string | undefined> = { PATH: '/bin', MLFLOW_TRACKING_TOKEN: 'mine' };
  const host = new HostEnvironment(environment);
  host.set({ MLFLOW_TRACKING_URI: 'http://127.0.0.1:1', MLFLOW_TRACKING_TOKEN: 'a' });
  expect(environment).toEqual({ PATH: '/bin', MLFLOW_TRACKING_URI: 'http://127.0.0.1:1', MLFLOW_TRACKING_TOKEN: 'a' });
  host.set({ MLFLOW_TRACKING_URI: 'http://127.0.0.1:2' });
  expect(environment).toEqual({
    PATH: '/bin',
    MLFLOW_TRACKING_URI: 'http://127.0.0.1:2',
    MLFLOW_TRACKING_TOKEN: 'mine',
  });
  host.dispose();
  expect(environment).toEqual({ PATH: '/bin', MLFLOW_TRACKING_TOKEN: 'mine' });
  expect(hasOwnServer(host.original)).toBe(false);
});

test('an endpoint without a token sets none', () => {
  expect(trackingVariables({ url: 'http://127.0.0.1:5' })).toEqual({ MLFLOW_TRACKING_URI: 'http://127.0.0.1:5' });
});

test.each([
  [{}, false],
  [{ MLFLOW_TRACKING_URI: '' }, false],
  [{ MLFLOW_TRACKING_URI: 'http://elsewhere' }, true],
])('%j names a server of its own: %s', (environment, expected) => {
  expect(hasOwnServer(environment)).toBe(expected);
});
