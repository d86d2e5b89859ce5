import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseStat, processTable, sum } from '../../../../engine/pipelines/resources/processTable';
import { together } from '../../../../engine/pipelines/resources/stepResources';
import { watchProcesses } from '../../../../engine/pipelines/resources/watchProcesses';
import { temporaryFolder } from '../../../support/store';

test('a name with blanks and brackets does not shift the fields of a process', () => {
  const line = '77 (my (odd) name) S 12 70 70 0 -1 4194304 1 2 3 4 10 20 300 40 20 0 1 0 1146416 100 31506 0';
  expect(parseStat(line)).toEqual({ parent: 12, group: 70, cpu: 3700 });
  expect(parseStat('77 (x) S 12')).toBeUndefined();
});

/** A /proc of processes: `pid: [parent, group, ticks, kB now, kB at most, bytes written]`. */
function procFolder(
  processes: Readonly<Record<number, readonly [number, number, number, number, number, number]>>,
): string {
  const folder = temporaryFolder();
  for (const [pid, [parent, group, ticks, now, most, written]] of Object.entries(processes)) {
    const own = path.join(folder, pid);
    mkdirSync(own);
    writeFileSync(
      path.join(own, 'stat'),
      `${pid} (sh) S ${parent} ${group} 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 1 1 1`,
    );
    writeFileSync(path.join(own, 'status'), `Name:\tsh\nVmHWM:\t   ${most} kB\nVmRSS:\t   ${now} kB\n`);
    writeFileSync(path.join(own, 'io'), `wchar: 5\nwrite_bytes: ${written}\ncancelled_write_bytes: 1\n`);
  }
  mkdirSync(path.join(folder, 'self'));
  return folder;
}

test('what belongs to a command: its group, and what has left the group but hangs on it', () => {
  const folder = procFolder({
    50: [1, 50, 1, 1, 1, 1],
    100: [50, 100, 10, 1000, 1500, 4096],
    101: [100, 100, 20, 2000, 9000, 8192],
    102: [101, 102, 5, 500, 500, 0],
    103: [1, 100, 5, 500, 500, 0],
    104: [50, 104, 999, 999, 999, 999],
  });
  const found = processTable(100, folder);
  expect(found.map(({ pid }) => pid)).toEqual([100, 101, 102, 103]);
  expect(sum(found)).toEqual({ cpu: 400, memory: 9000 * 1024, written: 12288 });
  expect(sum(found.filter(({ pid }) => pid !== 101)).memory).toBe(2000 * 1024);
});

test('parts of a step add up, but for memory', () => {
  const first = together(undefined, { cpu: 1, memory: 10, written: 5, isSampled: false });
  expect(together(first, { cpu: 2, memory: 7, isSampled: true })).toEqual({ cpu: 3, memory: 10, written: 5, isSampled: true }); // prettier-ignore
});

test.skipIf(process.platform !== 'linux')(
  'a command is measured with all that it starts, also with what has ended already',
  async () => {
    const folder = temporaryFolder();
    writeFileSync(
      path.join(folder, 'work.js'),
      `let x = 0;
      while (process.cpuUsage().user < 120_000) for (let i = 0; i < 1e6; i++) x += i;
      const held = Buffer.alloc(60e6, 1);
      require('fs').writeFileSync('made', held.subarray(0, 3e6));`,
    );
    const child = spawn(`${JSON.stringify(process.execPath)} work.js; sleep 0.3; : done`, {
      shell: true,
      cwd: folder,
      detached: true,
      stdio: 'ignore',
    });
    const watch = watchProcesses(child.pid ?? 0);
    await once(child, 'exit');
    const used = watch.end();
    expect(used?.isSampled).toBe(true);
    expect(used?.cpu).toBeGreaterThanOrEqual(120);
    expect(used?.memory).toBeGreaterThan(30e6); // node alone
    const isOnDisk = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .every(line => !line.includes(' /tmp ') || !line.includes(' tmpfs '));
    if (isOnDisk) expect(used?.written).toBeGreaterThanOrEqual(3e6);
  },
);
