import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConfigService } from '../../../../engine/config/service';
import { digest } from '../../../../engine/ids';
import type { DatasetConfig, StepConfig } from '../../../../engine/protocol/workspaceConfig';
import type { World } from '../../../support/pipelineWorld';
import { act, command, go, statuses, world } from '../../../support/pipelineWorld';
import { openTestStore, temporaryFolder } from '../../../support/store';

const applications: DatasetConfig = { path: 'data/a.csv', format: 'csv', missing: [], expect: [] };
const options = { more: { datasets: { applications } }, dataDigest: async () => digest('a'.repeat(64)) };
const worldOf = (steps: Record<string, StepConfig>, before?: World): Promise<World> =>
  world({ p: steps }, before?.store, options);
const counted = (name: string, more: Partial<StepConfig> & { outs?: string[] } = {}): StepConfig =>
  command(`echo ran >> ${name}.log; echo ${name} > ${name}.txt`, { outs: [`${name}.txt`], ...more } as never);
const count = (it: World, name: string): number =>
  readFileSync(path.join(it.store.root, `${name}.log`), 'utf8').split('\n').length - 1;
const needsFile = (needs: string[]): StepConfig => command('test -e fixed', { needs } as never);

test('a failed run is gone on with: what had succeeded is taken from it, the rest runs', async () => {
  const it = await worldOf({
    a: act('split', { dataset: 'applications' }),
    b: counted('b', { needs: ['a'] }),
    c: needsFile(['b']),
    d: counted('d', { needs: ['c'] }),
  });
  const first = await go(it);
  expect(statuses(first)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'failed', d: 'skipped' });
  writeFileSync(path.join(it.store.root, 'fixed'), '');
  const second = await go(it, { pipeline: 'p', resume: true });
  expect(statuses(second)).toEqual({ a: 'cached', b: 'cached', c: 'succeeded', d: 'succeeded' });
  expect(count(it, 'b')).toBe(1);
  expect(it.tracking.getRun(second.runId).metrics['auc']?.value).toBe(0.79);
  expect(it.tracking.artifacts(second.runId).map(entry => entry.path)).toContain('b.txt');
  await expect(go(it, { pipeline: 'p', resume: true })).rejects.toMatchObject({
    code: 'conflict',
    message: 'There is nothing to resume: p succeeded when it ran last.',
  });
});

test('what has been changed meanwhile runs again, though it had succeeded', async () => {
  const it = await worldOf({ a: counted('a'), b: needsFile(['a']) });
  await go(it);
  writeFileSync(path.join(it.store.root, 'fixed'), '');
  const other = await worldOf({ a: counted('a', { env: { N: '2' } } as never), b: needsFile(['a']) }, it);
  expect(statuses(await go(other, { pipeline: 'p', resume: true }))).toEqual({ a: 'succeeded', b: 'succeeded' });
});

test('a run that goes on and fails again is gone on with in turn', async () => {
  const it = await worldOf({ a: counted('a'), b: needsFile(['a']) });
  await go(it);
  const second = await go(it, { pipeline: 'p', resume: true });
  expect(statuses(second)).toEqual({ a: 'cached', b: 'failed' });
  writeFileSync(path.join(it.store.root, 'fixed'), '');
  const third = await go(it, { pipeline: 'p', resume: true });
  expect(statuses(third)).toEqual({ a: 'cached', b: 'succeeded' });
  expect(third.steps[0]?.cachedFrom?.run).toBe(1);
  expect(existsSync(path.join(it.store.root, 'a.txt'))).toBe(true);
});

test('a command of which nobody knows what it reads runs again after what has run again', async () => {
  const it = await worldOf({
    a: needsFile([]),
    b: counted('b'),
    told: counted('told', { needs: ['a'], if: 'always()' }),
    other: counted('other', { needs: ['b'] }),
  });
  expect(statuses(await go(it))).toMatchObject({ a: 'failed', told: 'succeeded', other: 'succeeded' });
  const again = await go(it, { pipeline: 'p', resume: true });
  expect(statuses(again)).toMatchObject({ a: 'failed', b: 'cached', told: 'succeeded', other: 'cached' });
  writeFileSync(path.join(it.store.root, 'fixed'), '');
  const run = await go(it, { pipeline: 'p', resume: true });
  expect(statuses(run)).toEqual({ a: 'succeeded', b: 'cached', told: 'succeeded', other: 'cached' });
  expect([count(it, 'told'), count(it, 'other')]).toEqual([3, 1]);
});

