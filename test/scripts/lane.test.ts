import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/checkout.mjs';
import { runLane } from '../../scripts/lane.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'my-lane-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = (code: string): string[] => [process.execPath, '-e', code];
const writeCounts = (counts: unknown): string =>
  `require('fs').writeFileSync(process.env.MODELYARD_COUNTS, ${JSON.stringify(JSON.stringify(counts))});`;
const counts = path.relative(root, path.join(folder, 'counts.json'));

describe('a lane without a count', () => {
  test('is one test: passed', async () => {
    const lane = await runLane({ name: 'a', commands: [node('console.log("said")'), node('')] }, {});
    expect(lane).toMatchObject({ ok: true, passed: 1, failed: 0, output: 'said\n' });
  });

  test.skipIf(process.platform === 'win32')('gives way to those beside it when it is patient', async () => {
    const priority = node('process.stdout.write(String(os.getPriority()))');
    expect(await runLane({ name: 'a', commands: [priority] }, {})).toMatchObject({ output: String(os.getPriority()) });
    const patient = await runLane({ name: 'a', commands: [priority], isPatient: true }, {});
    expect(patient).toMatchObject({ output: String(os.constants.priority.PRIORITY_LOW) });
  });

  test('is one test: failed, and what comes after the failure is not run', async () => {
    const commands = [node('console.error("why"); process.exit(3)'), node('console.log("never")')];
    expect(await runLane({ name: 'a', commands }, {})).toMatchObject({
      ok: false,
      passed: 0,
      failed: 1,
      output: 'why\n',
    });
  });

  test('fails when its program does not exist', async () => {
    const lane = await runLane({ name: 'a', commands: [['./no-such-program']] }, {});
    expect(lane).toMatchObject({ ok: false, failed: 1 });
    expect(lane.output).toContain('no-such-program');
  });
});

describe('a lane that counts', () => {
  const run = (code: string) => runLane({ name: 'a', commands: [node(code)], counts }, {});

  test('gives its counts', async () => {
    const skipped = [{ test: 't', reason: 'r' }];
    const lane = await run(writeCounts({ passed: 5, failed: 0, skipped }));
    expect(lane).toMatchObject({ ok: true, passed: 5, failed: 0, skipped });
  });

  test('gives its failures', async () => {
    const lane = await run(`${writeCounts({ passed: 5, failed: 2, skipped: [] })} process.exit(1)`);
    expect(lane).toMatchObject({ ok: false, passed: 5, failed: 2 });
  });

  test('has failed when it crashed after counting no failure', async () => {
    const lane = await run(
      `${writeCounts({ passed: 5, failed: 0, skipped: [] })} process.kill(process.pid, 'SIGKILL')`,
    );
    expect(lane).toMatchObject({ ok: false, passed: 5, failed: 1 });
    expect(lane.output).toContain('ended by SIGKILL');
  });

  test('has failed when it ran no test, or never got to count', async () => {
    expect(await run(writeCounts({ passed: 0, failed: 0, skipped: [] }))).toMatchObject({ ok: false, failed: 1 });
    expect(await run('')).toMatchObject({ ok: false, failed: 1 });
  });

  test('does not take the counts of an earlier run', async () => {
    writeFileSync(path.join(root, counts), JSON.stringify({ passed: 9, failed: 0, skipped: [] }));
    expect(await run('process.exit(1)')).toMatchObject({ ok: false, passed: 0, failed: 1 });
  });
});
