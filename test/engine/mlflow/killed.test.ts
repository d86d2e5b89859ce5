/** An engine that is killed (SIGKILL) while many write to it: what it had acknowledged is there afterwards. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { bundles } from '../../support/bundles';
import { startServer } from '../../support/mlflowServer';
import type { MlflowServer } from '../../support/mlflowServer';
import { workspaces } from '../../support/workspaces';

const { make } = workspaces();
const ROUNDS = Number(process.env['MODELYARD_CRASH_ROUNDS'] ?? 3);
const WRITERS = 32;

interface Run {
  readonly id: string;
  /** Steps whose points were acknowledged. */
  readonly steps: number[];
  readonly params: string[];
}

const text = (value: unknown, ...path: readonly (string | number)[]): string =>
  String(path.reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), value));

/** Writes until the server is gone. */
async function writer({ call }: MlflowServer, runs: Run[]): Promise<void> {
  try {
    for (;;) {
      const id = text(await call('POST', 'runs/create', { experiment_id: '0' }), 'run', 'info', 'run_id');
      const run: Run = { id, steps: [], params: [] };
      runs.push(run);
      for (let step = 0; step < 20; step++) {
        await call('POST', 'runs/log-metric', { run_id: id, key: 'm', value: step / 3, timestamp: step, step });
        run.steps.push(step);
      }
      const params = Array.from({ length: 10 }, (_, at) => ({ key: `p${at}`, value: `v${at}` }));
      const metrics = params.map((_, at) => ({ key: 'm', value: at, timestamp: 100 + at, step: 100 + at }));
      await call('POST', 'runs/log-batch', { run_id: id, params, metrics });
      run.steps.push(...metrics.map(({ step }) => step));
      run.params.push(...params.map(({ key }) => key));
    }
  } catch {
    // the connection broke: the last write was not acknowledged
  }
}

const list = (value: unknown, name: string): readonly Record<string, unknown>[] => {
  const found: unknown = Reflect.get(Object(value), name);
  return Array.isArray(found) ? found : [];
};

test(`of ${WRITERS} writers nothing that was acknowledged is lost`, { timeout: 300_000 }, async () => {
  const workspace = make('name: t\n');
  const built = await bundles();
  const runs: Run[] = [];
  let server = await startServer(built, workspace);
  onTestFinished(() => server.kill());
  for (let round = 0; round < ROUNDS; round++) {
    const writers = Array.from({ length: WRITERS }, () => writer(server, runs));
    const enough = runs.length + WRITERS;
    while (runs.length < enough || runs.at(-1)?.steps.length === 0) await delay(20);
    await delay(Math.random() * 500);
    await server.kill();
    await Promise.all(writers);
    server = await startServer(built, workspace);
    for (const { id, steps, params } of runs) {
      const history = await server.call('GET', `metrics/get-history?run_id=${id}&metric_key=m`);
      const kept = new Map(list(history, 'metrics').map(({ step, value }) => [step, value]));
      expect(steps.filter(step => !kept.has(step))).toEqual([]);
      for (const step of steps) expect(kept.get(step)).toBe(step < 100 ? step / 3 : step - 100);
      const { data } = Object(Reflect.get(Object(await server.call('GET', `runs/get?run_id=${id}`)), 'run')) as {
        data: unknown;
      };
      const keys = list(data, 'params').map(({ key }) => key);
      expect(params.filter(key => !keys.includes(key))).toEqual([]);
      // a batch is whole or not there at all
      expect([0, 10]).toContain(keys.length);
      expect([...kept.keys()].filter(step => Number(step) >= 100)).toHaveLength(keys.length);
    }
  }
  expect(runs.reduce((sum, { steps }) => sum + steps.length, 0)).toBeGreaterThan(ROUNDS * WRITERS);
});

test('64 writers at once: no error, no write lost', { timeout: 300_000 }, async () => {
  const server = await startServer(await bundles(), make('name: t\n'));
  onTestFinished(() => server.kill());
  const created = await server.call('POST', 'runs/create', { experiment_id: '0' });
  const shared = text(created, 'run', 'info', 'run_id');
  const own = await Promise.all(
    Array.from({ length: 64 }, async () =>
      text(await server.call('POST', 'runs/create', { experiment_id: '0' }), 'run', 'info', 'run_id'),
    ),
  );
  const steps = Array.from({ length: 25 }, (_, step) => step);
  await Promise.all(
    own.map(async (id, at) => {
      for (const step of steps) {
        await server.call('POST', 'runs/log-metric', { run_id: id, key: 'm', value: at, timestamp: step, step });
        await server.call('POST', 'runs/log-metric', { run_id: shared, key: 'm', value: at, timestamp: step, step });
        await server.call('POST', 'runs/set-tag', { run_id: shared, key: `t${at}`, value: String(step) });
      }
    }),
  );
  const count = async (id: string): Promise<number> =>
    list(await server.call('GET', `metrics/get-history?run_id=${id}&metric_key=m`), 'metrics').length;
  for (const id of own) expect(await count(id)).toBe(25);
  expect(await count(shared)).toBe(64 * 25);
  const found = await server.call('GET', `runs/get?run_id=${shared}`);
  const tags = list(Reflect.get(Object(Reflect.get(Object(found), 'run')), 'data'), 'tags');
  expect(tags.filter(({ key, value }) => String(key).startsWith('t') && value === '24')).toHaveLength(64);
});
