import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { DebugLaunch } from '../../../../engine/protocol/debug';
import type { PipelineRun } from '../../../../engine/protocol/pipelines';
import type { World } from '../../../support/pipelineWorld';
import { act, command, never, world } from '../../../support/pipelineWorld';
import { temporaryFolder, openTestStore } from '../../../support/store';

const secret = { secrets: { PASSWORD: 'MODELYARD_TEST_PASSWORD' } };
process.env['MODELYARD_TEST_PASSWORD'] = 'hunter2-hunter2';

/** A workspace with a script; `p` has a step before it and the step `score`. */
async function prepared(script: string, more = {}): Promise<World> {
  const root = temporaryFolder();
  writeFileSync(path.join(root, 'score.js'), script);
  const score = command('SEED=5 node score.js "two words"', {
    ...{ env: { MODE: 'fast' }, outs: ['scores.txt'], needs: ['a'], ...secret, ...more },
  });
  return world({ p: { a: act('split', {}), score } }, await openTestStore({ root }));
}

/** Does what a debugger does: starts what it is told to, hands on what it prints, says when it is over. */
function debug(it: World, how: (launch: DebugLaunch) => void): Promise<PipelineRun> {
  const launched: DebugLaunch[] = [];
  return it.service.run(
    { pipeline: 'p', only: 'score', debug: true },
    ({ debug: launch }) => {
      if (!launch) return;
      launched.push(launch);
      expect(launched).toHaveLength(1);
      how(launch);
    },
    never,
  );
}

function start(it: World, launch: DebugLaunch, end: 'told' | 'untold' | 'kill' = 'untold'): void {
  const { id, step, target, executable, runtimeArgs, args, cwd, env } = launch;
  if (!('file' in target)) throw new Error('a module');
  const set = Object.entries(env).flatMap(([key, value]) => (value === null ? [] : [[key, value]]));
  const child = spawn(executable, [...runtimeArgs, target.file, ...args], { cwd, env: Object.fromEntries(set) });
  child.stdout.on('data', (chunk: Buffer) => it.service.debugOutput(id, step, chunk.toString()));
  if (end === 'kill') child.stdout.once('data', () => child.kill('SIGKILL'));
  child.once('close', code => it.service.debugEnded(id, step, end === 'told' && code !== null ? { code } : {}));
}

const logOf = (it: World, run: PipelineRun): string =>
  it.service.log(run.id, 'score', { offset: 0, limit: 10_000 }).text;

test('a step that is debugged finds what it finds in a real run, and what it makes is kept', async () => {
  const it = await prepared(`
    const { MODE, SEED, PASSWORD, MLFLOW_TRACKING_URI, MLFLOW_RUN_ID, MODELYARD_DEBUG_EXIT = 'none' } = process.env;
    console.log([MODE, SEED, PASSWORD, MLFLOW_TRACKING_URI, MLFLOW_RUN_ID, MODELYARD_DEBUG_EXIT, process.cwd(), ...process.argv.slice(2)].join('|'));
    require('fs').writeFileSync('scores.txt', 'made');`);
  const lock = path.join(it.store.root, 'modelyard.lock');
  await it.service.run({ pipeline: 'p', only: 'a' }, () => undefined, never);
  const before = readFileSync(lock, 'utf8');
  const run = await debug(it, launch => start(it, launch));
  expect(run).toMatchObject({
    status: 'succeeded',
    debug: 'node',
    steps: [{ message: expect.stringMatching(/^debugged in /) }],
  });
  const said = ['fast', '5', '[redacted]', 'http://127.0.0.1:9', run.runId, 'none', it.store.root, 'two words'];
  expect(logOf(it, run)).toContain(`${said.join('|')}\n`);
  expect(it.tracking.getRun(run.runId).tags).toMatchObject({ 'modelyard.debug': 'node' });
  expect(Buffer.from((await it.tracking.readArtifact(run.runId, 'scores.txt')).bytes).toString()).toBe('made');
  expect(it.service.get(run.id)).toEqual(run);
  expect(readFileSync(lock, 'utf8')).toBe(before);
});

test('its exit code decides, also when the debugger tells none; one that was killed has none', async () => {
  const it = await prepared(`console.log('on my way'); setTimeout(() => process.exit(4), 200);`, {
    ...{ timeout: 1, retry: { attempts: 3, delay: 1, backoff: 1 } },
  });
  await it.service.run({ pipeline: 'p', only: 'a' }, () => undefined, never);
  const ended = await debug(it, launch => start(it, launch));
  expect(ended).toMatchObject({
    status: 'failed',
    error: { code: 'step.failed', message: expect.stringMatching(/ended with exit code 4, under the debugger/) },
  });
  const killed = await debug(it, launch => start(it, launch, 'kill'));
  expect(killed.error?.message).toMatch(/ended under the debugger without an exit code/);
  expect(logOf(it, killed)).toMatch(/on my way/);
  const told = await debug(it, ({ id, step }) => it.service.debugEnded(id, step, { code: 7 }));
  expect(told.error?.message).toMatch(/exit code 7/);
});

test('one that was stopped is cancelled; one that never started says why', async () => {
  const it = await prepared('');
  await it.service.run({ pipeline: 'p', only: 'a' }, () => undefined, never);
  const stopped = await debug(it, ({ id, step }) => it.service.debugEnded(id, step, { wasStopped: true }));
  expect(stopped).toMatchObject({ status: 'cancelled', steps: [{ status: 'cancelled' }] });
  const refused = await debug(it, ({ id, step }) => it.service.debugEnded(id, step, { problem: 'no such type' }));
  expect(refused.error?.message).toMatch(/has not started .*no such type/);
  expect(() => it.service.debugEnded(refused.id, 'score', {})).toThrow(/is not being debugged/);
});

test('no other run takes what came of a debug run, and none goes on with it', async () => {
  const it = await prepared(`require('fs').writeFileSync('scores.txt', process.env.MODELYARD_TEST_SCORE ?? 'right');`);
  const whole = (more = {}) => it.service.run({ pipeline: 'p', ...more }, () => undefined, never);
  const first = await whole();
  process.env['MODELYARD_TEST_SCORE'] = 'changed at a breakpoint';
  await debug(it, launch => start(it, launch));
  delete process.env['MODELYARD_TEST_SCORE'];
  const plan = await it.service.plan({ pipeline: 'p' }, never);
  expect(plan.steps.find(({ name }) => name === 'score')?.reason).not.toMatch(/changed|new/);
  await expect(whole({ resume: true })).rejects.toMatchObject({
    message: expect.stringMatching(/succeeded when it ran last/),
  });
  expect(first.status).toBe('succeeded');
});

test.each([
  ['a', /Step a cannot be debugged: `uses: split` is Modelyard’s own/],
  ['shell', /Step shell cannot be debugged: `\|` needs a shell/],
  ['far', /Step far cannot be debugged: it runs elsewhere/],
])('what no debugger can start is refused, and nothing runs: %s', async (only, message) => {
  const ray = { executor: { ray: { address: 'http://127.0.0.1:1' } } } as object;
  const steps = { a: act('split', {}), shell: command('python x.py | tee log'), far: command('python x.py', ray) };
  const it = await world({ p: steps });
  const asked = it.service.run({ pipeline: 'p', only, debug: true }, () => undefined, never);
  await expect(asked).rejects.toMatchObject({
    ...{ code: 'params.invalid', message: expect.stringMatching(message) },
    ...{ fix: expect.stringMatching(/`python train\.py/), place: { key: `pipelines.p.steps.${only}` } },
  });
  expect(it.service.search({})).toEqual([]);
});
