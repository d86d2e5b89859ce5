import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { journey } from '../../../support/journey';
import { isAlive } from '../../../support/isAlive';
import { until } from '../../../support/workspaces';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const at = journey();

/** A step that makes something, then one that goes wrong on line 6. */
const config = (second: string): string => `name: bad-commands
pipelines:
  train:
    steps:
      first: {run: "echo made > made.txt", outs: [made.txt]}
      second: {needs: first, ${second}}
      third: {run: "true", needs: second}
`;
const command = (shell: string, more = ''): string => config(`run: ${JSON.stringify(shell)}${more}`);
const pidOf = (file: string): number => Number(readFileSync(path.join(at.folder, file), 'utf8'));
const isThere = (file: string): boolean => existsSync(path.join(at.folder, file)) && pidOf(file) > 0;

describe.skipIf(process.platform === 'win32')('a command', () => {
  test.each([
    [
      'fails',
      'echo out; echo the cause >&2; exit 7',
      '`echo out; echo the cause >&2; exit 7` ended with exit code 7. It said: out ⏎ the cause',
    ],
    [
      'is not there',
      'no-such-program --fast',
      /^`no-such-program --fast` ended with exit code 127\. It said: .*not found/,
    ],
    ['is killed', 'kill -9 $$', '`kill -9 $$` was ended by SIGKILL.'],
  ])('%s', async (_, shell, message) => {
    at.write({ 'modelyard.yaml': command(shell) });
    const error = await at.failure('second');
    expect(error).toMatchObject({
      code: 'step.failed',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      fix: 'The whole output is in the step’s log.',
      place: { file: 'modelyard.yaml', line: 6, column: 7, key: 'pipelines.train.steps.second' },
    });
    expect(at.marked(error.place)).toBe('second');
    expect(await at.artifact(error.run.pipelineRun.runId, 'made.txt')).toBe('made\n');
    expect(await at.artifact(error.run.pipelineRun.runId, 'logs/second.log')).toContain(error.message);
  });

  test.each([
    ['hangs', 'echo $$ > pid; echo waiting; sleep 300'],
    ['hangs and does not listen', `trap '' TERM; echo $$ > pid; while true; do sleep 1; done`],
  ])('%s: its timeout ends it', async (_, shell) => {
    at.write({ 'modelyard.yaml': command(shell, ', timeout: 1s') });
    const error = await at.failure('second');
    expect(error).toMatchObject({
      code: 'step.timeout',
      message: 'Step second was ended: it took longer than its timeout of 1 s.',
      fix: 'Give it more time with `timeout:`, or less to do.',
      place: { line: 6, key: 'pipelines.train.steps.second' },
    });
    await until(() => !isAlive(pidOf('pid')), 3000);
  });

  test('hangs: cancelling ends it and all it has started', async () => {
    at.write({ 'modelyard.yaml': command('sleep 300 & echo $! > child; echo $$ > pid; wait') });
    const run = at.run();
    await until(() => isThere('pid') && isThere('child'), 20_000);
    const { running } = await at.client.call('engine/status', {});
    await at.client.call('pipelines/cancel', { id: running[0]!.id });
    const { code, pipelineRun, outcome } = await run;
    expect(code).toBe(130);
    expect(pipelineRun.status).toBe('cancelled');
    expect(pipelineRun.steps.map(({ status }) => status)).toEqual(['succeeded', 'cancelled', 'skipped']);
    expect(outcome.run?.status).toBe('KILLED');
    await until(() => !isAlive(pidOf('pid')) && !isAlive(pidOf('child')), 3000);
    expect(await at.artifact(pipelineRun.runId, 'made.txt')).toBe('made\n');
  });

  test('leaves children running: they end with it', async () => {
    at.write({ 'modelyard.yaml': command('(sleep 300; echo never) & sleep 300 & echo $! > child; echo done') });
    const { code, pipelineRun } = await at.run();
    expect({ code, status: pipelineRun.status }).toEqual({ code: 0, status: 'succeeded' });
    await until(() => !isAlive(pidOf('child')), 3000);
  });

  test('prints 100 MB: the beginning and the end are kept, the engine stays small', async () => {
    const line = 'x'.repeat(99);
    at.write({ 'modelyard.yaml': command(`echo begin; yes ${line} | head -n 1000000; echo the end; exit 1`) });
    const error = await at.failure('second');
    expect(error.message).toMatch(/ended with exit code 1\. It said: (x{99} ⏎ ){4}the end$/);
    const { pipelineRun } = error.run;
    const size = error.run.step('second').logSize;
    expect(size).toBeGreaterThan(8 << 20);
    expect(size).toBeLessThan(10 << 20);
    const part = (offset: number) =>
      at.client.call('pipelines/log', { id: pipelineRun.id, step: 'second', offset, limit: 4096 });
    expect((await part(0)).text).toMatch(/^begin\nx/);
    expect((await part(8 << 20)).text).toMatch(/\n… [\d,]{9,} bytes are left out here …\n/);
    expect((await part(size - 1000)).text).toMatch(/x\nthe end\n\n`echo begin; /);
    expect((await at.client.call('engine/status', {})).memory.rss).toBeLessThan(300 << 20);
  });

  test('prints one endless line: its beginning and end are said', async () => {
    at.write({ 'modelyard.yaml': command(`head -c 5000000 /dev/zero | tr '\\0' x; echo the end; exit 1`) });
    const { message } = await at.failure('second');
    expect(message).toMatch(/It said: x{100,200} … x{50,200}the end$/);
  });

  test('does not make what it should', async () => {
    at.write({ 'modelyard.yaml': command('echo {} > other.json', ', outs: [report.json]') });
    const error = await at.failure('second');
    expect(error).toMatchObject({
      code: 'step.failed',
      message: 'The output report.json was not made.',
      fix: 'Let the command write it, or take it out of `outs:`.',
      place: { file: 'modelyard.yaml', line: 6, key: 'pipelines.train.steps.second.outs.0' },
    });
    expect(at.marked(error.place)).toBe('report.json');
  });
});

test('an output outside the folder is refused before anything runs', async () => {
  at.write({ 'modelyard.yaml': command('echo {} > report.json', ', outs: [../report.json]') });
  const { code, error } = await at.run();
  expect(code).toBe(2);
  expect(error).toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining(
      'Item 1 of `outs` must not leave the workspace folder; here it is `../report.json`.',
    ),
  });
  expect(existsSync(path.join(at.folder, 'made.txt'))).toBe(false);
});

test('what the person reads on a terminal: the failed step, the place, the way out; no stack', async () => {
  at.write({ 'modelyard.yaml': command('exit 7') });
  const { code, stdout } = await at.text('run');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✗ Pipeline train failed in /);
  expect(stdout).toMatch(
    /^ {2}first +✓ done in .*\n {2}second +✗ `exit 7` ended with exit code 7\. .*\n {2}third +– because of second$/m,
  );
  expect(stdout).toContain(
    'error: `exit 7` ended with exit code 7.\n  at modelyard.yaml:6:7 (pipelines.train.steps.second)\n  fix: The whole output is in the step’s log.\n',
  );
  expect(stdout).not.toMatch(/\n\s+at .+\.(js|ts):\d+/);
});
