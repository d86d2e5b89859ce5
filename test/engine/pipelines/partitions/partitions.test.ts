import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ConfigService } from '../../../../engine/config/service';
import type { ProgressReport } from '../../../../engine/protocol/progress';
import type { BackfillRequest } from '../../../../engine/protocol/partitions';
import { openTestStore, temporaryFolder } from '../../../support/store';
import { go, never, statuses, world, type World } from '../../../support/pipelineWorld';

/** A folder with this modelyard.yaml, which is read anew each time. */
async function folder(text: string, clock = '2024-01-06T12:00:00Z') {
  const root = temporaryFolder();
  const write = (now: string): void => writeFileSync(path.join(root, 'modelyard.yaml'), now);
  write(text);
  const config = new ConfigService({ root, configFile: 'modelyard.yaml', columns: () => Promise.resolve([]) });
  const time = { now: Date.parse(clock) };
  const it = await world({}, await openTestStore({ root }), {
    config: async given => ({ ...(await config.load(given)), file: 'modelyard.yaml' }),
    now: () => time.now,
  });
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
  return { it, write, read, time, root };
}

const daily = (
  run = 'echo ${{ partition.start }} ${{ partition.end }} > ${{ partition }}.txt',
  more = '',
): string => `name: x
pipelines:
  p:
    partitions: {every: day, start: 2024-01-01}
${more}    steps:
      a: {run: "${run}", outs: "\${{ partition }}.txt"}
      b: {run: "true", needs: a}
`;
const states = async ({ service }: World): Promise<string> =>
  (await service.partitions.list({ pipeline: 'p' })).partitions.map(({ status }) => status).join(' ');
const fill = (
  { service }: World,
  request: Partial<BackfillRequest> = {},
  onProgress: (report: ProgressReport) => void = () => undefined,
) => service.partitions.backfill({ pipeline: 'p', ...request }, onProgress, never);

test('a run is for the newest partition that is over, or for the one that is named', async () => {
  const { it, read, time } = await folder(daily());
  const run = await go(it);
  expect(run).toMatchObject({ status: 'succeeded', partition: '2024-01-05' });
  expect(read('2024-01-05.txt')).toBe('2024-01-05 2024-01-06\n');
  expect(it.tracking.getRun(run.runId).tags).toMatchObject({ 'modelyard.partition': '2024-01-05' });
  expect(it.service.get(run.id)).toMatchObject({ partition: '2024-01-05' });
  const named = await go(it, { pipeline: 'p', partition: '2024-01-02' });
  expect(named.partition).toBe('2024-01-02');
  expect(read('2024-01-02.txt')).toBe('2024-01-02 2024-01-03\n');
  // what stands in modelyard.lock is of the newest
  expect(read('modelyard.lock')).toContain('2024-01-05.txt');
  expect(read('modelyard.lock')).not.toContain('2024-01-02.txt');
  expect(await states(it)).toBe('missing succeeded missing missing succeeded');
  time.now += 86_400_000;
  expect((await go(it)).partition).toBe('2024-01-06');
  expect(it.service.search({ pipeline: 'p', partition: '2024-01-02' }).map(({ id }) => id)).toEqual([named.id]);
});

test.each([
  ['2024-01-06', 'The partition 2024-01-06 of p is not over before 2024-01-07T00:00:00Z.', 'The newest is 2024-01-05.'],
  [
    '2023-12-31',
    'Pipeline p has no partition 2023-12-31.',
    'They begin on 2024-01-01, one a day: name it by a day, such as 2024-01-05.',
  ],
])('%s is refused with a sentence', async (partition, message, fix) => {
  const { it } = await folder(daily());
  await expect(go(it, { pipeline: 'p', partition })).rejects.toMatchObject({ code: 'params.invalid', message, fix });
});

