import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { Revival } from '../../../engine/serving/revival';
import { until } from '../../support/workspaces';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

interface Story {
  readonly revival: Revival;
  readonly port: number;
  readonly told: (string | undefined)[];
  readonly starts: number[];
  isGivenUp: boolean;
  isWorking: boolean;
  /** What a start waits for. */
  loaded: Promise<void>;
  now: number;
}

async function story(delays: readonly number[]): Promise<Story> {
  const port = await freePort();
  const one: Story = {
    ...{ port, told: [], starts: [], isGivenUp: false, isWorking: true, loaded: Promise.resolve(), now: 0 },
    revival: new Revival({
      ...{ port, delays, now: () => one.now },
      changed: problem => void one.told.push(problem),
      gaveUp: () => {
        one.isGivenUp = true;
      },
      start: async free => {
        one.starts.push(performance.now());
        await one.loaded;
        if (!one.isWorking) throw new Error('cannot be loaded');
        await free();
      },
    }),
  };
  return one;
}

const ask = (port: number) => fetch(`http://127.0.0.1:${port}/invocations`, { method: 'POST', body: 'x' });

test('whoever asks meanwhile is told to come again; then the port is free for the next process', async () => {
  const one = await story([0, 0]);
  let load = (): void => undefined;
  one.loaded = new Promise(resolve => (load = resolve));
  one.revival.died('SIGKILL');
  await until(
    () =>
      one.told.length === 1 &&
      ask(one.port).then(
        () => true,
        () => false,
      ),
  );
  const answer = await ask(one.port);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await answer.json()).toEqual({
    error_code: 'TEMPORARILY_UNAVAILABLE',
    message: 'Its process has ended: SIGKILL',
  });
  load();
  await until(() => one.revival.restarts === 1);
  expect(one.told).toEqual(['Its process has ended: SIGKILL', undefined]);
  await expect(ask(one.port)).rejects.toThrow();
  await one.revival.close();
});

test('it is tried so often and no more, later each time, and the port says so until it is stopped', async () => {
  const one = await story([5, 60, 120]);
  one.isWorking = false;
  one.revival.died('SIGKILL');
  await until(() => one.isGivenUp || undefined);
  expect(one.starts).toHaveLength(3);
  const [first = 0, second = 0, third = 0] = one.starts;
  expect(second - first).toBeGreaterThanOrEqual(55);
  expect(third - second).toBeGreaterThanOrEqual(115);
  const last = 'Its process has ended: cannot be loaded. It has ended 4 times and is not started again.';
  expect(one.told.at(-1)).toBe(last);
  expect(await (await ask(one.port)).json()).toMatchObject({ message: last });
  await one.revival.close();
  await expect(ask(one.port)).rejects.toThrow();
  one.revival.died('again');
  await one.revival.close();
  expect(one.starts).toHaveLength(3);
});

test('an end that is long ago no longer counts', async () => {
  const one = await story([1]);
  one.revival.died('once');
  await until(() => one.revival.restarts === 1 || undefined);
  one.now += 11 * 60_000;
  one.revival.died('twice');
  await until(() => one.revival.restarts === 2 || undefined);
  one.revival.died('and at once again');
  await until(() => one.isGivenUp || undefined);
  expect(one.revival.restarts).toBe(2);
  await one.revival.close();
});

test('who stops it while it waits waits for nothing', async () => {
  const one = await story([60_000]);
  one.revival.died('SIGKILL');
  await until(() => one.told.length === 1 || undefined);
  await one.revival.close();
  expect(one.starts).toEqual([]);
  expect(one.isGivenUp).toBe(false);
});
