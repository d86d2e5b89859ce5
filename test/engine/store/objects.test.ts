import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { digest } from '../../../engine/ids';
import { ObjectStore } from '../../../engine/store/objects';
import { quickFiles, temporaryFolder } from '../../support/store';

const make = (): ObjectStore => new ObjectStore(path.join(temporaryFolder(), 'objects'), quickFiles);
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
/** Every file below the folder, relative. */
const files = (store: ObjectStore): string[] =>
  readdirSync(store.folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(store.folder, path.join(entry.parentPath, entry.name)));
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, appendix B.1

describe('put', () => {
  test('names the content by its sha-256, split after two digits', () => {
    const store = make();
    expect(store.put(Buffer.from('abc'))).toBe(ABC);
    expect(files(store)).toEqual([path.join('ba', ABC.slice(2))]);
    expect(readFileSync(store.path(digest(ABC)), 'utf8')).toBe('abc');
    expect(store.has(digest(ABC))).toBe(true);
    expect(store.sizeOf(digest(ABC))).toBe(3);
  });

  test('keeps the same content once, whichever way it comes', async () => {
    const store = make();
    const file = path.join(temporaryFolder(), 'abc.txt');
    writeFileSync(file, 'abc');
    store.put(Buffer.from('abc'));
    expect(await store.putFile(file)).toEqual({ digest: ABC, size: 3 });
    expect(await store.putStream(Readable.from(['a', 'bc']))).toEqual({ digest: ABC, size: 3 });
    expect(files(store)).toHaveLength(1);
  });

  test('takes nothing and much', async () => {
    const store = make();
    const much = Buffer.alloc(5_000_000, 'much');
    expect(store.read(store.put(new Uint8Array(0)))).toHaveLength(0);
    const file = path.join(temporaryFolder(), 'much');
    writeFileSync(file, much);
    const stored = await store.putFile(file);
    expect(stored).toEqual({ digest: sha256(much), size: much.length });
    expect(much.equals(store.read(stored.digest))).toBe(true);
  });

  test('heals a file that lost its end', () => {
    const store = make();
    const name = store.put(Buffer.from('abc'));
    chmodSync(store.path(name), 0o644);
    writeFileSync(store.path(name), 'a');
    store.put(Buffer.from('abc'));
    expect(Buffer.from(store.read(name)).toString()).toBe('abc');
  });

  test('what is stored may not be edited', () => {
    const store = make();
    expect(statSync(store.path(store.put(Buffer.from('abc')))).mode & 0o222).toBe(0);
  });

  test('a file that is not there, or none', async () => {
    const store = make();
    const folder = temporaryFolder();
    await expect(store.putFile(path.join(folder, 'none'))).rejects.toMatchObject({
      code: 'data.missing',
      message: `${path.join(folder, 'none')} is not there or may not be read.`,
    });
    await expect(store.putFile(folder)).rejects.toMatchObject({
      code: 'data.unreadable',
      message: `${folder} is not a file.`,
    });
  });
});

describe('what is not finished leaves nothing', () => {
  test('a stream that fails', async () => {
    const store = make();
    async function* failing(): AsyncIterable<Uint8Array> {
      yield Buffer.from('a part');
      await Promise.resolve();
      throw new Error('the source broke');
    }
    await expect(store.putStream(failing())).rejects.toThrow('the source broke');
    expect(files(store)).toEqual([]);
  });

  test('a stream that is cancelled while it waits', async () => {
    const store = make();
    const controller = new AbortController();
    const stream = new Readable({ read: () => undefined });
    stream.push('a part');
    const put = store.putStream(stream, controller.signal);
    setTimeout(() => controller.abort(), 20);
    await expect(put).rejects.toMatchObject({ code: 'cancelled' });
    expect(files(store)).toEqual([]);
    expect(stream.destroyed).toBe(true);
  });

  test('a call that was cancelled before it began', async () => {
    const store = make();
    await expect(store.putStream(Readable.from(['x']), AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(files(store)).toEqual([]);
  });

  test('a process that was killed: what is older than a day goes', () => {
    const store = make();
    const incoming = path.join(store.folder, 'incoming');
    mkdirSync(incoming, { recursive: true });
    for (const name of ['old', 'new']) writeFileSync(path.join(incoming, name), name);
    const yesterday = Date.now() / 1000 - 25 * 3600;
    utimesSync(path.join(incoming, 'old'), yesterday, yesterday);
    store.removeStale();
    expect(files(store)).toEqual([path.join('incoming', 'new')]);
  });
});

describe('reading', () => {
  test('what is not there is said by its digest, with the way out', () => {
    const store = make();
    const unknown = digest('0'.repeat(64));
    const wanted = { code: 'not-found', message: expect.stringContaining('0'.repeat(64)), fix: expect.any(String) };
    for (const work of [() => store.read(unknown), () => store.createReadStream(unknown)]) {
      expect(work).toThrow(expect.objectContaining(wanted));
    }
    expect(store.has(unknown)).toBe(false);
    expect(existsSync(store.folder)).toBe(false);
  });

  test('a content that changed is damage, not data', () => {
    const store = make();
    const name = store.put(Buffer.from('abc'));
    chmodSync(store.path(name), 0o644);
    writeFileSync(store.path(name), 'abd');
    expect(() => store.read(name)).toThrow(expect.objectContaining({ code: 'store.corrupt' }));
  });

  test.each([
    [{}, '0123456789'],
    [{ start: 3 }, '3456789'],
    [{ start: 3, end: 6 }, '345'],
    [{ end: 0 }, ''],
    [{ start: 20 }, ''],
  ])('the part %j', async (range, wanted) => {
    const store = make();
    const name = store.put(Buffer.from('0123456789'));
    expect((await buffer(store.createReadStream(name, range))).toString()).toBe(wanted);
  });
});
