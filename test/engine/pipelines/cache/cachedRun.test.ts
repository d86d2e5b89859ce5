import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fileStamp, hashFile } from '../../../../engine/dataFiles';
import { digest } from '../../../../engine/ids';
import type { PipelineRun } from '../../../../engine/protocol/pipelines';
import type { DatasetConfig, StepConfig } from '../../../../engine/protocol/workspaceConfig';
import type { World, WorldOptions } from '../../../support/pipelineWorld';
import { act, command, go, never, statuses, world } from '../../../support/pipelineWorld';

const applications: DatasetConfig = { path: 'data/a.csv', format: 'csv', missing: [], expect: [] };
const data = { current: digest('a'.repeat(64)) };
const cached: WorldOptions = {
  more: { datasets: { applications } },
  dataDigest: async () => data.current,
};
const three = (learn: Record<string, unknown> = {}): Record<string, StepConfig> => ({
  a: act('split', { dataset: 'applications' }),
  b: act('train', { kind: 'model', ...learn }, 'a'),
  c: act('evaluate', { kind: 'evaluation' }, 'b'),
});
const worldOf = (steps: Record<string, StepConfig>, before?: World, options: WorldOptions = {}): Promise<World> =>
  world({ p: steps }, before?.store, { ...cached, ...options });
const artifact = async (it: World, run: PipelineRun, file: string): Promise<string> =>
  Buffer.from((await it.tracking.readArtifact(run.runId, file)).bytes).toString();

