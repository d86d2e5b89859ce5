import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { NewFile } from '../../../../engine/data/write/newFile';
import { PushLog } from '../../../../engine/features/online/pushLog';
import { openTestStore } from '../../../support/store';

/** Bytes that the disk takes at one time; 0: none any more. */
const disk = vi.hoisted(() => ({ takes: Infinity }));

/** A disk that is nearly full takes a part of what it is given, and says only how much. */
vi.mock('node:fs/promises', async original => {
  const fs = await original<typeof import('node:fs/promises')>();
  const partly = (handle: FileHandle): FileHandle => {
    const write = handle.write.bind(handle);
    const part = async (bytes: Uint8Array, from: number, length: number, at: number | null = null) => {
      const takes = Math.min(length, disk.takes);
      if (takes === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return write(bytes, from, takes, at);
    };
    return Object.assign(handle, {
      write: part,
      writev: (all: readonly Uint8Array[]) => {
        const bytes = Buffer.concat(all);
        return part(bytes, 0, bytes.length);
      },
      async writeFile(bytes: Uint8Array) {
        for (let at = 0; at < bytes.length;) at += (await part(bytes, at, bytes.length - at)).bytesWritten;
      },
    });
  };
  return { ...fs, open: async (file: string, flags: string) => partly(await fs.open(file, flags)) };
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'modelyard-new-file-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const lines = (name: string) => ({ lines: [JSON.stringify({ name, text: 'x'.repeat(50) })], newest: 1 });

it('writes all of a file to a disk that takes a part at a time, and nothing to one that is full', async () => {
  const file = path.join(await newFolder(), 'set.csv');
  const bytes = Buffer.from('a,b\n1,2\n3,4\n');
  const write = async (to: NewFile): Promise<void> => {
    await to.append(bytes.subarray(0, 4));
    await to.append(bytes.subarray(4));
  };
  disk.takes = 5;
  await expect(NewFile.write(file, write)).resolves.toMatchObject({ bytes: bytes.length });
  expect(readFileSync(file)).toEqual(bytes);
  disk.takes = 0;
  await expect(NewFile.write(file, write)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(readFileSync(file)).toEqual(bytes);
  expect(await readdir(path.dirname(file))).toEqual(['set.csv']);
});

it('keeps all of the rows that are pushed on a disk that takes a part at a time', async () => {
  const folder = await newFolder();
  const log = new PushLog((await openTestStore()).db, folder);
  const also = (_first: number, count: () => void): Promise<void> => Promise.resolve(count());
  disk.takes = 7;
  await log.append('loans', lines('first'), also);
  await log.append('loans', lines('second'), also);
  const expected = [...lines('first').lines, ...lines('second').lines, ''].join('\n');
  expect(readFileSync(log.file('loans')!.path, 'utf8')).toBe(expected);
  disk.takes = 0;
  await expect(log.append('loans', lines('third'), also)).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(log.file('loans')!.bytes).toBe(expected.length);
});

it.runIf(process.platform === 'linux')('says of a folder that nobody may write to what can be done', async () => {
  await expect(NewFile.write('/sys/set.csv', async () => undefined)).rejects.toMatchObject({
    code: 'store.readonly',
    message: '/sys/set.csv cannot be written: its folder lets nobody write there.',
  });
});