test('what a killed engine had done is gone on with', async () => {
  const it = await worldOf({ a: counted('a'), b: command('exec env -i sleep 300', { needs: ['a'] } as never) });
  const abort = new AbortController();
  const running = go(it, { pipeline: 'p' }, abort.signal);
  await expect.poll(() => it.changes.at(-1)?.steps[1]?.status, { timeout: 5000 }).toBe('running');
  const next = await worldOf({ a: counted('a'), b: command('true', { needs: ['a'] } as never) }, it);
  await next.service.recover();
  const run = await go(next, { pipeline: 'p', resume: true });
  expect(statuses(run)).toEqual({ a: 'cached', b: 'succeeded' });
  expect(count(next, 'a')).toBe(1);
  abort.abort();
  await running;
});

test('from a step on: it and all that need it run, on what the others made last', async () => {
  const it = await worldOf({
    a: act('split', { dataset: 'applications' }),
    b: act('train', { kind: 'model' }, 'a'),
    c: act('evaluate', { kind: 'evaluation' }, 'b'),
    side: counted('side'),
  });
  await go(it);
  const cached = await go(it, { pipeline: 'p', startAt: 'b' });
  expect(statuses(cached), 'b makes the same as before').toEqual({ b: 'succeeded', c: 'cached' });
  const run = await go(it, { pipeline: 'p', startAt: 'b', fresh: true });
  expect(statuses(run)).toEqual({ b: 'succeeded', c: 'succeeded' });
  const { bytes } = await it.tracking.readArtifact(run.runId, 'c.txt');
  expect(Buffer.from(bytes).toString()).toBe('c(b:model:b(a:split:a()),a:split:a())');
  const lock = readFileSync(path.join(it.store.root, 'modelyard.lock'), 'utf8');
  expect(lock).toMatch(/ {4}side:\n/);
});

test.each([
  [{ startAt: 'z' }, 'not-found', /has no step z/],
  [{ startAt: 'a', only: 'a' }, 'params.invalid', /of one step/],
  [{ resume: true, fresh: true }, 'params.invalid', /not fresh/],
  [{ resume: true }, 'conflict', /p has not run yet/],
])('%j is refused', async (request, code, message) => {
  const it = await worldOf({ a: counted('a') });
  await expect(go(it, { pipeline: 'p', ...request })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('a run that was given parameters is gone on with by those, unless others are given', async () => {
  const root = temporaryFolder();
  writeFileSync(
    path.join(root, 'modelyard.yaml'),
    `name: x
pipelines:
  p:
    params: {list: [1, 2]}
    steps:
      a: {run: 'test -e fixed || test \${{ matrix.i }} != 3', matrix: {i: '\${{ params.list }}'}, fail-fast: false}
`,
  );
  const config = new ConfigService({ root, configFile: 'modelyard.yaml', columns: () => Promise.resolve([]) });
  const it = await world({}, await openTestStore({ root }), {
    config: async given => ({ ...(await config.load(given)), file: 'modelyard.yaml' }),
  });
  const params = { list: '[1, 2, 3]' };
  expect(statuses(await go(it, { pipeline: 'p', params }))).toMatchObject({ 'a (i=3)': 'failed' });
  await go(it, { pipeline: 'p', only: 'a (i=1)' });
  const other = await go(it, { pipeline: 'p', resume: true, params: { list: '[1, 3]' } });
  expect(statuses(other)).toEqual({ 'a (i=1)': 'cached', 'a (i=3)': 'failed' });
  writeFileSync(path.join(root, 'fixed'), '');
  await go(it, { pipeline: 'p', params: { list: '[2]' } });
  rmSync(path.join(root, 'fixed'));
  await go(it, { pipeline: 'p', params });
  writeFileSync(path.join(root, 'fixed'), '');
  const run = await go(it, { pipeline: 'p', resume: true });
  expect(statuses(run)).toEqual({ 'a (i=1)': 'cached', 'a (i=2)': 'cached', 'a (i=3)': 'succeeded' });
  expect(it.tracking.getRun(run.runId).tags['modelyard.params']).toBe(JSON.stringify(params));
});
