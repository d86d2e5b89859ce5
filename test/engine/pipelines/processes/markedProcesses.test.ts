import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { runId } from '../../../../engine/ids';
import { endLeftovers } from '../../../../engine/pipelines/processes/leftovers';
import { endMarked, stepMarks } from '../../../../engine/pipelines/processes/markedProcesses';
import { isAlive } from '../../../support/isAlive';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that waits, in a session of its own. */
async function waiting(env: Record<string, string>): Promise<number> {
  const child = spawn('sleep', ['300'], {
    env: { PATH: process.env['PATH'], ...env },
    detached: true,
    stdio: 'ignore',
  });
  started.push(child);
  await new Promise(resolve => child.once('spawn', resolve));
  return child.pid ?? 0;
}

const [run, longer] = [runId('a1'), runId('a10')];

describe.skipIf(process.platform === 'win32')('processes known by their environment', () => {
  test('end when they carry all marks, each as a whole entry', async () => {
    const ours = await waiting({ ...stepMarks(run, 'train') });
    const others = await Promise.all([
      waiting({ ...stepMarks(longer, 'train') }),
      waiting({ ...stepMarks(run, 'trainer') }),
      waiting({ ...stepMarks(run, 'split') }),
      waiting({ MODELYARD_RUN_ID: run }),
      waiting({ NOTE: 'MODELYARD_RUN_ID=a1', OTHER_MODELYARD_RUN_ID: run, MODELYARD_STEP: 'train' }),
    ]);
    expect(await endMarked([stepMarks(run, 'train')])).toBe(1);
    await expect.poll(() => isAlive(ours)).toBe(false);
    expect(others.map(isAlive)).toEqual(others.map(() => true));
  });

  test('of a killed engine are ended by the ids of its runs, not by ids that begin alike', async () => {
    const [ours, other, nested] = [
      await waiting({ ...stepMarks(run, 'a') }),
      await waiting({ ...stepMarks(longer, 'a') }),
      await waiting({ ...stepMarks(runId('b2'), 'b') }),
    ];
    expect(await endLeftovers([run, runId('b2')])).toBe(2);
    await expect.poll(() => isAlive(ours) || isAlive(nested)).toBe(false);
    expect(isAlive(other)).toBe(true);
  });

  test('of an engine that lives are left to it: the folder may be a copy of another', async () => {
    const [its, dead] = [
      await waiting({ ...stepMarks(run, 'a'), MODELYARD_ENGINE_PID: String(process.ppid) }),
      await waiting({ ...stepMarks(run, 'a'), MODELYARD_ENGINE_PID: '999999999' }),
    ];
    expect(await endLeftovers([run])).toBe(1);
    await expect.poll(() => isAlive(dead)).toBe(false);
    expect(isAlive(its)).toBe(true);
  });

  test('without marks nothing is ended', async () => {
    const other = await waiting({ ...stepMarks(run, 'a') });
    expect(await endLeftovers([])).toBe(0);
    expect(await endMarked([{}])).toBe(0);
    expect(isAlive(other)).toBe(true);
  });
});
