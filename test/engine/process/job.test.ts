import type { ChildProcess } from 'node:child_process';
import { fork, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Job, JobMessage } from '../../../engine/protocol/jobs';
import { parseJob } from '../../../engine/process/jobSchema';
import { bundles } from '../../support/bundles';
import { isAlive } from '../../support/isAlive';
import { until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make } = workspaces();

function validateJob(csv: string, expectations: Job['datasets'][number]['expect'] = []): Job {
  const workspace = make();
  const file = path.join(workspace, 'data.csv');
  writeFileSync(file, csv);
  mkdirSync(path.join(workspace, 'work'));
  return {
    uses: 'validate',
    with: { dataset: 'data' },
    step: 'validate',
    workspace,
    workDir: path.join(workspace, 'work'),
    datasets: [{ name: 'data', path: file, format: 'csv', missing: [], expect: expectations }],
    inputs: [],
  };
}

async function start(): Promise<ChildProcess> {
  const child = fork(path.join(await bundles(), 'job.js'), [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: 'pipe',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Sends a message and gives all that the child says until it ends, and how it ended. */
async function converse(message: unknown): Promise<{ said: JobMessage[]; code: number | null }> {
  const child = await start();
  const said: JobMessage[] = [];
  child.on('message', (one: JobMessage) => void said.push(one));
  child.send(message as Job);
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve));
  return { said, code };
}

test('a job is done: progress, one answer as the last word, exit code 0', async () => {
  const { said, code } = await converse(
    validateJob('a,b\n1,x\n2,y\n', [{ column: 'a', not_null: true, severity: 'error' }]),
  );
  expect(said.at(-1)).toMatchObject({ type: 'done', result: { summary: '2 rows · 1 check' } });
  expect(said.filter(({ type }) => type === 'progress').length).toBeGreaterThan(0);
  expect(code).toBe(0);
});

test('a failure keeps its code and place', async () => {
  const { said } = await converse(validateJob(''));
  expect(said.at(-1)).toMatchObject({ type: 'failed', error: { code: 'data.empty', place: { file: 'data.csv' } } });
});

describe('what is no job', () => {
  test.each([
    ['null', null, 'params.invalid'],
    ['a text', 'run', 'params.invalid'],
    ['an unknown step', { uses: 'dance', with: {} }, 'params.invalid'],
    ['options that are wrong', { ...validateJob('a\n1\n'), with: { dataset: 7 } }, 'params.invalid'],
  ])('%s is refused', async (_, message, code) => {
    expect((await converse(message)).said).toMatchObject([{ type: 'failed', error: { code } }]);
  });
  test('the offending key is named', () => {
    const job = { ...validateJob('a\n1\n'), uses: 'split', with: { test: 2, seed: 0 } };
    expect(() => parseJob(job)).toThrow('The job cannot be run: with.test must lie between 0 and 1');
  });
});

describe('a child without its engine', () => {
  test('cancelled: ends without an answer of success', async () => {
    const child = await start();
    child.send({ type: 'cancel' });
    const code = await new Promise(resolve => child.once('exit', resolve));
    expect(code).not.toBe(0);
  });

  test('disconnected: ends', async () => {
    const child = await start();
    await new Promise(resolve => child.once('spawn', resolve));
    child.disconnect();
    await new Promise(resolve => child.once('exit', resolve));
  });

  describe.skipIf(process.platform === 'win32')('whose parent is killed', () => {
    /** Forks a job whose thread computes for ever once it has a message, from a parent that plays the engine. */
    async function orphan(killWhen: 'computing' | 'at once'): Promise<number> {
      const folder = make();
      const [parentFile, busy, mark] = ['parent.js', 'busy.js', 'mark'].map(name => path.join(folder, name));
      writeFileSync(
        busy!,
        `process.on('message', () => { require('fs').writeFileSync(${JSON.stringify(mark)}, ''); for (;;); });`,
      );
      writeFileSync(
        parentFile!,
        `process.env.MODELYARD_ENGINE_PID = process.pid;
         const job = ${JSON.stringify(path.join(await bundles(), 'job.js'))};
         const child = require('child_process').fork(job, [], { execArgv: ['-r', ${JSON.stringify(busy)}], detached: true });
         child.send({}, () => process.stdout.write(String(child.pid)));
         setInterval(() => undefined, 1000);`,
      );
      const parent = spawn(process.execPath, [parentFile!], { stdio: ['ignore', 'pipe', 'inherit'] });
      const pid = Number(await new Promise(resolve => parent.stdout.once('data', data => resolve(String(data)))));
      onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')));
      if (killWhen === 'computing') await until(() => existsSync(mark!));
      parent.kill('SIGKILL');
      return pid;
    }

    test.each(['computing', 'at once'] as const)('dies with it: %s', async when => {
      const pid = await orphan(when);
      await until(() => !isAlive(pid));
    });
  });
});
