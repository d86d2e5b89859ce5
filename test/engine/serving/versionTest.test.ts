import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { RegisteredModel } from '../../../engine/protocol/registry';
import { testVersion, type VersionTestPorts } from '../../../engine/serving/versionTest';
import { openTestRegistry } from '../../support/registry';

async function registered(): Promise<RegisteredModel> {
  const { registry, models, register } = await openTestRegistry();
  models['m'] = { stages: ['dev', 'live'], gates: {} };
  await register('m');
  return registry.get('m');
}

/** `said`: what becomes of the server. */
function ports(model: RegisteredModel, more: Partial<VersionTestPorts>, said: string[] = []): VersionTestPorts {
  return {
    registry: async () => model,
    files: async version => `/served/v${version}`,
    example: () => Promise.reject(new Error('is not asked')),
    newToken: () => 'token',
    server: () => ({
      load: async version => void said.push(`load ${version}`),
      listen: async () => 'http://127.0.0.1:1',
      close: async () => void said.push('close'),
    }),
    ...more,
  };
}
const never = new AbortController().signal;
const asked = (version: number) => ({ request: { model: 'm', version }, progress: () => undefined });

test('a version that there is not is not served', async () => {
  const said: string[] = [];
  const running = testVersion(ports(await registered(), {}, said), asked(2), never);
  await expect(running).rejects.toMatchObject({ code: 'not-found', message: 'Model m has no version 2.' });
  expect(said).toEqual([]);
});

test('the server ends also when something fails, which is said as it is', async () => {
  const said: string[] = [];
  const example = () => Promise.reject(new ModelyardError('data.unreadable', 'No input example.'));
  const running = testVersion(ports(await registered(), { example }, said), asked(1), never);
  await expect(running).rejects.toMatchObject({ code: 'data.unreadable' });
  expect(said).toEqual(['load 1', 'close']);
});

test('cancelled is what it was, whatever the server that has gone says', async () => {
  const abort = new AbortController();
  const example = () => {
    abort.abort();
    return Promise.reject(new Error('the server has gone'));
  };
  const said: string[] = [];
  const running = testVersion(ports(await registered(), { example }, said), asked(1), abort.signal);
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(said).toContain('close');
});
