import { expect, test } from 'vitest';
import { digest, runId } from '../../../engine/ids';
import { openTestTracking } from '../../support/tracking';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'; // sha-256 of "hello"

test('files are logged, listed as a tree, and read', async () => {
  const { tracking, newRun, changes, clock } = await openTestTracking();
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
  expect(tracking.artifact(id, 'model/MLmodel')).toEqual({
    ...{ path: 'model/MLmodel', digest: HELLO, size: 5 },
    loggedAt: clock.now,
  });
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

test('what is part of something that never changes is neither changed nor deleted', async () => {
  let isRegistered = false;
  const { tracking, newRun } = await openTestTracking({
    partOf: (_, name) => (isRegistered && name.startsWith('model/') ? 'version 2 of credit' : undefined),
  });
  const id = newRun();
  tracking.logArtifactBytes(id, 'model/MLmodel', bytes('hello'));
  tracking.logArtifactBytes(id, 'log/table.json', bytes('[1]'));
  isRegistered = true;
  const why = expect.objectContaining({
    code: 'conflict',
    message: expect.stringMatching(
      /of run r-1 cannot change: it is part of version 2 of credit, and .+ Log to another/,
    ),
  });
  expect(() => tracking.logArtifactBytes(id, 'model/MLmodel', bytes('x'))).toThrow(why);
  expect(() => tracking.logArtifactBytes(id, 'model/extra', bytes('x'))).toThrow(why);
  for (const name of ['model/MLmodel', 'model', '']) expect(() => tracking.deleteArtifact(id, name)).toThrow(why);
  expect(tracking.artifact(id, 'model/MLmodel').digest).toBe(HELLO);
  expect(tracking.artifacts(id, 'log')).toHaveLength(1); // all or nothing
  tracking.logArtifactBytes(id, 'model/MLmodel', bytes('hello')); // a repeated request changes nothing
  tracking.logArtifactBytes(id, 'log/table.json', bytes('[1,2]'));
  tracking.deleteArtifact(id, 'log');
  expect(tracking.artifacts(id).map(one => one.path)).toEqual(['model']);
});
