import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runId } from '../../../../engine/ids';
import { runCommand } from '../../../../engine/pipelines/step/command';
import { stepMarks } from '../../../../engine/pipelines/processes/markedProcesses';
import { StepLog } from '../../../../engine/pipelines/step/stepLog';
import { isRunning } from '../../../support/processes';

let folder = '';
let log: StepLog;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelyard-command-'));
  log = new StepLog(path.join(folder, 'log'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines: string[] = [];
const run = (command: string, signal = new AbortController().signal) =>
  runCommand(
    {
      command,
      cwd: folder,
      env: { GREETING: 'hello', HOME: undefined },
      secrets: ['the-secret-token'],
      marks: stepMarks(runId(path.basename(folder)), 'step'),
      log,
      onOutput: line => lines.push(line),
    },
    signal,
  );
const logText = (): string => {
  log.close();
  return readFileSync(log.path, 'utf8');
};
test('output of both kinds goes to the log, the environment is added', async () => {
  await run('echo $GREETING; echo oh >&2');
  expect(logText()).toBe('hello\noh\n');
  expect(lines).toContain('oh');
});

test('what is undefined is taken out of the environment', async () => {
  await run('echo "<${HOME-none}>"');
  expect(logText()).toBe('<none>\n');
});

test('secrets are shown nowhere: not in the log, the last line or the error', async () => {
  const said = 'printf "x=the-sec"; sleep 0.2; printf "ret-token the-sec"; echo the-secret-token >&2; exit 1';
  const error: unknown = await run(said).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'step.failed', message: expect.stringContaining('[redacted]') });
  const text = logText();
  expect(text).toContain('x=[redacted]');
  expect(text).toContain('the-sec'); // it was none in the end
  expect(text).not.toContain('the-secret-token');
  expect(lines.join()).not.toContain('ret-token');
});

test('a failing command is an error with its exit code and last lines', async () => {
  await expect(run('for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 3')).rejects.toMatchObject({
    code: 'step.failed',
    message: expect.stringMatching(/ended with exit code 3\. It said: line 3 ⏎ line 4 ⏎ line 5 ⏎ line 6 ⏎ line 7/),
  });
});

test('a command that does not exist', async () => {
  await expect(run('no-such-command-here')).rejects.toMatchObject({
    code: 'step.failed',
    message: expect.stringMatching(/127.*not found/),
  });
});

test('a hanging command ends when it is cancelled, with its children', async () => {
  const abort = new AbortController();
  const mark = `modelyard-test-${Date.now()}`;
  const started = Date.now();
  const running = run(`sh -c 'sleep 300; : ${mark}' & sh -c 'trap "" TERM; sleep 300; : ${mark}'; wait`, abort.signal);
  await expect.poll(() => isRunning(mark)).toBe(true);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(Date.now() - started).toBeLessThan(10_000);
  await expect.poll(() => isRunning(mark)).toBe(false);
});

test('what a command leaves running is ended with it, and does not hold the step up', async () => {
  const mark = `modelyard-left-${Date.now()}`;
  const started = Date.now();
  await run(`sh -c 'sleep 300; : ${mark}' & echo done`);
  expect(Date.now() - started).toBeLessThan(5000);
  await expect.poll(() => isRunning(mark)).toBe(false);
});

/** Starts something that is neither in the group of the command nor its child any more. */
const escaped = (mark: string): string =>
  `(setsid sh -c 'echo > escaped; sleep 300; : ${mark}' &); while [ ! -e escaped ]; do sleep 0.01; done`;

test.skipIf(process.platform !== 'linux')(
  'what has left the group of a command is gone when the step has ended',
  async () => {
    const mark = `modelyard-escaped-${Date.now()}`;
    await run(escaped(mark));
    expect(isRunning(mark)).toBe(false);
  },
);

test.skipIf(process.platform !== 'linux')('and when it has been cancelled', async () => {
  const abort = new AbortController();
  const mark = `modelyard-escaped-${Date.now()}`;
  const running = run(`${escaped(mark)}; sleep 300`, abort.signal);
  await expect.poll(() => existsSync(path.join(folder, 'escaped'))).toBe(true);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(isRunning(mark)).toBe(false);
});

test('100 MB of output is taken without being kept', async () => {
  await run('head -c 100000000 /dev/zero | tr "\\0" "x"; echo; echo end');
  const text = logText();
  expect(text.length).toBeLessThan(10 * 1024 * 1024);
  expect(text.endsWith('end\n')).toBe(true);
});
