import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { Environment } from '../../../engine/pipelines/ports';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import type { StepConfig } from '../../../engine/protocol/workspaceConfig';
import type { World } from '../../support/pipelineWorld';
import { act, command, go, statuses, world } from '../../support/pipelineWorld';
import { isRunning } from '../../support/processes';

test('inputs flow from step to step, results are logged and kept, the lock is written', async () => {
  const it = await world({
    p: {
      a: act('split', {}),
      b: act('train', { kind: 'model' }, 'a'),
      c: act('evaluate', { kind: 'evaluation' }, 'b'),
    },
  });
  const run = await go(it);
  expect(run.status).toBe('succeeded');
  const tracked = it.tracking.getRun(run.runId);
  expect(tracked).toMatchObject({ status: 'FINISHED', params: { C: '0.1', 'a.C': '0.1', 'c.C': '0.1' } });
  expect(tracked.metrics['auc']?.value).toBe(0.79);
  expect(tracked.metrics['loss']?.value).toBeNaN();
  expect(tracked.inputs).toEqual([{ dataset: 'applications', digest: 'a'.repeat(64), context: 'training' }]);
  const artifact = await it.tracking.readArtifact(run.runId, 'c.txt');
  expect(Buffer.from(artifact.bytes).toString()).toBe('c(b:model:b(a:split:a()),a:split:a())');
  expect(it.tracking.artifacts(run.runId).map(entry => entry.path)).toEqual(
    expect.arrayContaining(['modelyard.yaml', 'environment', 'logs', 'a.txt']),
  );
  expect(it.service.log(run.id, 'a', { offset: 0, limit: 100 }).text).toBe('step a\nworking\ndone\n');
  const lock = readFileSync(path.join(it.store.root, 'modelyard.lock'), 'utf8');
  expect(lock).toContain(`applications: ${'a'.repeat(64)}`);
  expect(lock).toMatch(/ {4}a:\n {6}a[.]txt: [0-9a-f]{64}/);
  expect(existsSync(path.join(it.store.root, '.modelyard', 'work', run.id))).toBe(false);
  expect(it.service.get(run.id)).toEqual(run);
});

test('running one step alone leaves what the lock says of the others', async () => {
  const it = await world({ p: { a: act('split', {}), b: act('train', { kind: 'model' }, 'a') } });
  const lock = (): string => readFileSync(path.join(it.store.root, 'modelyard.lock'), 'utf8');
  await go(it);
  const whole = lock();
  expect(whole).toMatch(/ {4}a:\n.*\n {4}b:\n/);
  await go(it, { pipeline: 'p', only: 'b' });
  expect(lock()).toBe(whole);
  await go(it, { pipeline: 'p', only: 'a' });
  expect(lock()).toBe(whole);
});

test('pipelines that end at once are all in the lock', async () => {
  const names = Array.from({ length: 6 }, (_, i) => `p${i}`);
  const it = await world(Object.fromEntries(names.map(name => [name, { a: act('split', {}) }])));
  const runs = await Promise.all(names.map(pipeline => go(it, { pipeline })));
  expect(runs.map(run => run.status)).toEqual(names.map(() => 'succeeded'));
  const lock = readFileSync(path.join(it.store.root, 'modelyard.lock'), 'utf8');
  for (const name of names) expect(lock).toMatch(new RegExp(`^ {2}${name}:\n {4}a:\n {6}a[.]txt: [0-9a-f]{64}$`, 'm'));
});

