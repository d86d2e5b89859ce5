import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ModelyardError } from '../../../../engine/errors';
import type { RemoteCommand } from '../../../../engine/protocol/executors';
import { command, go, statuses, world } from '../../../support/pipelineWorld';
import { openTestStore, temporaryFolder } from '../../../support/store';

const ray = (address: string) => ({ ray: { address } });

test('a command elsewhere: what it is given, what it makes is kept, a further attempt is another job', async () => {
  const store = await openTestStore({ root: temporaryFolder() });
  const given: RemoteCommand[] = [];
  const remote = async (job: RemoteCommand): Promise<void> => {
    given.push(job);
    job.log(`attempt ${given.length}\n`);
    if (given.length === 1) throw new ModelyardError('step.failed', 'Lost its node.');
    for (const out of job.outs) writeFileSync(path.join(store.root, out), 'made elsewhere');
  };
  const executor = ray('http://127.0.0.1:8265');
  const retry = { attempts: 2, delay: 1, backoff: 1 };
  const a = command('make', { executor, retry, outs: ['a.txt'], env: { MODE: 'fast' }, secrets: { KEY: 'SOURCE' } });
  const b = command('cat a.txt', { needs: ['a'], outs: [] });
  const it = await world({ p: { a, b } }, store, { remote });
  const run = await go(it);
  expect(statuses(run)).toEqual({ a: 'succeeded', b: 'succeeded' });
  expect(given[1]).toMatchObject({
    ...executor,
    step: 'a',
    command: 'make',
    env: { MODE: 'fast' },
    secrets: { KEY: 'SOURCE' },
    tracking: { url: 'http://127.0.0.1:9', token: 'the-secret-token', runId: run.runId },
    experiment: 'credit',
  });
  expect(new Set(given.map(({ jobId }) => jobId)).size).toBe(2);
  expect(it.service.log(run.id, 'a', { offset: 0, limit: 10_000 }).text).toMatch(
    /attempt 1[^]*Lost its node[^]*attempt 2/,
  );
  expect((await it.tracking.readArtifact(run.runId, 'a.txt')).bytes.toString()).toBe('made elsewhere');
});

test('a cluster on another machine is not told of an engine that it cannot reach', async () => {
  const given: RemoteCommand[] = [];
  const remote = async (job: RemoteCommand): Promise<void> => void given.push(job);
  const it = await world({ p: { a: command('make', { executor: ray('https://ray.example.com') }) } }, undefined, {
    remote,
  });
  await go(it);
  expect(given[0]).not.toHaveProperty('tracking');
});

test('the steps of a matrix have names of jobs that clusters take, each another', async () => {
  const given: RemoteCommand[] = [];
  const remote = async (job: RemoteCommand): Promise<void> => void given.push(job);
  const kubernetes = { image: 'a', secret: 'modelyard', ttl: 1, starts_within: 1 };
  const steps = {
    'train_it (C=0.1, penalty=elastic-net-of-a-long-name)': command('make', {
      executor: { kubernetes },
      timeout: 5_000,
    }),
    'train (C=1)': command('make', { executor: ray('http://127.0.0.1:8265') }),
  };
  await go(await world({ p: steps }, undefined, { remote }));
  const far = given.find(job => 'kubernetes' in job);
  const near = given.find(job => 'ray' in job);
  expect(far?.jobId).toMatch(/^modelyard-train-it-c-0-1-penalty-elastic-[0-9a-f]{12}$/);
  expect(far).toMatchObject({ kubernetes, timeout: 5_000 });
  // the engine listens on this machine only
  expect(far).not.toHaveProperty('tracking');
  expect(near?.jobId).toMatch(/^modelyard_\w+_train-C-1-_[0-9a-f]{6}$/);
});
