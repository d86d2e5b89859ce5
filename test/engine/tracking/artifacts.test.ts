import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { digest, runId } from '../../../engine/ids';
import { temporaryFolder } from '../../support/store';
import { openTestTracking } from '../../support/tracking';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'; // sha-256 of "hello"

test('files are logged, listed as a tree, and read', async () => {
  const { tracking, newRun, changes } = await openTestTracking();
  const id = newRun();
  changes.length = 0;
  tracking.logArtifactBytes(id, 'model/MLmodel', bytes('hello'));
  tracking.logArtifactBytes(id, 'model/data/weights.bin', bytes('w'));
  tracking.logArtifactBytes(id, 'modelx', bytes('x'));
  tracking.logArtifactBytes(id, 'a.txt', bytes('old'));
  tracking.logArtifactBytes(id, 'a.txt', bytes('newer'));
  expect(changes).toHaveLength(5);
  expect(tracking.artifacts(id).map(({ path: name, isFolder, size }) => [name, isFolder, size])).toEqual([
    ['model', true, undefined],
    ['a.txt', false, 5],
    ['modelx', false, 1],
  ]);
  expect(tracking.artifacts(id, 'model/')).toEqual([
    { path: 'model/data', isFolder: true },
    { path: 'model/MLmodel', isFolder: false, size: 5, digest: HELLO },
  ]);
  expect(tracking.artifacts(id, 'model/MLmodel').map(one => one.path)).toEqual(['model/MLmodel']);
  expect(tracking.artifacts(id, 'nothing')).toEqual([]);
  expect(tracking.artifact(id, 'model/MLmodel')).toEqual({ path: 'model/MLmodel', digest: HELLO, size: 5 });
  const part = await tracking.readArtifact(id, 'a.txt', 3);
  expect([Buffer.from(part.bytes).toString(), part.size]).toEqual(['new', 5]);
  expect(Buffer.from((await tracking.readArtifact(id, 'a.txt')).bytes).toString()).toBe('newer');
  expect(() => tracking.artifact(id, 'model')).toThrow('model is a folder of run r-1.');
  expect(() => tracking.artifact(id, 'b.txt')).toThrow('Run r-1 has no artifact b.txt.');
  tracking.deleteArtifact(id, 'a.txt');
  expect(() => tracking.artifact(id, 'a.txt')).toThrow('has no artifact');
});

test('an empty file is a file', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  tracking.logArtifactBytes(id, 'empty', bytes(''));
  expect((await tracking.readArtifact(id, 'empty')).bytes).toHaveLength(0);
});

test.each([
  ['../x', "'..' would leave the run"],
  ['a/../../x', "'..' would leave the run"],
  ['/etc/passwd', 'it is absolute'],
  ['C:/x', 'it is absolute'],
  ['a\\b', 'not by a backslash'],
  ['a//b', 'it has an empty part'],
  ['./a', 'it has an empty part'],
  ['', 'it is empty'],
  ['a\0b', 'it has control characters'],
  ['x'.repeat(1_001), 'it is longer than 1,000 characters'],
])('the path %j is refused', async (name, why) => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  expect(() => tracking.logArtifactBytes(id, name, bytes('x'))).toThrow(why);
  await expect(tracking.readArtifact(id, name)).rejects.toThrow(why);
});

test('a name is a file or a folder, not both', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  tracking.logArtifactBytes(id, 'a', bytes('x'));
  tracking.logArtifactBytes(id, 'b/c', bytes('x'));
  expect(() => tracking.logArtifactBytes(id, 'a/b', bytes('x'))).toThrow('a/b cannot be logged: run r-1 has a file a');
  expect(() => tracking.logArtifactBytes(id, 'b', bytes('x'))).toThrow('b cannot be logged: run r-1 has a file b/c');
});

test('a folder is logged as it is, without what its links lead out to', async () => {
  const { tracking, newRun } = await openTestTracking();
  const id = newRun();
  const outside = temporaryFolder();
  const folder = temporaryFolder();
  writeFileSync(path.join(outside, 'private'), 'private');
  mkdirSync(path.join(folder, 'deep/er'), { recursive: true });
  writeFileSync(path.join(folder, 'deep/er/file'), 'hello');
  writeFileSync(path.join(folder, 'top'), 'top');
  symlinkSync('deep/er/file', path.join(folder, 'inner-link'));
  symlinkSync(path.join(outside, 'private'), path.join(folder, 'outer-link'));
  symlinkSync(outside, path.join(folder, 'outer-folder'));
  const logged = await tracking.logArtifactFolder(id, { path: folder, prefix: 'plots' });
  expect(logged.map(one => one.path)).toEqual(['plots/deep/er/file', 'plots/inner-link', 'plots/top']);
  expect(tracking.artifact(id, 'plots/inner-link').digest).toBe(HELLO);
  const cancelled = AbortSignal.abort();
  await expect(tracking.logArtifactFolder(id, { path: folder, prefix: 'x' }, cancelled)).rejects.toThrow('Cancelled.');
  expect(tracking.artifacts(id, 'x')).toEqual([]);
});

test('what is in the object store already is logged by its digest', async () => {
  const { tracking, store, newRun } = await openTestTracking();
  const id = newRun();
  const stored = store.objects.put(bytes('hello'));
  tracking.logArtifact(id, 'h.txt', { digest: stored, size: 5 });
  expect(Buffer.from((await tracking.readArtifact(id, 'h.txt')).bytes).toString()).toBe('hello');
  tracking.logArtifact(id, 'gone', { digest: digest('0'.repeat(64)), size: 5 });
  await expect(tracking.readArtifact(id, 'gone')).rejects.toThrow('is not in .modelyard/objects');
  expect(() => tracking.logArtifact(runId('none'), 'x', { digest: stored, size: 5 })).toThrow(
    'Run with id=none not found',
  );
});
