import { expect, test, vi } from 'vitest';
import { endEngine } from '../../../engine/client/endEngine';
import { ModelyardError } from '../../../engine/errors';
import { isAlive } from '../../support/isAlive';
import { until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make, connect } = workspaces();

test('none runs: nothing is asked', async () => {
  expect(await endEngine(make(), () => Promise.reject(new Error('asked')))).toBe('none');
});

test('one that answers is asked, and left to end by itself', async () => {
  const folder = make();
  const client = await connect(folder);
  expect(await endEngine(folder, signal => client.call('engine/stop', { now: true }, { signal }))).toBe('asked');
  await until(() => !isAlive(client.welcome.pid));
});

test.skipIf(process.platform === 'win32')(
  'one that is frozen is killed, and the next call starts another',
  async () => {
    const folder = make();
    const client = await connect(folder);
    const { pid } = client.welcome;
    process.kill(pid, 'SIGSTOP');
    expect(await endEngine(folder, signal => client.call('engine/stop', { now: true }, { signal }), 100)).toBe(
      'killed',
    );
    await until(() => !isAlive(pid));
    expect(await client.call('models/list', {})).toEqual([]);
    expect(client.welcome.pid).not.toBe(pid);
  },
);

test('one that refuses is left alone', async () => {
  const folder = make();
  const client = await connect(folder, { trusted: false });
  const ask = (signal: AbortSignal) => client.call('engine/stop', { now: true }, { signal });
  await expect(endEngine(folder, ask)).rejects.toMatchObject({ code: 'untrusted' } satisfies Partial<ModelyardError>);
  expect(isAlive(client.welcome.pid)).toBe(true);
});