test('an identical run takes all from the first, and is as whole as that', async () => {
  const it = await worldOf(three());
  const first = await go(it);
  const second = await go(it);
  expect(statuses(first)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded' });
  expect(statuses(second)).toEqual({ a: 'cached', b: 'cached', c: 'cached' });
  expect(second.status).toBe('succeeded');
  const [was, now] = [it.tracking.getRun(first.runId), it.tracking.getRun(second.runId)];
  expect(now.params).toEqual(was.params);
  expect(Object.keys(now.metrics)).toEqual(Object.keys(was.metrics));
  expect(now.metrics['auc']?.value).toBe(0.79);
  expect(now.metrics['loss']?.value).toBeNaN();
  expect(now.inputs).toEqual(was.inputs);
  const values = (run: PipelineRun): unknown =>
    it.tracking.series(run.runId, ['loss'], 100).map(({ points }) => points.map(({ step, value }) => [step, value]));
  expect(values(second)).toEqual(values(first));
  for (const name of ['a', 'b', 'c'])
    expect(await artifact(it, second, `${name}.txt`)).toBe(await artifact(it, first, `${name}.txt`));
  expect(second.steps[1]?.cachedFrom).toMatchObject({ pipelineRun: first.id, runId: first.runId, run: was.number });
  expect(it.service.get(second.id)).toEqual(second);
  const { text } = it.service.log(second.id, 'a', { offset: 0, limit: 1000 });
  expect(text).toBe(
    `Taken from r-${was.number}: nothing that it depends on has changed. Its log of then:\nstep a\nworking\ndone\n`,
  );
});

test('what has changed runs, and what follows; what was so before is found again', async () => {
  const it = await worldOf(three());
  await go(it);
  const other = await worldOf(three({ C: 2 }), it);
  expect(statuses(await go(other))).toEqual({ a: 'cached', b: 'succeeded', c: 'succeeded' });
  const back = await worldOf(three(), it);
  const run = await go(back);
  expect(statuses(run)).toEqual({ a: 'cached', b: 'cached', c: 'cached' });
  expect(run.steps.map(step => step.cachedFrom?.run)).toEqual([1, 1, 1]);
});

test('changed data runs all again', async () => {
  const it = await worldOf(three());
  await go(it);
  data.current = digest('c'.repeat(64));
  const run = await go(it);
  data.current = digest('a'.repeat(64));
  expect(statuses(run)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded' });
  // What it says that it has read is not what was looked at: such a result is not kept.
  expect(statuses(await go(it))).toEqual({ a: 'cached', b: 'cached', c: 'cached' });
});

test.each([
  ['with `cache: false` of the pipeline', {}, { cache: false } satisfies WorldOptions, undefined],
  ['with `cache: false` of a step', { cache: false }, {}, undefined],
  ['when asked to run anew', {}, {}, true],
])('%s a step runs', async (_, change, options, fresh) => {
  const steps = { a: { ...act('split', { dataset: 'applications' }), ...change } };
  const it = await worldOf(steps, undefined, options);
  await go(it);
  const run = await go(it, { pipeline: 'p', ...(fresh && { fresh }) });
  expect(statuses(run)).toEqual({ a: 'succeeded' });
});

test('one step alone runs, on what a cached one has left', async () => {
  const it = await worldOf(three());
  await go(it);
  await go(it);
  const run = await go(it, { pipeline: 'p', only: 'c' });
  expect(statuses(run)).toEqual({ c: 'succeeded' });
  expect(await artifact(it, run, 'c.txt')).toBe('c(b:model:b(a:split:a()),a:split:a())');
});

test('a step that failed, wholly or partly, runs again', async () => {
  const it = await worldOf({ a: act('split', { dataset: 'applications', act: 'partly' }) });
  expect(statuses(await go(it))).toEqual({ a: 'failed' });
  expect(statuses(await go(it))).toEqual({ a: 'failed' });
});

test('a result whose files are gone is made again', async () => {
  const it = await worldOf(three());
  const first = await go(it);
  const [file] = it.tracking.artifacts(first.runId).filter(entry => entry.path === 'b.txt');
  rmSync(it.store.objects.path(file!.digest!), { force: true });
  const run = await go(it);
  expect(statuses(run)).toEqual({ a: 'cached', b: 'succeeded', c: 'cached' });
});

const features = (more: Partial<StepConfig> = {}): StepConfig =>
  command('cat src/*.txt > out.csv; echo ran >> count.log', {
    outs: ['out.csv'],
    deps: ['src'],
    ...more,
  } as Partial<StepConfig> & { outs: string[] });
const count = (it: World): number => readFileSync(path.join(it.store.root, 'count.log'), 'utf8').split('\n').length - 1;

async function commandWorld(steps: Record<string, StepConfig>): Promise<World> {
  const it = await worldOf(steps);
  mkdirSync(path.join(it.store.root, 'src'));
  writeFileSync(path.join(it.store.root, 'src', 'a.txt'), 'one\n');
  return it;
}

test('a command that says what it reads and makes runs when that changes', async () => {
  const it = await commandWorld({ f: features() });
  const out = path.join(it.store.root, 'out.csv');
  await go(it);
  expect(statuses(await go(it))).toEqual({ f: 'cached' });
  rmSync(out);
  expect(statuses(await go(it))).toEqual({ f: 'cached' });
  expect(readFileSync(out, 'utf8')).toBe('one\n');
  expect(count(it)).toBe(1);
  writeFileSync(path.join(it.store.root, 'src', 'b.txt'), 'two\n');
  expect(statuses(await go(it))).toEqual({ f: 'succeeded' });
  expect(readFileSync(out, 'utf8')).toBe('one\ntwo\n');
  expect(count(it)).toBe(2);
  rmSync(path.join(it.store.root, 'src', 'b.txt'));
  expect(statuses(await go(it))).toEqual({ f: 'cached' });
  expect(readFileSync(out, 'utf8')).toBe('one\n'); // what lay there was of another state
});

test('a command may write over what was put there for it', async () => {
  const it = await commandWorld({ f: features() });
  await go(it);
  rmSync(path.join(it.store.root, 'out.csv'));
  await go(it);
  const again = await worldOf({ f: features({ env: { A: '1' } } as Partial<StepConfig>) }, it);
  expect(statuses(await go(again))).toEqual({ f: 'succeeded' });
});

test.each([
  ['no `deps`', { deps: undefined }],
  ['no `outs`', { outs: [] }],
])('a command with %s runs each time', async (_, change) => {
  const it = await commandWorld({ f: features(change as Partial<StepConfig>) });
  await go(it);
  await go(it);
  expect(count(it)).toBe(2);
  const { steps } = await it.service.plan({ pipeline: 'p' }, never);
  expect(steps[0]).toMatchObject({ decision: 'always', reason: expect.stringContaining('runs each time') });
});

test('what a command has logged itself cannot be given to another run: it runs again', async () => {
  const it = await commandWorld({
    f: features({
      run: 'echo > out.csv; echo $MLFLOW_RUN_ID > id.txt; while [ ! -e go ]; do sleep 0.05; done; echo ran >> count.log',
    } as Partial<StepConfig>),
  });
  const running = go(it);
  await expect.poll(() => existsSync(path.join(it.store.root, 'id.txt'))).toBe(true);
  const [state] = it.service.running();
  it.tracking.logParams(state!.runId, { depth: '3' });
  writeFileSync(path.join(it.store.root, 'go'), '');
  await running;
  await go(it);
  expect(count(it)).toBe(2);
  expect(statuses(await go(it))).toEqual({ f: 'cached' }); // the second run logged nothing
});

test('the plan says what the run then does', async () => {
  const it = await worldOf(three());
  const plan = (at: World) => at.service.plan({ pipeline: 'p' }, never);
  expect((await plan(it)).steps.map(step => [step.decision, step.reason])).toEqual([
    ['runs', 'no earlier run'],
    ['runs', 'no earlier run'],
    ['runs', 'no earlier run'],
  ]);
  await go(it);
  const same = await plan(it);
  expect(same).toMatchObject({ runs: 0, summary: 'Nothing will run: nothing has changed.' });
  expect(same.steps.map(step => [step.decision, step.reason, step.from?.run])).toEqual([
    ['cached', 'nothing has changed since r-1', 1],
    ['cached', 'nothing has changed since r-1', 1],
    ['cached', 'nothing has changed since r-1', 1],
  ]);
  const other = await worldOf(three({ C: 2, flag: true }), it);
  const changed = await plan(other);
  expect(changed.steps[1]).toMatchObject({
    decision: 'runs',
    reason: '`with.C` is new: 2, `with.flag` is new: true',
    changes: [
      { name: 'with.C', now: '2' },
      { name: 'with.flag', now: 'true' },
    ],
  });
  expect(changed.steps[2]).toMatchObject({ decision: 'runs', reason: 'b runs', unless: 'b' });
  expect(changed.steps[1]?.usually).toBeGreaterThan(0);
  expect(changed.summary).toMatch(/^2 of 3 steps will run, (in under|about) \d+ s, because of b: `with.C` is new: 2/);
  const run = await go(other);
  expect(run.steps.map(step => step.status === 'cached')).toEqual(
    changed.steps.map(step => step.decision === 'cached'),
  );
  data.current = digest('c'.repeat(64));
  const moved = await plan(other);
  data.current = digest('a'.repeat(64));
  expect(moved.steps[0]).toMatchObject({ decision: 'runs', reason: 'data/a.csv has changed' });
});

test('a plan tells what its `if` leaves out, as the run then does; a step that is named runs all the same', async () => {
  const split = act('split', { dataset: 'applications' });
  const it = await worldOf({
    a: split,
    off: { ...command('true'), needs: ['a'], if: false } as StepConfig,
    then: { ...command('true'), needs: ['off'] } as StepConfig,
    mend: { ...command('true'), needs: ['a'], if: 'failure()' } as StepConfig,
  });
  const plan = await it.service.plan({ pipeline: 'p' }, never);
  expect(plan.runs).toBe(1);
  expect(plan.steps.map(step => [step.decision, step.reason])).toEqual([
    ['runs', 'no earlier run'],
    ['skipped', 'its `if` is false'],
    ['skipped', 'off is skipped'],
    ['skipped', 'it runs only when something that it needs fails'],
  ]);
  const run = await go(it);
  expect(run.status).toBe('succeeded');
  expect(statuses(run)).toEqual({ a: 'succeeded', off: 'skipped', then: 'skipped', mend: 'skipped' });
  expect(statuses(await go(it, { pipeline: 'p', only: 'off' }))).toEqual({ off: 'succeeded' });
});

test('a command that is taken from an earlier run costs three commits: that it runs, what it has made, how it ended', async () => {
  // A file that seems to have just been written: once it is a second old its digest is kept, which is a commit of its own.
  const justWritten = async (file: string) => {
    const found = await fileStamp(file);
    return found && { ...found, modifiedAt: Date.now() };
  };
  const files = { stamp: justWritten, hash: hashFile };
  const commits = async (length: number): Promise<number> => {
    const steps = Array.from({ length }, (_, i) => [
      `s${i}`,
      command(`echo ${i} > ${i}.txt`, { needs: i === 0 ? [] : [`s${i - 1}`], deps: [], outs: [`${i}.txt`] }),
    ]);
    const it = await worldOf(Object.fromEntries(steps), undefined, { files });
    await go(it);
    let count = 0;
    it.store.db.onCommit(() => count++);
    expect(new Set(Object.values(statuses(await go(it))))).toEqual(new Set(['cached']));
    return count;
  };
  // beside those of the run; a sign of life may come between
  expect(((await commits(4)) - (await commits(2))) / 2).toBeLessThan(4);
});