test('of a list one is named, and a pipeline without partitions has none', async () => {
  const { it } = await folder(
    daily()
      .replace('{every: day, start: 2024-01-01}', '[eu, us]')
      .replace(/ \$\{\{ partition\.\w+ \}\}/g, ''),
  );
  await expect(go(it)).rejects.toMatchObject({
    message: 'Pipeline p is run for one partition at a time, and none was named.',
  });
  expect((await go(it, { pipeline: 'p', partition: 'us' })).partition).toBe('us');
  expect(await states(it)).toBe('missing succeeded');
  const plain = await folder('name: x\npipelines: {p: {steps: {a: {run: "true"}}}}\n');
  await expect(go(plain.it, { pipeline: 'p', partition: 'us' })).rejects.toMatchObject({
    message: 'Pipeline p has no partitions, so there is no us.',
  });
  await expect(plain.it.service.partitions.list({ pipeline: 'p' })).rejects.toMatchObject({ code: 'params.invalid' });
});

test('a back-fill runs what is missing or failed, in order, and says how it goes', async () => {
  const { it, write } = await folder(daily('test ${{ partition }} != 2024-01-03 && touch ${{ partition }}.txt'));
  await go(it, { pipeline: 'p', partition: '2024-01-02' });
  const said: string[] = [];
  const first = await fill(it, {}, ({ backfill }) => {
    if (backfill)
      said.push(
        `${backfill.last.partition} ${backfill.last.status} ${backfill.done}/${backfill.total} ${backfill.failed}`,
      );
  });
  expect(first.skipped).toBe(1);
  expect(first.partitions.map(({ partition, status }) => `${partition} ${status}`)).toEqual([
    '2024-01-01 succeeded',
    '2024-01-03 failed',
    '2024-01-04 succeeded',
    '2024-01-05 succeeded',
  ]);
  expect(first.partitions[1]?.error?.message).toContain('ended with exit code 1');
  expect(said.slice(0, 4)).toEqual([
    '2024-01-01 running 0/4 0',
    '2024-01-01 succeeded 1/4 0',
    '2024-01-03 running 1/4 0',
    '2024-01-03 failed 2/4 1',
  ]);
  expect(await states(it)).toBe('succeeded succeeded failed succeeded succeeded');
  // only what failed runs again; what the pipeline is has changed, so that the others are outdated
  write(daily('touch ${{ partition }}.txt'));
  expect(await states(it)).toBe('outdated outdated failed outdated outdated');
  expect((await fill(it)).partitions.map(({ partition }) => partition)).toEqual(['2024-01-03']);
  const rest = await fill(it, { outdated: true, from: '2024-01-02', to: '2024-01-04' });
  expect(rest.partitions.map(({ partition }) => partition)).toEqual(['2024-01-02', '2024-01-04']);
  expect(await it.service.partitions.list({ pipeline: 'p', limit: 2 })).toMatchObject({
    every: 'day',
    timezone: 'UTC',
    counts: { succeeded: 3, outdated: 2, missing: 0, failed: 0, running: 0 },
    partitions: [
      { partition: '2024-01-04', status: 'succeeded' },
      { partition: '2024-01-05', status: 'outdated' },
    ],
  });
  expect((await fill(it, { all: true, from: '2024-01-05' })).partitions).toMatchObject([{ status: 'succeeded' }]);
  await expect(fill(it, { from: '2024-01-03', to: '2024-01-01' })).rejects.toMatchObject({
    message: 'The partition 2024-01-01 comes before 2024-01-03.',
  });
});

