import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { Random } from '../../../../engine/random';
import type { TrainingData } from '../../../../engine/training/learner';
import { boostedTreesFit, fitBoostedTrees } from '../../../../engine/training/trees/boostedTrees';
import { boostingThreads } from '../../../../engine/training/trees/boostingThreads';
import { bundles } from '../../../support/bundles';
import { temporaryFolder } from '../../../support/store';
import { listener, table } from '../models';
import { boostedOptions } from '../options';

vi.setConfig({ testTimeout: 60_000 });

/** More rows than three blocks, so that threads share a stretch; the last block is not whole. */
function made(task: TrainingData['task'], rows = 7000): TrainingData {
  const random = new Random(5);
  const values = Array.from({ length: rows }, () => [
    ...[random.normal(), random.uniform() < 0.1 ? NaN : random.normal(), random.normal()],
    random.below(9),
  ]);
  const scores = values.map(([a = 0, b = 0, c = 0, d = 0]) => a * c + (Number.isNaN(b) ? 1 : b) + (d % 2) * 2);
  const y = scores.map(score =>
    task === 'regression' ? score : task === 'binary' ? Number(score > 1) : score > 2 ? 2 : Number(score > 0),
  );
  return { ...table(task, values, y), categorical: [false, false, false, true] };
}
const file = async (): Promise<string> => path.join(await bundles(), 'boosting.js');
const options = boostedOptions({ trees: 12, row_sample: 0.9, column_sample: 0.8, class_weight: 'balanced' });

describe('boosted trees on threads', () => {
  test.each(['binary', 'multiclass', 'regression'] as const)('%s: the same bits from one, two and four', async task => {
    const data = made(task);
    const alone = await fitBoostedTrees(data, options, listener());
    for (const count of [2, 4])
      expect(await boostedTreesFit({ file: await file(), count, worth: 0 })(data, options, listener())).toEqual(alone);
  });

  test('others do take part: a thread that does its blocks wrongly is seen', async () => {
    const data = made('binary');
    const folder = temporaryFolder();
    // takes blocks as the real one does, and leaves them undone
    const idle = path.join(folder, 'boosting.js');
    writeFileSync(
      idle,
      `const { workerData: { calls } } = require('node:worker_threads');
       const shared = new Int32Array(calls);
       let call = 0;
       for (;;) {
         Atomics.wait(shared, 0, call);
         call = Atomics.load(shared, 0);
         Atomics.add(shared, 2, 1);
         if (Atomics.load(shared, 1) === 1) Atomics.add(shared, 3, 1);
         if (Atomics.sub(shared, 2, 1) === 1) Atomics.notify(shared, 2);
       }`,
    );
    let isSeen = false;
    // it may take a while until the thread is there
    for (let trees = 50; !isSeen && trees < 10_000; trees *= 3) {
      const many = { ...options, trees, leaves: 4 };
      const alone = await fitBoostedTrees(data, many, listener());
      const spoilt = await boostedTreesFit({ file: idle, count: 2, worth: 0 })(data, many, listener());
      isSeen = !isDeepStrictEqual(spoilt.model.trees, alone.model.trees);
    }
    expect(isSeen).toBe(true);
  });

  test('small data is not worth a thread; one that ends early fails the fit', async () => {
    const broken = path.join(temporaryFolder(), 'boosting.js');
    writeFileSync(broken, 'throw new Error("started")');
    const data = made('binary', 600);
    await boostedTreesFit({ file: broken, count: 2, worth: 1e9 })(data, options, listener());
    const long = { ...options, trees: 5000, validation: 0 };
    await expect(boostedTreesFit({ file: broken, count: 2, worth: 0 })(data, long, listener())).rejects.toMatchObject({
      code: 'internal',
      message: 'A thread that grew trees has ended: started.',
    });
  });

  test('cancelling ends the threads', async () => {
    const abort = new AbortController();
    const stop = { ...listener(undefined, abort.signal), progress: () => abort.abort() };
    const threads = { file: await file(), count: 2, worth: 0 };
    await expect(boostedTreesFit(threads)(made('binary'), options, stop)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('there are threads where their code is', async () => {
  expect(boostingThreads(await bundles(), { MODELYARD_THREADS: '3' })).toMatchObject({ count: 3, file: await file() });
  expect(boostingThreads(temporaryFolder(), {})).toBeUndefined();
});
