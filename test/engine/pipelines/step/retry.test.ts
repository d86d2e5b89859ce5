import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { waitAfter } from '../../../../engine/pipelines/step/retry';
import type { StepConfig } from '../../../../engine/protocol/workspaceConfig';
import type { World } from '../../../support/pipelineWorld';
import { act, command, go, statuses, world } from '../../../support/pipelineWorld';

const retried = (step: StepConfig, attempts: number, delay = 20): StepConfig =>
  ({ ...step, retry: { attempts, delay, backoff: 2 } }) as StepConfig;
const tries = (it: World): number => readFileSync(path.join(it.store.root, 'tries.log'), 'utf8').split('\n').length - 1;
const flaky = (passes: number): StepConfig => command(`echo x >> tries.log; [ $(wc -l < tries.log) -ge ${passes} ]`);

test('each wait is longer than the one before, but not without end', () => {
  expect([1, 2, 3].map(attempt => waitAfter(attempt, { delay: 100, backoff: 3 }))).toEqual([100, 300, 900]);
  expect(waitAfter(99, { delay: 1000, backoff: 100 })).toBe(86_400_000);
});

test('a step that fails is tried again, and its log tells of each attempt', async () => {
  const it = await world({ p: { a: retried(flaky(3), 3) } });
  const run = await go(it);
  expect(statuses(run)).toEqual({ a: 'succeeded' });
  expect(tries(it)).toBe(3);
  const { text } = it.service.log(run.id, 'a', { offset: 0, limit: 10_000 });
  expect(text).toContain('Attempt 1 of 3 failed; attempt 2 of 3 in 0.02 s.');
  expect(text).toContain('Attempt 2 of 3 failed; attempt 3 of 3 in 0.04 s.');
});

test('the last failure is the step’s', async () => {
  const it = await world({ p: { a: retried(flaky(9), 2) } });
  const run = await go(it);
  expect(run.error).toMatchObject({ code: 'step.failed', message: expect.stringContaining('exit code 1') });
  expect(tries(it)).toBe(2);
});

test('a process that died is tried again; a wrong configuration and failed checks are not', async () => {
  const logOf = async (what: string): Promise<string> => {
    const it = await world({ p: { a: retried(act('validate', { act: what }), 2) } });
    const run = await go(it);
    expect(statuses(run)).toEqual({ a: 'failed' });
    return it.service.log(run.id, 'a', { offset: 0, limit: 10_000 }).text;
  };
  expect((await logOf('crash')).match(/^step a$/gm)).toHaveLength(2);
  for (const what of ['fail', 'partly']) expect((await logOf(what)).match(/^step a$/gm)).toHaveLength(1);
});

test('cancelling ends the wait', async () => {
  const it = await world({ p: { a: retried(flaky(9), 5, 60_000) } });
  const abort = new AbortController();
  const running = go(it, { pipeline: 'p' }, abort.signal);
  await expect.poll(() => it.changes.at(-1)?.steps[0]?.message, { timeout: 5000 }).toBe('attempt 2 of 5 in 60 s');
  abort.abort();
  expect(statuses(await running)).toEqual({ a: 'cancelled' });
  expect(tries(it)).toBe(1);
});