test('code that commands read counts, a part of the steps does not', async () => {
  const { it, root } = await folder(
    daily('touch ${{ partition }}.txt').replace('outs:', 'deps: [code.py, "data/${{ partition }}.csv"], outs:'),
  );
  writeFileSync(path.join(root, 'code.py'), '1');
  await fill(it, { from: '2024-01-05' });
  expect(await states(it)).toBe('missing missing missing missing succeeded');
  writeFileSync(path.join(root, 'code.py'), 'other');
  expect(await states(it)).toBe('missing missing missing missing outdated');
  // what a single step is run on is of the same partition
  const early = await go(it, { pipeline: 'p', only: 'b', partition: '2024-01-04' });
  expect(early.error?.message).toBe('Step b needs the result of a, which has not succeeded yet.');
  expect((await go(it, { pipeline: 'p', only: 'a', partition: '2024-01-04' })).status).toBe('succeeded');
  expect((await go(it, { pipeline: 'p', only: 'b', partition: '2024-01-04' })).status).toBe('succeeded');
  expect(await states(it)).toBe('missing missing missing missing outdated');
});

test('some run at a time; cancelling ends them and begins no more', async () => {
  const { it } = await folder(daily('sleep 30; touch ${{ partition }}.txt'));
  const abort = new AbortController();
  let begun = 0;
  let most = 0;
  const filled = await it.service.partitions.backfill(
    { pipeline: 'p', parallel: 2 },
    ({ backfill }) => {
      most = Math.max(most, it.service.running().length);
      if (backfill?.last.status === 'running' && ++begun === 2) setTimeout(() => abort.abort(), 500);
    },
    abort.signal,
  );
  expect(most).toBeLessThanOrEqual(2);
  expect(filled.partitions.map(({ status }) => status)).toEqual([
    'cancelled',
    'cancelled',
    'waiting',
    'waiting',
    'waiting',
  ]);
  expect(it.service.search({ pipeline: 'p' }).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  expect(await states(it)).toBe('missing missing missing missing missing');
});

test('several at a time may not write one file', async () => {
  const { it } = await folder(daily().replace('outs: "${{ partition }}.txt"', 'outs: all.txt'));
  await expect(fill(it, { parallel: 2 })).rejects.toMatchObject({
    message: 'Every partition of p writes all.txt, so that they cannot run at the same time.',
    fix: 'Put `${{ partition }}` into the path, or run them one at a time.',
  });
});

test('a config that cannot be read any more ends a back-fill', async () => {
  const { it, write } = await folder(daily('touch ${{ partition }}.txt'));
  const filling = fill(it, {}, ({ backfill }) => {
    if (backfill?.done === 1) write('name: [');
  });
  await expect(filling).rejects.toMatchObject({ code: 'config.invalid' });
  expect(it.service.search({ pipeline: 'p' })).toHaveLength(1);
});

test('a plan is of the partition, and knows what has changed since its own last run', async () => {
  const text = daily('touch ${{ partition }}.txt').replace('outs:', 'deps: [], outs:');
  const { it, write } = await folder(text);
  await go(it, { pipeline: 'p', partition: '2024-01-02' });
  const plan = async (partition: string) => (await it.service.plan({ pipeline: 'p', partition }, never)).steps[0];
  expect(await plan('2024-01-02')).toMatchObject({ decision: 'cached' });
  expect(await plan('2024-01-03')).toMatchObject({ decision: 'runs', reason: 'no earlier run' });
  expect(statuses(await go(it, { pipeline: 'p', partition: '2024-01-02' }))).toMatchObject({ a: 'cached' });
  write(text.replace('touch', 'touch  '));
  expect(await plan('2024-01-02')).toMatchObject({ decision: 'runs', reason: 'the command has changed' });
});

test('two back-fills at a time run each partition once', async () => {
  const { it, read } = await folder(daily('sleep 0.2; echo ${{ partition }} >> made.txt; touch ${{ partition }}.txt'));
  const both = [fill(it), fill(it, { parallel: 2 })];
  const [first, second] = await Promise.all(both);
  const made = [...first!.partitions, ...second!.partitions];
  expect(made.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'succeeded'));
  expect(first!.skipped + second!.skipped).toBe(5);
  expect(read('made.txt').trim().split('\n').sort()).toEqual(made.map(({ partition }) => partition).sort());
});
