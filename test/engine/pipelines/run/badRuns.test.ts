import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { toWireError } from '../../../../engine/errors';
import { digest } from '../../../../engine/ids';
import { StepLog } from '../../../../engine/pipelines/step/stepLog';
import type { HostFiles } from '../../../../engine/store/hostFiles';
import type { DatasetConfig, StepConfig } from '../../../../engine/protocol/workspaceConfig';
import { openTestStore, quickFiles, temporaryFolder } from '../../../support/store';
import { act, command, go, never, statuses, world, type World } from '../../../support/pipelineWorld';

const noRoom = (code = 'ENOSPC'): Error =>
  Object.assign(new Error(`${code}: no space left on device, write`), { code });
const applications: DatasetConfig = { path: 'data/a.csv', format: 'csv', missing: [], expect: [] };
const datasets = { applications };

describe('a full disk', () => {
  test('when what a step has made is kept: the step fails, the rest of the run is there, and resuming goes on', async () => {
    const it = await world({
      p: {
        a: command('echo a > a.txt', { outs: ['a.txt'] }),
        b: command('echo b > b.txt', { outs: ['b.txt'], needs: ['a'] }),
        c: command('true', { needs: ['b'] }),
      },
    });
    const { objects } = it.store;
    const kept = objects.putFile.bind(objects);
    objects.putFile = async file => (path.basename(file) === 'b.txt' ? Promise.reject(noRoom()) : kept(file));
    const run = await go(it);
    expect(statuses(run)).toEqual({ a: 'succeeded', b: 'failed', c: 'skipped' });
    expect(run.error).toMatchObject({
      code: 'store.full',
      message: 'There is no room on the disk.',
      fix: 'Free some room on that disk and try again.',
      place: { key: 'pipelines.p.steps.b' },
    });
    expect(Buffer.from((await it.tracking.readArtifact(run.runId, 'a.txt')).bytes).toString()).toBe('a\n');
    objects.putFile = kept;
    const resumed = await go(it, { pipeline: 'p', resume: true });
    expect(statuses(resumed)).toEqual({ a: 'cached', b: 'succeeded', c: 'succeeded' });
  });

  test('when the run itself is written down: it ends as failed, and is written down once there is room', async () => {
    let isFull = false;
    const files: HostFiles = {
      ...quickFiles,
      write: (...all) => {
        if (isFull) throw noRoom();
        quickFiles.write(...all);
      },
    };
    const store = await openTestStore({ root: temporaryFolder(), files });
    const it = await world(
      { p: { a: act('split', {}), b: command('true', { needs: ['a'] }), c: command('true', { needs: ['b'] }) } },
      store,
      { outputsMade: async () => void (isFull = true) },
    );
    const run = await go(it);
    expect(run).toMatchObject({
      status: 'failed',
      error: { code: 'store.full', message: expect.stringMatching(/^The disk of .* is full/) },
    });
    expect(statuses(run)).toMatchObject({ b: 'skipped', c: 'skipped' });
    // nothing runs, whatever the file still says
    expect(it.service.running()).toEqual([]);
    expect(it.service.get(run.id).status).toBe('failed');
    expect(it.service.search({}).map(({ status }) => status)).toEqual(['failed']);
    isFull = false;
    const next = await world({ p: { x: command('true') } }, store);
    expect(next.service.get(run.id).status).toBe('running'); // another service reads the file alone
    await go(it, { pipeline: 'p', only: 'c' }).catch(() => undefined);
    expect(next.service.get(run.id)).toMatchObject({ status: 'failed', error: { code: 'store.full' } });
    expect(statuses(next.service.get(run.id))).toMatchObject({ b: 'skipped', c: 'skipped' });
    expect(store.check()).toMatchObject({ ok: true });
  });

  test.skipIf(process.platform !== 'linux')('a log that cannot be written ends, and nothing else does', () => {
    const log = new StepLog('/dev/full');
    log.write('first\n');
    log.write(Buffer.alloc(100_000));
    log.close();
    expect(log.size).toBe(0);
  });

  test.skipIf(process.platform === 'win32')('that a command meets is told with the way out', async () => {
    const it = await world({
      p: { a: command('true'), b: command('ulimit -f 8; head -c 5000000 /dev/zero > big', { needs: ['a'] }) },
    });
    const run = await go(it);
    expect(statuses(run)).toEqual({ a: 'succeeded', b: 'failed' });
    expect(run.error).toMatchObject({
      code: 'step.failed',
      fix: expect.stringMatching(
        /^There is no room for it on the disk: free some, .* then `modelyard run --resume` goes on from here\.$/,
      ),
    });
  });

  test.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s in the process of a step is no defect', code => {
    expect(toWireError(Object.assign(noRoom(code), { path: '/w/model.onnx' }))).toMatchObject({
      code: 'store.full',
      message: 'There is no room on the disk to write /w/model.onnx.',
    });
  });
});

describe('an input that changes while a pipeline runs', () => {
  const steps = (more: Record<string, StepConfig> = {}): Record<string, StepConfig> => ({
    check: act('validate', { dataset: 'applications', kind: 'dataset' }),
    split: act('split', { dataset: 'applications', digest: 'b'.repeat(64) }, 'check'),
    after: act('train', { kind: 'model' }, 'split'),
    ...more,
  });

  test('ends it, when it is data of which two steps would see two versions', async () => {
    const it = await world({ p: steps() }, undefined, { more: { datasets } });
    const run = await go(it);
    expect(statuses(run)).toEqual({ check: 'succeeded', split: 'failed', after: 'skipped' });
    expect(run.error).toMatchObject({
      code: 'conflict',
      message:
        'data/a.csv was changed while the pipeline ran: split has read another version of applications than check before it.',
      fix: expect.stringMatching(/^Run it again once the file is written/),
      place: { file: 'modelyard.yaml', key: 'datasets.applications.path' },
    });
    expect(existsSync(path.join(it.store.root, 'modelyard.lock'))).toBe(false);
  });

  test('does not, when a command of the pipeline writes that data', async () => {
    const made = command('true', { outs: ['data/'], needs: ['check'] });
    const it = await world({ p: steps({ made }) }, undefined, { more: { datasets } });
    writeFileSync(path.join(it.store.root, 'data'), '');
    expect(statuses(await go(it))).toMatchObject({ split: 'succeeded', after: 'succeeded' });
  });

  test('leaves what a command has made to that run alone, and its log says why', async () => {
    const cached = { cache: true, dataDigest: async () => digest('a'.repeat(64)) };
    const step = {
      ...command('cat in.txt > out.txt; echo more >> in.txt', { outs: ['out.txt'] }),
      deps: ['in.txt'],
    } as StepConfig;
    const it: World = await world({ p: { a: step } }, undefined, cached);
    writeFileSync(path.join(it.store.root, 'in.txt'), 'first\n');
    const run = await go(it);
    expect(run.status).toBe('succeeded');
    expect(readFileSync(path.join(it.store.root, 'out.txt'), 'utf8')).toBe('first\n');
    expect(it.service.log(run.id, 'a', { offset: 0, limit: 1000 }).text).toBe(
      'While it ran: in.txt has changed. No later run takes what it has made.\n',
    );
    expect((await it.service.plan({ pipeline: 'p' }, never)).steps[0]).toMatchObject({ decision: 'runs' });
  });
});
