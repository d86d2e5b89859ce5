import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Random } from '../../../../engine/random';
import type { TrainingData } from '../../../../engine/training/learner';
import { forestFit } from '../../../../engine/training/trees/forest';
import { forestThreads } from '../../../../engine/training/trees/forestThreads';
import { bundles } from '../../../support/bundles';
import { temporaryFolder } from '../../../support/store';
import { listener, table } from '../models';
import { forestOptions } from '../options';

vi.setConfig({ testTimeout: 60_000 });

function made(task: TrainingData['task'], rows = 400): TrainingData {
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
const file = async (): Promise<string> => path.join(await bundles(), 'forest.js');
const options = forestOptions({ trees: 9, min_rows: 2 });

describe('a forest on threads', () => {
  test.each(['binary', 'multiclass', 'regression'] as const)(
    '%s: the same bits from one, two and three',
    async task => {
      const data = made(task);
      const alone = await forestFit()(data, options, listener());
      for (const count of task === 'binary' ? [2, 3] : [2]) {
        const done: number[] = [];
        const progress = { ...listener(), progress: (_: string, fraction = 0) => void done.push(fraction) };
        const threads = { file: await file(), count, worth: 0 };
        expect(await forestFit(threads)(data, options, progress)).toEqual(alone);
        expect(done).toEqual(Array.from({ length: 9 }, (_, i) => (i + 1) / 9));
      }
    },
  );

  test('another seed gives another forest; neighbouring seeds share no tree', async () => {
    const data = made('binary');
    const grown = async (seed: number) => (await forestFit()(data, { ...options, seed }, listener())).model.trees;
    const [first, second] = [await grown(0), await grown(1)];
    for (const tree of first) for (const other of second) expect(tree.value).not.toEqual(other.value);
  });

  test('small ones are not worth a thread', async () => {
    const broken = path.join(temporaryFolder(), 'forest.js');
    writeFileSync(broken, 'throw new Error("started")');
    const data = made('binary');
    await forestFit({ file: broken, count: 2, worth: 1e6 })(data, options, listener());
    await expect(forestFit({ file: broken, count: 2, worth: 0 })(data, options, listener())).rejects.toMatchObject({
      code: 'internal',
      message: 'A thread that grew trees has ended: started.',
    });
  });

  test('cancelling ends the threads', async () => {
    const abort = new AbortController();
    const threads = { file: await file(), count: 2, worth: 0 };
    const many = { ...options, trees: 100_000 };
    const stop = { ...listener(undefined, abort.signal), progress: () => abort.abort() };
    await expect(forestFit(threads)(made('binary'), many, stop)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(forestFit(threads)(made('binary'), many, stop)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('as many threads as the machine has, or as are wanted; none without their code', async () => {
  const folder = await bundles();
  expect(forestThreads(folder, {})!.count).toBeGreaterThanOrEqual(1);
  expect(forestThreads(folder, { MODELYARD_THREADS: '3' })).toMatchObject({ count: 3, file: await file() });
  expect(forestThreads(folder, { MODELYARD_THREADS: 'x' })).toEqual(forestThreads(folder, {}));
  expect(forestThreads(temporaryFolder(), {})).toBeUndefined();
});
