import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseGpu, readGpus } from '../../../../engine/tracking/system/gpus';
import { utilization } from '../../../../engine/tracking/system/processors';
import type { PointInput } from '../../../../engine/tracking/records';
import { watchSystem } from '../../../../engine/tracking/system/systemMetrics';
import { SystemSampler } from '../../../../engine/tracking/system/systemSampler';

test('the use of processors is the busy share of the time between two looks', () => {
  expect(utilization({ busy: 100, idle: 900 }, { busy: 175, idle: 925 })).toBe(75);
  expect(utilization({ busy: 5, idle: 5 }, { busy: 5, idle: 5 })).toBe(0);
});

test.each([
  ['37, 1024, 16384, 61.20', { utilization: 37, memoryUsed: 1024, memoryTotal: 16384, power: 61.2 }],
  ['0, 3, 11019, [N/A]', { utilization: 0, memoryUsed: 3, memoryTotal: 11019 }],
  ['', undefined],
  ['No devices were found', undefined],
])('a card’s line %j', (line, expected) => expect(parseGpu(line)).toEqual(expected));

test('cards are asked for with the command; where there is none, there are none', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'modelyard-gpu-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const command = path.join(folder, 'nvidia-smi');
  writeFileSync(command, '#!/bin/sh\necho "10, 1, 2, 3"\necho "20, 4, 5, 6"\n');
  chmodSync(command, 0o755);
  expect((await readGpus(command))?.map(({ utilization: share }) => share)).toEqual([10, 20]);
  expect(await readGpus(path.join(folder, 'nothing'))).toBeUndefined();
});

test('a sample of this machine has plausible numbers under MLflow’s names', async () => {
  const sampler = new SystemSampler(tmpdir());
  await sampler.sample();
  const sample = await sampler.sample();
  for (const what of ['cpu_utilization', 'system_memory_usage', 'disk_usage'])
    expect(sample[`system/${what}_percentage`]).toSatisfy((share: number) => share >= 0 && share <= 100, what);
  expect(sample['system/disk_available_megabytes']).toBeGreaterThan(0);
  expect(sample['system/network_receive_megabytes']).toBeGreaterThanOrEqual(0);
});

test('a run is looked at again and again, with steps that count up, until the end', async () => {
  const logged: (readonly PointInput[])[] = [];
  const sample = () => Promise.resolve({ 'system/x': logged.length });
  const watch = watchSystem({ folder: '.', interval: 5, sample, log: points => void logged.push(points) });
  await expect.poll(() => logged.length).toBeGreaterThan(2);
  watch.end();
  const seen = logged.length;
  await new Promise(resolve => setTimeout(resolve, 40));
  expect(logged).toHaveLength(seen);
  expect(logged.flat().map(({ step }) => step)).toEqual(logged.map((_, index) => index));
});

test('what is seen after the end is not logged', async () => {
  let give: (sample: Record<string, number>) => void = () => undefined;
  const logged: unknown[] = [];
  const sample = () => new Promise<Record<string, number>>(resolve => (give = resolve));
  const watch = watchSystem({ folder: '.', interval: 1, sample, log: points => void logged.push(points) });
  await new Promise(resolve => setTimeout(resolve, 30));
  watch.end();
  give({ 'system/x': 1 });
  await new Promise(resolve => setTimeout(resolve, 10));
  expect(logged).toEqual([]);
});