test.each([
  ['crash', /was killed \(out of memory\?\) before it had finished/, 'step.failed'],
  ['exit', /ended with exit code 3/, 'step.failed'],
  ['garbage', /not a message/, 'internal'],
  ['fail', /No label/, 'training.label'],
] as const)(
  'a step that does %s is a failed step with its log, and the rest is skipped',
  async (what, message, code) => {
    const it = await world({ p: { a: act('split', { act: what }), b: act('split', {}, 'a') } });
    const run = await go(it);
    expect(statuses(run)).toEqual({ a: 'failed', b: 'skipped' });
    expect(run.error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(run.error?.place).toEqual({
      file: 'modelyard.yaml',
      key: 'pipelines.p.steps.a',
      line: 7,
      column: 5,
      endLine: 7,
      endColumn: 6,
    });
    expect(it.service.log(run.id, 'a', { offset: 0, limit: 1000 }).text).toContain('step a');
    expect(it.tracking.getRun(run.runId).status).toBe('FAILED');
  },
);

test('a step that fails partly keeps what it made', async () => {
  const it = await world({ p: { a: act('validate', { act: 'partly' }) } });
  const run = await go(it);
  expect(run.steps[0]).toMatchObject({ status: 'failed', error: { code: 'data.expectation' }, message: 'done' });
  expect(it.tracking.artifacts(run.runId).map(entry => entry.path)).toContain('a.txt');
  const { text } = it.service.log(run.id, 'a', { offset: 0, limit: 1000 });
  expect(text).toBe('step a\nworking\ndone\n\n3 rows fail.\n');
});

test('cancel ends a hanging step at once and marks everything truthfully', async () => {
  const it = await world({ p: { a: act('split', { act: 'hang' }), b: act('split', {}, 'a') } });
  const abort = new AbortController();
  const running = go(it, { pipeline: 'p' }, abort.signal);
  await expect.poll(() => it.changes.at(-1)?.steps[0]?.message).toBe('working');
  expect(it.service.running()).toHaveLength(1);
  abort.abort();
  const run = await running;
  expect(run.status).toBe('cancelled');
  expect(statuses(run)).toEqual({ a: 'cancelled', b: 'skipped' });
  expect(it.tracking.getRun(run.runId).status).toBe('KILLED');
  expect(it.service.running()).toHaveLength(0);
});

test('a timeout is a failure of the step, not a cancellation', async () => {
  const it = await world({ p: { a: command('sleep 60', { timeout: 300 }), b: act('split', {}) } });
  const run = await go(it);
  expect(statuses(run)).toEqual({ a: 'failed', b: 'succeeded' });
  expect(run.error).toMatchObject({ code: 'step.timeout', message: expect.stringContaining('0.3 s') });
});

test.skipIf(process.platform !== 'linux')(
  'what a step leaves running ends with it, what runs beside it goes on',
  async () => {
    const mark = `modelyard-beside-${Date.now()}`;
    const it = await world({
      p: {
        a: command(`(setsid sh -c 'sleep 300; : ${mark}' &); sleep 0.2`),
        b: command('(setsid sh -c "sleep 2; echo late > late.txt" &); while [ ! -s late.txt ]; do sleep 0.1; done', {
          outs: ['late.txt'],
        }),
      },
    });
    const running = go(it);
    await expect.poll(() => it.changes.at(-1)?.steps[0]?.status, { timeout: 5000 }).toBe('succeeded');
    expect(isRunning(mark)).toBe(false);
    expect(it.changes.at(-1)?.steps[1]?.status).toBe('running');
    expect(statuses(await running)).toEqual({ a: 'succeeded', b: 'succeeded' });
  },
);

test('a command gets the run’s id, and its outputs are kept; a missing one fails the step', async () => {
  const it = await world({
    p: { a: command('mkdir -p reports && echo $MLFLOW_RUN_ID > reports/id.txt', { outs: ['reports'] }) },
    q: { a: command('true', { outs: ['reports/none.json'] }) },
  });
  const run = await go(it);
  const artifact = await it.tracking.readArtifact(run.runId, 'reports/id.txt');
  expect(Buffer.from(artifact.bytes).toString()).toBe(`${run.runId}\n`);
  const other = await go(it, { pipeline: 'q' });
  expect(other.error).toMatchObject({ code: 'step.failed', message: 'The output reports/none.json was not made.' });
});

const printed = 'env | grep ^MLFLOW_ | sort';
const text = (it: World, run: PipelineRun): string => it.service.log(run.id, 'a', { offset: 0, limit: 10_000 }).text;

test('a command can log to its run; the token is not in its log', async () => {
  const it = await world({
    p: { a: command(`${printed}; echo $MLFLOW_TRACKING_TOKEN > token.txt`, { outs: ['token.txt'] }) },
  });
  const run = await go(it);
  const { experimentId } = it.tracking.getRun(run.runId);
  expect(text(it, run)).toBe(
    `MLFLOW_EXPERIMENT_ID=${experimentId}\nMLFLOW_RUN_ID=${run.runId}\nMLFLOW_TRACKING_TOKEN=[redacted]\nMLFLOW_TRACKING_URI=http://127.0.0.1:9\n`,
  );
  const kept = await it.tracking.readArtifact(run.runId, 'token.txt');
  expect(Buffer.from(kept.bytes).toString()).toBe('the-secret-token\n');
});

test('a server that the step names itself is left alone', async () => {
  const env = { MLFLOW_TRACKING_URI: 'https://mlflow.example.org' };
  const it = await world({ p: { a: command(printed, { env }) } });
  const run = await go(it);
  expect(text(it, run)).toBe('MLFLOW_TRACKING_URI=https://mlflow.example.org\n');
});

test('without a way in the command goes on, and its log says why it cannot log', async () => {
  const http = (): Promise<never> => Promise.reject(new ModelyardError('conflict', 'No port is free.'));
  const it = await world({ p: { a: command(`${printed}; echo done`) } }, undefined, { http });
  const run = await go(it);
  expect(run.status).toBe('succeeded');
  expect(text(it, run)).toBe(
    "MLflow's variables are not set, so what this command logs is not part of the run: No port is free.\ndone\n",
  );
});

test('an output that leaves the folder is refused', async () => {
  const it = await world({ p: { a: command('true', { outs: ['../secret'] }) } });
  expect((await go(it)).error).toMatchObject({
    code: 'config.invalid',
    message: 'The path ../secret leaves its folder.',
    place: { key: 'pipelines.p.steps.a.outs.0' },
  });
});

test('only one step, on what the others made last', async () => {
  const it = await world({ p: { a: act('split', {}), b: act('train', { kind: 'model' }, 'a') } });
  await expect(go(it, { pipeline: 'p', only: 'b' })).resolves.toMatchObject({
    status: 'failed',
    error: { code: 'conflict', message: expect.stringContaining('needs the result of a') },
  });
  await go(it);
  const run = await go(it, { pipeline: 'p', only: 'b' });
  expect(statuses(run)).toEqual({ b: 'succeeded' });
  const artifact = await it.tracking.readArtifact(run.runId, 'b.txt');
  expect(Buffer.from(artifact.bytes).toString()).toBe('b(a:split:a())');
});

test('several models in one pipeline get nested runs', async () => {
  const it = await world({
    p: {
      a: act('split', {}),
      x: act('train', { kind: 'model' }, 'a'),
      y: act('train', { kind: 'model' }, 'a'),
      ex: act('evaluate', {}, 'x'),
    },
  });
  const run = await go(it);
  const [x, y, ex] = ['x', 'y', 'ex'].map(name => run.steps.find(step => step.name === name)!.runId!);
  expect(new Set([run.runId, x, y]).size).toBe(3);
  expect(ex).toBe(x);
  expect(it.tracking.getRun(x!)).toMatchObject({ status: 'FINISHED', parentRunId: run.runId });
});

test('unknown names say what there is', async () => {
  const it = await world({ p: { a: act('split', {}) } });
  await expect(go(it, { pipeline: 'q' })).rejects.toMatchObject({ code: 'not-found', fix: 'It has p.' });
  await expect(go(it, { pipeline: 'p', only: 'z' })).rejects.toMatchObject({
    code: 'not-found',
    fix: 'Its steps are a.',
  });
});

test('what a killed engine left running is marked as failed at the next start', async () => {
  // Without the marks, or its end would be news to the service that plays the killed one.
  const it = await world({ p: { a: command('exec env -i sleep 300'), b: act('split', {}, 'a') } });
  const abort = new AbortController();
  const running = go(it, { pipeline: 'p' }, abort.signal);
  await expect.poll(() => it.changes.at(-1)?.steps[0]?.status).toBe('running');
  const next = await world({ p: {} }, it.store); // as after a restart: another service on the same database
  await next.service.recover();
  const [run] = next.service.search({ pipeline: 'p' });
  expect(run).toMatchObject({ status: 'failed', error: { message: 'The engine was ended while this ran.' } });
  expect(statuses(run!)).toEqual({ a: 'failed', b: 'skipped' });
  expect(next.tracking.getRun(run!.runId).status).toBe('FAILED');
  abort.abort();
  await running;
});

test.skipIf(process.platform !== 'linux')(
  'the commands of a killed engine are ended at the next start, also those of nested runs',
  async () => {
    const mark = `modelyard-nested-${Date.now()}`;
    const it = await world({
      p: {
        x: act('train', { kind: 'model' }),
        y: act('train', { kind: 'model' }),
        report: command(`echo > started; sleep 300; : ${mark}`, { needs: ['x'] }),
      },
    });
    const running = go(it);
    await expect.poll(() => existsSync(path.join(it.store.root, 'started')), { timeout: 10_000 }).toBe(true);
    expect(isRunning(mark)).toBe(true);
    const next = await world({ p: {} }, it.store);
    await next.service.recover();
    expect(isRunning(mark)).toBe(false);
    await running;
  },
);

test('surroundings that cannot be kept do not fail the run', async () => {
  const files = [{ path: '../outside.json', bytes: Buffer.from('{}') }];
  const environment = async (): Promise<Environment> => ({ tags: { 'modelyard.host': 'h' }, files });
  const it = await world({ p: { a: command('sleep 0.2') } }, undefined, { environment });
  const run = await go(it);
  expect(run.status).toBe('succeeded');
  expect(it.tracking.getRun(run.runId)).toMatchObject({ status: 'FINISHED', tags: { 'modelyard.host': 'h' } });
});

describe('what git says of the folder', () => {
  const empty = { outputs: [], params: {}, metrics: {}, tags: {}, inputs: [], summary: '' };
  const register = (needs: readonly string[] = []): StepConfig =>
    ({ uses: 'register', with: { model: 'm' }, needs }) as unknown as StepConfig;
  const late = async (): Promise<Environment> => {
    await delay(300);
    return { tags: { commit: 'abc' }, files: [] };
  };

  test('is known to the run, and to nested ones, before a version is registered', async () => {
    const seen: Record<string, string>[] = [];
    const it: World = await world(
      { p: { r: register() }, q: { x: act('train', {}), y: act('train', {}), r: register(['y']) } },
      undefined,
      {
        environment: late,
        register: async (_, { runId }) => {
          seen.push(it.tracking.getRun(runId).tags);
          return empty;
        },
      },
    );
    await go(it);
    const run = await go(it, { pipeline: 'q' });
    expect(seen.map(tags => tags['commit'])).toEqual(['abc', 'abc']);
    for (const { runId } of run.steps)
      expect(it.tracking.getRun(runId!).tags).toMatchObject({
        commit: 'abc',
        'modelyard.pipeline': 'q',
        'modelyard.pipelineRun': run.id,
        'modelyard.config.digest': 'b'.repeat(64),
      });
  });

  test('is what it was before a command has changed something', async () => {
    const it: World = await world({ p: { a: command('echo > changed') } }, undefined, {
      environment: async () => {
        await delay(300);
        return { tags: { dirty: String(existsSync(path.join(it.store.root, 'changed'))) }, files: [] };
      },
    });
    const run = await go(it);
    expect(it.tracking.getRun(run.runId).tags).toMatchObject({ dirty: 'false' });
  });

  test('is not waited for without end, and comes too late then', async () => {
    let answer: (environment: Environment) => void = () => undefined;
    const environment = (): Promise<Environment> => new Promise(resolve => (answer = resolve));
    const it = await world({ p: { a: command('true') } }, undefined, { environment, patience: 200 });
    const run = await go(it);
    expect(run.status).toBe('succeeded');
    expect(it.service.log(run.id, 'a', { offset: 0, limit: 1000 }).text).toContain('is not known yet');
    answer({ tags: { commit: 'abc' }, files: [{ path: 'late.txt', bytes: Buffer.from('') }] });
    await delay(50);
    expect(it.tracking.getRun(run.runId).tags).not.toHaveProperty('commit');
    expect(existsSync(path.join(it.store.root, '.modelyard', 'work', run.id))).toBe(false);
  });

  test('does not hold up a cancel', async () => {
    const environment = (_: readonly string[], signal: AbortSignal): Promise<Environment> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('Cancelled.'))));
    const it = await world({ p: { r: register(), s: register(['r']) } }, undefined, { environment });
    const abort = new AbortController();
    const running = go(it, { pipeline: 'p' }, abort.signal);
    await expect.poll(() => it.changes.at(-1)?.steps[0]?.status).toBe('running');
    abort.abort();
    const run = await running;
    expect(statuses(run)).toEqual({ r: 'cancelled', s: 'skipped' });
    expect(run.status).toBe('cancelled');
  });
});
