import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { digest } from '../../../../engine/ids';
import type { Handover } from '../../../../engine/pipelines/outputs/handover';
import { readHandovers, writeHandover } from '../../../../engine/pipelines/outputs/handover';
import { openTestStore, temporaryFolder } from '../../../support/store';

const stores = async () => {
  const [here, there] = await Promise.all([0, 1].map(() => openTestStore({ root: temporaryFolder() })));
  return { here: here!.objects, there: there!.objects };
};
let objects: Awaited<ReturnType<typeof stores>>;
let folder: string;
let handover: Handover;

beforeEach(async () => {
  objects = await stores();
  const files = temporaryFolder();
  writeFileSync(path.join(files, 'a'), 'split of 3 rows');
  const stored = await objects.here.putFile(path.join(files, 'a'));
  folder = path.join(temporaryFolder(), 'made');
  handover = {
    pipeline: 'train',
    step: 'split',
    configDigest: digest('c'.repeat(64)),
    result: {
      params: { test: 0.3, none: null },
      metrics: { auc: 0.79, loss: Number.NaN },
      tags: { a: 'b' },
      inputs: [{ dataset: 'people', digest: digest('d'.repeat(64)), context: 'training' }],
      summary: '3 rows',
    },
    outputs: [{ kind: 'split', path: 'out', artifactPath: 'split', files: [{ path: 'rows.csv', ...stored }] }],
  };
  await writeHandover(folder, handover, objects.here);
});

test('what one step leaves in a folder another machine has word for word', async () => {
  const moved = path.join(temporaryFolder(), 'workflow', 'deep', 'split');
  cpSync(folder, moved, { recursive: true });
  const found = await readHandovers([path.resolve(moved, '../..')], objects.there);
  expect([...found]).toEqual([['split', handover]]);
  const [file] = handover.outputs[0]!.files;
  expect(readFileSync(objects.there.path(file!.digest), 'utf8')).toBe('split of 3 rows');
});

test('a folder that holds something is left alone', async () => {
  await expect(writeHandover(folder, handover, objects.here)).rejects.toMatchObject({ code: 'conflict' });
});

const spoil = (change: (note: string) => string): void => {
  const note = path.join(folder, 'handover.json');
  writeFileSync(note, change(readFileSync(note, 'utf8')));
};

test('a file that was changed or lost on its way is refused, and so is a note that is torn or newer', async () => {
  const [name] = readdirSync(path.join(folder, 'files'));
  const file = path.join(folder, 'files', name!);
  const reading = (): Promise<unknown> => readHandovers([folder], objects.there);
  writeFileSync(file, 'split of 4 rows');
  await expect(reading()).rejects.toMatchObject({ code: 'data.unreadable', message: expect.stringMatching(/changed/) });
  rmSync(file);
  await expect(reading()).rejects.toMatchObject({ code: 'data.unreadable', message: expect.stringMatching(/step split/) }); // prettier-ignore
  const whole = readFileSync(path.join(folder, 'handover.json'), 'utf8');
  for (const torn of [whole.slice(0, 100), whole.replace('"format": 1', '"format": 2')]) {
    spoil(() => torn);
    await expect(reading()).rejects.toMatchObject({ code: 'data.unreadable' });
  }
});

test('a note that names a path outside is refused before anything is taken', async () => {
  for (const [from, to] of [
    ['"path": "out"', '"path": "../out"'],
    ['"path": "rows.csv"', '"path": "../../x"'],
  ] as const) {
    const whole = readFileSync(path.join(folder, 'handover.json'), 'utf8');
    spoil(note => note.replace(from, to));
    await expect(readHandovers([folder], objects.there)).rejects.toMatchObject({ message: expect.stringMatching(/leaves its folder/) }); // prettier-ignore
    spoil(() => whole);
  }
});

test('a folder without a handover is named', async () => {
  const empty = temporaryFolder();
  mkdirSync(path.join(empty, 'x'));
  await expect(readHandovers([empty], objects.there)).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(empty) }); // prettier-ignore
});
