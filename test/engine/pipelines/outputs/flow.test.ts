import { expect, test } from 'vitest';
import { digest, newPipelineRunId } from '../../../../engine/ids';
import type { DatasetConfig, StepConfig } from '../../../../engine/protocol/workspaceConfig';
import type { World } from '../../../support/pipelineWorld';
import { act, command, go, world } from '../../../support/pipelineWorld';

const applications: DatasetConfig = { path: 'data/a.csv', format: 'csv', missing: [], expect: [] };
const worldOf = (steps: Record<string, StepConfig>, data = 'a', before?: World): Promise<World> =>
  world({ p: steps }, before?.store, {
    more: { datasets: { applications } },
    dataDigest: async () => digest(data.repeat(64)),
  });
const steps = (C: number): Record<string, StepConfig> => ({
  a: act('split', { dataset: 'applications' }),
  b: act('train', { kind: 'model', C }, 'a'),
  c: command('echo twelve bytes > c.txt', { needs: ['b'], outs: ['c.txt'] }),
});

test('what the steps of a run read and made is known by its content', async () => {
  const it = await worldOf(steps(1));
  const run = await go(it);
  const [a, b, c] = it.service.flow(run.id).steps;
  expect(a).toMatchObject({ name: 'a', reads: [{ kind: 'data', name: 'applications', digest: 'a'.repeat(64) }] });
  expect(a!.made).toEqual([
    { kind: 'split', artifactPath: 'a.txt', digest: expect.stringMatching(/^[0-9a-f]{64}$/), size: 3, files: 1 },
  ]);
  expect(b!.reads).toContainEqual({ kind: 'input', name: 'split', digest: a!.made[0]!.digest });
  expect(c!.made).toMatchObject([{ kind: 'file', artifactPath: 'c.txt', size: 13, files: 1 }]);
});

test('why a step ran is told for each run, as it was then', async () => {
  const it = await worldOf(steps(1));
  const first = await go(it);
  expect(await it.service.made(first.id, 'b')).toMatchObject({
    reason: 'no earlier run',
    changes: [],
    parts: { 'with.C': '1' },
  });
  const other = await worldOf(steps(2), 'b', it);
  const second = await go(other);
  const third = await go(other);
  expect(await other.service.made(second.id, 'b')).toMatchObject({
    reason: expect.stringMatching(/^`with.C` 1 → 2, data\/a.csv has changed/),
    before: { pipelineRun: first.id },
    parts: { 'with.C': '2' },
  });
  expect(await other.service.made(third.id, 'a')).toMatchObject({ reason: 'nothing has changed since r-2' });
  expect(await other.service.made(first.id, 'b')).toMatchObject({ reason: 'no earlier run' });
});

test('of a step that failed it is known what it was made of, and which attempt it was', async () => {
  const it = await worldOf({
    a: command('exit 1', { retry: { attempts: 2, delay: 1, backoff: 1 }, env: { N: '7' } } as never),
  });
  const run = await go(it);
  expect(run.steps[0]).toMatchObject({ status: 'failed', attempt: 2 });
  expect(it.service.search({ pipeline: 'p' })[0]!.steps[0]).toMatchObject({ attempt: 2 });
  expect((await it.service.made(run.id, 'a')).parts).toMatchObject({ 'env.N': '7' });
});

test('what is not there is an error that names it', async () => {
  const it = await worldOf(steps(1));
  const run = await go(it);
  const none = newPipelineRunId();
  expect(() => it.service.flow(none)).toThrow(`There is no pipeline run ${none}.`);
  await expect(it.service.made(run.id, 'x')).rejects.toThrow('The pipeline run has no step x.');
  await expect(it.service.made(none, 'a')).rejects.toThrow(`There is no pipeline run ${none}.`);
});
